"""To a place in a schedule at once: bookmarks, and schedules that were kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ipcsim.gui.step.bookmarks import Bookmark, Bookmarks
from ipcsim.language import _
from ipcsim.run.lesson import LessonError
from ipcsim.run.lessons import find_variant

if TYPE_CHECKING:
    from ipcsim.gui.conductor import Conductor


class Returning:
    """Sets bookmarks and goes to them."""

    def __init__(self, conductor: Conductor, bookmarks: Bookmarks) -> None:
        self._conductor, self._bookmarks = conductor, bookmarks

    def mark(self, number: int) -> None:
        """Put a bookmark where we are."""
        conductor = self._conductor
        choice, stepping = conductor.choice, conductor.step.stepping
        if choice.program is None:
            return
        spec = choice.spec()
        mark = Bookmark(
            choice.name,
            choice.lesson is not None,
            {name: str(value) for name, value in spec.parameters.items()},
            spec.start_method,
            tuple(stepping.schedule()) if stepping is not None else (),
            stepping.public if stepping is not None else True,
        )
        self._bookmarks.set(number, mark)
        conductor.say(_("Bookmark {number} is here: Alt {number} comes back").format(number=number))

    def go(self, number: int) -> None:
        """Go to a bookmark: its program runs up to there, everybody waiting."""
        conductor, mark = self._conductor, self._bookmarks.get(number)
        if mark is None:
            sentence = _("There is no bookmark {number}: Ctrl {number} puts it here")
            conductor.say(sentence.format(number=number))
            return
        try:
            if mark.is_lesson:
                found = find_variant(mark.name, conductor.lessons)
                conductor.choose_lesson(found.lesson, found.variant)
            else:
                conductor.choose_program(Path(mark.name))
        except LessonError as error:
            conductor.say(str(error), True)
            return
        for name, value in mark.parameters.items():
            conductor.choice.set_value(name, value)
        conductor.choice.start_method = mark.start_method
        conductor.step_along(mark.choices, at_once=True, public=mark.public)
