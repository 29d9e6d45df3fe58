"""The lessons as the tests read them: what a lesson.toml says, checked on the way in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ipcsim.run import toml

LESSONS = Path(__file__).resolve().parents[2] / "resources" / "lessons"

LEVELS = ("start", "middle", "expert")
VERDICTS = (
    "clean",
    "lost_update",
    "inconsistent",
    "wrong_result",
    "interleaved",
    "deadlock",
    "hang",
    "orphaned_lock",
    "starvation",
    "serialised",
    "exception",
)
MECHANISMS = (
    "Queue",
    "SimpleQueue",
    "JoinableQueue",
    "Pipe",
    "Manager",
    "Value",
    "Array",
    "shared_memory",
    "Lock",
    "RLock",
    "Semaphore",
    "BoundedSemaphore",
    "Condition",
    "Event",
    "Barrier",
    "Pool",
    "ProcessPoolExecutor",
    "queue.Queue",
    "queue.LifoQueue",
    "queue.PriorityQueue",
    "Process",
)
TEXTS = ("title", "sentence", "question")
KEYS = {"code", "level", "mechanisms", "counts", "watch", "needs_step", "variants"}
KEYS |= {text + language for text in TEXTS for language in ("", "_zh_CN")}


class BadLesson(ValueError):
    """A lesson.toml that doesn't keep to the format; the message says where and how."""


@dataclass(frozen=True)
class Check:
    """How a variant's flaw, or its health, is seen from outside."""

    hangs: bool = False
    after_s: float = 3.0
    exit_code: int = 0
    output: str = ""
    healthy: bool = False
    """No process may raise: a program isn't clean because its main got away."""


@dataclass(frozen=True)
class Variant:
    lesson: str
    name: str
    path: Path
    verdict: str
    shows: str
    check: Check
    counts: tuple[str, ...]

    @property
    def label(self) -> str:
        return f"{self.lesson}/{self.name}"


@dataclass(frozen=True)
class Lesson:
    folder: Path
    code: str
    texts: dict[str, str]
    level: str
    mechanisms: tuple[str, ...]
    counts: tuple[str, ...]
    watch: tuple[str, ...]
    needs_step: bool
    variants: tuple[Variant, ...]

    @property
    def name(self) -> str:
        return self.folder.name


def folders(root: Path = LESSONS) -> list[Path]:
    """Every lesson folder: whatever stands two levels down, with or without a lesson.toml."""
    return sorted(path for path in root.glob("[a-z]*/[a-z]*") if path.is_dir())


def load(folder: Path) -> Lesson:
    file = folder / "lesson.toml"
    try:
        raw = toml.loads(file.read_text(encoding="utf-8"))
    except (OSError, toml.TOMLDecodeError) as error:
        raise BadLesson(f"{folder.name}: {error}") from error
    keys = raw.keys() - {"explore"}
    _need(folder, keys == KEYS, f"keys: {sorted(keys ^ KEYS)} missing or unknown")
    counts = tuple(_strings(folder, raw, "counts"))
    variants = tuple(
        _variant(folder, name, table, counts) for name, table in raw["variants"].items()
    )
    texts = {key: raw[key] for key in KEYS if key.startswith(TEXTS)}
    for key, text in texts.items():
        _need(folder, isinstance(text, str) and bool(text.strip()), f"{key} is empty")
    _need(folder, raw["level"] in LEVELS, f"level is none of {LEVELS}")
    _need(folder, isinstance(raw["needs_step"], bool), "needs_step is true or false")
    _need(folder, bool(variants), "no variants")
    return Lesson(
        folder=folder,
        code=raw["code"],
        texts=texts,
        level=raw["level"],
        mechanisms=tuple(_strings(folder, raw, "mechanisms")),
        counts=counts,
        watch=tuple(_strings(folder, raw, "watch")),
        needs_step=raw["needs_step"],
        variants=variants,
    )


def load_all(root: Path = LESSONS) -> list[Lesson]:
    return [load(folder) for folder in folders(root)]


def _variant(folder: Path, name: str, table: dict[str, Any], counts: tuple[str, ...]) -> Variant:
    keys = {"verdict", "shows", "check"}
    _need(folder, table.keys() == keys, f"variant {name} needs exactly {sorted(keys)}")
    _need(folder, table["verdict"] in VERDICTS, f"variant {name}: verdict is none of {VERDICTS}")
    _need(folder, bool(table["shows"].strip()), f"variant {name}: shows is empty")
    check = table["check"]
    known = {"hangs", "after_s"} if check.get("hangs") else {"exit_code"}
    _need(folder, check.keys() <= known | {"output"}, f"variant {name}: check of {sorted(check)}")
    _need(folder, bool(check), f"variant {name}: check is empty")
    return Variant(
        lesson=folder.name,
        name=name,
        path=folder / f"{name}.py",
        verdict=table["verdict"],
        shows=table["shows"],
        check=Check(**check, healthy=table["verdict"] == "clean"),
        counts=counts,
    )


def _strings(folder: Path, raw: dict[str, Any], key: str) -> list[str]:
    value = raw[key]
    good = isinstance(value, list) and all(isinstance(item, str) for item in value)
    _need(folder, good, f"{key} is a list of strings")
    return list(value)


def _need(folder: Path, fine: bool, complaint: str) -> None:
    if not fine:
        raise BadLesson(f"{folder.name}: {complaint}")
