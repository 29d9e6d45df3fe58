"""What the gallery offers beside lessons, and how lessons are found by words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from ipcsim.language import _
from ipcsim.run.lesson import Lesson


def commands() -> tuple[tuple[str, str], ...]:
    """Name and text of each."""
    return (
        ("open", _("Open your own program …")),
        ("open_recording", _("Open a recording …")),
        ("save", _("Save the recording …")),
        ("export", _("Export …")),
        ("folder", _("Your own lessons …")),
        ("rehearse", _("Rehearse")),
        ("keys", _("Keys")),
        ("about", _("About")),
    )


KEYS = {"open": "Ctrl O", "save": "Ctrl S", "keys": "?"}
"""Of what it offers beside lessons."""


def matches(lesson: Lesson, mechanism: str, words: Sequence[str], notes: bool = False) -> bool:
    """Whether all words (lower case) stand somewhere in a lesson.

    Args:
        notes: in its notes, too.
    """
    text = " ".join(
        (mechanism, lesson.name, lesson.sentence, lesson.code, *lesson.texts.values())
    ).lower()
    if notes:
        text += _notes(lesson.folder)
    return all(word in text for word in words)


@cache
def _notes(folder: Path) -> str:
    files = sorted(folder.glob("notes.*.md"))
    return "\n".join(file.read_text("utf-8") for file in files).lower()
