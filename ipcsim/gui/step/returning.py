"""To a place in a schedule at once: bookmarks, and schedules that were kept."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ipcsim.control.schedule import Schedule, ScheduleError, hash_of, read_schedule, turns_of
from ipcsim.gui.step.bookmarks import Bookmark, Bookmarks
from ipcsim.language import _
from ipcsim.run.lesson import LessonError, losing_of
from ipcsim.run.lessons import find_variant

if TYPE_CHECKING:
    from ipcsim.gui.session.conductor import Conductor


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
        # What runs, not what has been set since for the next run.
        spec = stepping.spec if stepping is not None else choice.spec()
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
            self._choose(mark.name, mark.is_lesson, mark.parameters, mark.start_method)
        except LessonError as error:
            conductor.say(str(error), True)
            return
        conductor.step_along(mark.choices, at_once=True, public=mark.public)

    def play(self, file: Path) -> bool:
        """Make a schedule ready to be played: its program waits at the beginning.

        Returns:
            Whether it could be read; if not, it has been said why.
        """
        conductor = self._conductor
        try:
            schedule = read_schedule(file)
            lesson = schedule.program.startswith("lesson:")
            name = schedule.program.removeprefix("lesson:")
            if not lesson:
                name = str(_beside(file, name))
            values = {key: str(value) for key, value in schedule.parameters.items()}
            self._choose(name, lesson, values, schedule.start_method)
        except (ScheduleError, LessonError, OSError) as error:
            conductor.refuse(file, error)
            return False
        conductor.step_along(schedule.choices(), moment=schedule.moment)
        if schedule.sentence:
            conductor.say(_("Ends in: {what}").format(what=schedule.sentence))
        program = conductor.choice.program
        if program is not None and schedule.sha256 and hash_of(program) != schedule.sha256:
            conductor.step.say(_("The program has changed since this schedule was made."))
        return True

    def play_losing(self) -> None:
        """The shortest schedule by which the lesson fails, for whichever variant is chosen."""
        conductor = self._conductor
        file, variant = self.losing, conductor.choice.variant
        if file is None or variant is None:
            return
        try:
            schedule = read_schedule(file)
        except (ScheduleError, OSError) as error:
            conductor.say(str(error), True)
            return
        conductor.choice.give(schedule.parameters, schedule.start_method)
        conductor.step_along(schedule.choices())

    @property
    def losing(self) -> Path | None:
        """The file of the chosen lesson's losing schedule, if it has one."""
        return losing_of(self._conductor.choice.lesson)

    def keep(self, file: Path) -> None:
        """Write the schedule so far to a file; what is wrong is said."""
        conductor = self._conductor
        choice, stepping = conductor.choice, conductor.step.stepping
        if stepping is None or choice.program is None:
            return
        spec, found = stepping.spec, stepping.outcome()
        schedule = Schedule(
            f"lesson:{choice.name}" if choice.lesson is not None else str(choice.program),
            turns_of(stepping.seat.steps),
            hash_of(choice.program),
            args=spec.args,
            parameters=spec.parameters,
            start_method=spec.start_method,
            outcome=found.key if found is not None else "",
            sentence=found.sentence if found is not None else "",
        )
        try:
            schedule.save(file)
        except OSError as error:
            conductor.say(_("It can't be saved: {reason}").format(reason=error.strerror), True)
            return
        conductor.say(_("Kept in {name}").format(name=file.name))

    def _choose(
        self, name: str, lesson: bool, values: Mapping[str, str], method: str | None
    ) -> None:
        """Make a program ready with parameters. Raises LessonError."""
        conductor = self._conductor
        if lesson:
            found = find_variant(name, conductor.lessons)
            conductor.choose_lesson(found.lesson, found.variant)
        else:
            conductor.choose_program(Path(name))
        conductor.choice.give(values, method)


def _beside(file: Path, name: str) -> Path:
    """The program of a schedule: where it says, or beside it. Raises ScheduleError."""
    for path in (Path(name), file.parent / name):
        if path.is_file():
            return path
    raise ScheduleError(_("the schedule is for {program}, which isn't there").format(program=name))
