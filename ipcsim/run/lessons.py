"""The lessons of a gallery, as their ``lesson.toml`` files describe them.

A lesson is a folder two levels below a gallery's: its group, its name. Each of its variants is an
ordinary program beside the ``lesson.toml``. A gallery that has one bad lesson still shows the
others: what is wrong with it is said in :attr:`Gallery.problems`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ipcsim.language import _
from ipcsim.resources import resource
from ipcsim.run import toml
from ipcsim.run.lesson import Check, Found, Lesson, LessonError, Variant

__all__ = [
    "Check",
    "Found",
    "Gallery",
    "Lesson",
    "LessonError",
    "Variant",
    "find_variant",
    "load_gallery",
    "load_lessons",
    "read_lesson",
]


@dataclass(frozen=True, slots=True)
class Gallery:
    """Lessons, and what is wrong with those that can't be read."""

    lessons: tuple[Lesson, ...]
    problems: tuple[str, ...] = ()

    def by_mechanism(self) -> dict[str, list[Lesson]]:
        """Lessons for each mechanism, mechanisms and lessons in order of teaching.

        A lesson stands under each of its mechanisms; first come those it is *about*.
        """
        named: dict[str, list[Lesson]] = {mechanism: [] for mechanism in MECHANISMS}
        for lesson in self.lessons:
            for mechanism in lesson.mechanisms:
                named.setdefault(mechanism, []).append(lesson)
        return {
            mechanism: sorted(
                lessons, key=lambda one: (one.mechanisms.index(mechanism), _rank(one))
            )
            for mechanism, lessons in named.items()
            if lessons
        }


MECHANISMS = (
    "Queue",
    "Pipe",
    "Value",
    "Lock",
    "Process",
    "JoinableQueue",
    "SimpleQueue",
    "Array",
    "shared_memory",
    "Manager",
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
)
"""In the order of a gallery; others come after them."""

_LEVELS = ("start", "middle", "expert")


def load_gallery(folders: Iterable[Path] | None = None) -> Gallery:
    """Read the lessons of some folders.

    Args:
        folders: each holds groups, which hold lessons; None reads the built-in ones.
    """
    lessons: list[Lesson] = []
    problems: list[str] = []
    for root in folders if folders is not None else [resource("lessons")]:
        for file in sorted(root.glob("*/*/lesson.toml")):
            try:
                lessons.append(read_lesson(file))
            except LessonError as error:
                problems.append(str(error))
    lessons.sort(key=_rank)
    return Gallery(tuple(lessons), tuple(problems))


def load_lessons(folder: Path | None = None) -> list[Lesson]:
    """The readable lessons of a folder; None reads the built-in ones."""
    return list(load_gallery(None if folder is None else [folder]).lessons)


def find_variant(name: str, lessons: Iterable[Lesson] | None = None) -> Found:
    """Find a lesson's program.

    Args:
        name: ``lost_update`` for a lesson's first variant, ``lost_update/fixed`` for another.
        lessons: where to look; None looks among the built-in ones.

    Raises:
        LessonError: there is none of that name.
    """
    wanted, slash, variant = name.partition("/")
    known = load_lessons() if lessons is None else lessons
    for lesson in known:
        if lesson.name == wanted:
            return Found(lesson, lesson.variant(variant) if slash else lesson.variants[0])
    near = difflib.get_close_matches(wanted, [lesson.name for lesson in known])
    meant = _(" Did you mean {names}?").format(names=", ".join(near)) if near else ""
    raise LessonError(
        _("there is no lesson {name} (see: ipcsim lessons).").format(name=wanted) + meant
    )


def _rank(lesson: Lesson) -> tuple[int, int, str]:
    level = _LEVELS.index(lesson.level) if lesson.level in _LEVELS else len(_LEVELS)
    number = int("".join(c for c in lesson.code if c.isdigit()) or 99)
    return (level, number, lesson.name)


def read_lesson(file: Path) -> Lesson:
    """Read one lesson.

    Args:
        file: its ``lesson.toml``.

    Raises:
        LessonError: it can't be read, or lacks something.
    """
    folder = file.parent
    try:
        raw: dict[str, Any] = toml.loads(file.read_text("utf-8"))
        variants = [_variant(folder, name, table) for name, table in raw["variants"].items()]
        # The flaw is shown first; the repair is its answer.
        variants.sort(key=lambda one: (one.name != "broken", one.name != "fixed"))
        lesson = Lesson(
            name=folder.name,
            group=folder.parent.name,
            folder=folder,
            code=str(raw.get("code", "")),
            level=str(raw.get("level", "start")),
            mechanisms=tuple(map(str, raw["mechanisms"])),
            counts=tuple(map(str, raw.get("counts", ()))),
            watch=tuple(map(str, raw.get("watch", ()))),
            needs_step=bool(raw.get("needs_step", False)),
            variants=tuple(variants),
            explore=dict(raw.get("explore", {})),
            texts={key: text for key, text in raw.items() if isinstance(text, str)},
        )
    except (OSError, toml.TOMLDecodeError, TypeError, AttributeError, UnicodeError) as error:
        raise LessonError(_("{file}: {error}").format(file=file, error=error)) from error
    except KeyError as error:
        raise LessonError(_("{file}: {key} is missing").format(file=file, key=error)) from error
    if not variants or not lesson.mechanisms:
        raise LessonError(_("{file}: it needs a variant and a mechanism").format(file=file))
    return lesson


def _variant(folder: Path, name: str, table: dict[str, Any]) -> Variant:
    program = folder / f"{name}.py"
    if not program.is_file():
        raise LessonError(_("{program} is missing").format(program=program))
    check: dict[str, Any] = table.get("check", {})
    return Variant(
        name=name,
        program=program,
        verdict=str(table.get("verdict", "clean")),
        shows=str(table.get("shows", "")),
        check=Check(
            hangs=bool(check.get("hangs", False)),
            after_s=float(check.get("after_s", 3.0)),
            exit_code=None if "exit_code" not in check else int(check["exit_code"]),
            output=str(check.get("output", "")),
        ),
    )
