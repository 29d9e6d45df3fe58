"""A lesson, as its ``lesson.toml`` describes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ipcsim.control.expectations import Expected
from ipcsim.language import _


class LessonError(ValueError):
    """There is no such lesson, or its description can't be read; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Check:
    """How a variant's flaw, or its health, is seen from outside."""

    hangs: bool = False
    after_s: float = 3.0
    """A run that is to hang is ended after so many seconds."""
    exit_code: int | None = None
    output: str = ""
    """Regular expression (multi-line mode) that stdout must contain."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One of a lesson's programs."""

    name: str
    """``broken``, ``fixed``, ...: the file's name without ``.py``."""
    program: Path
    verdict: str
    """``clean``, ``lost_update``, ``deadlock``, ``hang``, ...: what it is there to show."""
    shows: str
    check: Check = field(default_factory=Check)

    def expected(self) -> Expected | None:
        """What its output tells of a controlled execution; None where it tells nothing.

        Under control nothing can be said of what is measured by the clock, which is a virtual one.
        """
        if not self.check.output or self.check.hangs or self.verdict == "serialised":
            return None
        return Expected(self.check.output, wrong=self.verdict != "clean")


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson: what a gallery's entry and the card on the stage say of it."""

    name: str
    group: str
    folder: Path
    code: str
    level: str
    """``start``, ``middle`` or ``expert``."""
    mechanisms: tuple[str, ...]
    """API names, the most important first."""
    counts: tuple[str, ...]
    """Parameters of ``main`` that count processes."""
    watch: tuple[str, ...]
    """Plain globals to show inside the cards."""
    needs_step: bool
    """A free run seldom shows the flaw."""
    variants: tuple[Variant, ...]
    """The one to show first comes first: the broken one where there is one."""
    texts: dict[str, str] = field(default_factory=dict)
    explore: dict[str, Any] = field(default_factory=dict)
    """Parameters small enough for exploring every interleaving; empty if the defaults are."""

    def text(self, key: str) -> str:
        """``title``, ``sentence`` or ``question`` in the language of the person."""
        # Translators: the code of your own language, e.g. zh_CN
        language = _("en")
        return self.texts.get(f"{key}_{language}") or self.texts.get(key, "")

    @property
    def title(self) -> str:
        """Its title."""
        return self.text("title")

    @property
    def sentence(self) -> str:
        """One sentence on what it shows."""
        return self.text("sentence")

    @property
    def question(self) -> str:
        """What the hall is asked before Run is pressed."""
        return self.text("question")

    def variant(self, name: str) -> Variant:
        """One of its variants.

        Raises:
            LessonError: it has none of that name.
        """
        for variant in self.variants:
            if variant.name == name:
                return variant
        names = ", ".join(v.name for v in self.variants)
        raise LessonError(
            _("lesson {lesson} has no variant {name}; it has {names}").format(
                lesson=self.name, name=name, names=names
            )
        )

    def notes(self, language: str) -> str:
        """Its notes as Markdown; empty if there are none in that language (``en``, ``zh_CN``)."""
        file = self.folder / f"notes.{language}.md"
        return file.read_text("utf-8") if file.is_file() else ""


@dataclass(frozen=True, slots=True)
class Found:
    """What :func:`find_variant` has found."""

    lesson: Lesson
    variant: Variant

    @property
    def program(self) -> Path:
        """The variant's file."""
        return self.variant.program


def expected_of(found: Found) -> Expected | None:
    """What a variant has to print where its schedule is somebody's choice; None for nothing.

    What a lesson on speed measures says nothing there; nor does what one shows that has no flaw.
    """
    flaws = {variant.verdict for variant in found.lesson.variants} - {"clean"}
    return found.variant.expected() if flaws and "serialised" not in flaws else None


def losing_of(lesson: Lesson | None) -> Path | None:
    """The shortest schedule by which a lesson fails, if it comes with one."""
    file = lesson.folder / "losing.schedule" if lesson is not None else None
    return file if file is not None and file.is_file() else None
