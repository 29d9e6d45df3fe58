"""What the gallery offers beside lessons, and how lessons are found by words."""

from __future__ import annotations

from collections.abc import Sequence

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


def matches(lesson: Lesson, mechanism: str, words: Sequence[str]) -> bool:
    """Whether all words (lower case) stand somewhere in a lesson."""
    text = " ".join(
        (mechanism, lesson.name, lesson.sentence, lesson.code, *lesson.texts.values())
    ).lower()
    return all(word in text for word in words)
