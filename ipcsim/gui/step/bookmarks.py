"""Nine places to come back to: a program with its parameters, and a position in a schedule."""

from __future__ import annotations

import json
from dataclasses import dataclass

from PySide6.QtCore import QSettings

from ipcsim.control.steps import Choice


@dataclass(frozen=True)
class Bookmark:
    """Where somebody was."""

    name: str
    """``lost_update/broken``, or a program's path."""
    is_lesson: bool
    parameters: dict[str, str]
    start_method: str | None
    choices: tuple[Choice, ...]
    public: bool = True


class Bookmarks:
    """Kept from one start to the next; what makes no sense any more is as if never set."""

    def __init__(self, settings: QSettings) -> None:
        self._settings = settings

    def get(self, number: int) -> Bookmark | None:
        """The bookmark of a number, 1 to 9."""
        try:
            raw = json.loads(str(self._settings.value(f"bookmarks/{number}", "", type=str)))
            return Bookmark(
                str(raw["name"]),
                bool(raw["lesson"]),
                {str(key): str(value) for key, value in raw["parameters"].items()},
                None if raw["start_method"] is None else str(raw["start_method"]),
                tuple(Choice(str(actor), str(what)) for actor, what in raw["choices"]),
                bool(raw["public"]),
            )
        except (ValueError, TypeError, KeyError, AttributeError):
            return None

    def set(self, number: int, mark: Bookmark) -> None:
        """Put a bookmark under a number, 1 to 9."""
        content = {
            "name": mark.name,
            "lesson": mark.is_lesson,
            "parameters": mark.parameters,
            "start_method": mark.start_method,
            "choices": [list(choice) for choice in mark.choices],
            "public": mark.public,
        }
        self._settings.setValue(f"bookmarks/{number}", json.dumps(content))
