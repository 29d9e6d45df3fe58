"""``ipcsim replay``: a schedule's file once more, on real processes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console

from ipcsim.control.executor import ControlError
from ipcsim.control.following import Following
from ipcsim.control.schedule import Schedule, ScheduleError, hash_of, read_schedule
from ipcsim.control.steps import Execution
from ipcsim.explore.outcomes import Tally
from ipcsim.explore.settings import Program
from ipcsim.language import _
from ipcsim.run.lesson import expected_of
from ipcsim.run.lessons import find_variant
from ipcsim.run.spec import RunSpec

SAME: Final = 0
OTHER: Final = 1
REFUSED: Final = 2


@dataclass(frozen=True)
class Replayed:
    """What a replay came to."""

    execution: Execution
    same: bool
    """The outcome is the one that the schedule expects."""
    departed: str
    """Where and why the schedule couldn't be followed; empty if it could."""
    followed: int
    """How many of its choices were made."""


def program_of(schedule: Schedule, beside: Path, python: str | None = None) -> Program:
    """The program a schedule is for.

    Args:
        schedule: its file's content.
        beside: the file; a program that isn't found from here may stand beside it.
        python: the Python that is to run it.

    Raises:
        ScheduleError: there is no such program.
        LessonError: there is no such lesson.
    """
    path: Path | None = None
    lesson = expected = None
    if schedule.program.startswith("lesson:"):
        lesson = schedule.program.removeprefix("lesson:")
        found = find_variant(lesson)
        path, expected = found.program, expected_of(found)
    elif not schedule.is_module:
        path = Path(schedule.program)
        if not path.is_file():
            path = beside.parent / path
        if not path.is_file():
            message = _("the schedule is for {program}, which isn't there")
            raise ScheduleError(message.format(program=schedule.program))
    spec = RunSpec(
        program=path,
        module=schedule.program if schedule.is_module else None,
        args=list(schedule.args),
        parameters=dict(schedule.parameters),
        start_method=schedule.start_method,
        python=python,
        lesson=lesson,
    )
    return Program(spec, expected, schedule.outputs, schedule.early, schedule.hash_seed)


def replay(schedule: Schedule, program: Program, anyway: bool = False) -> Replayed:
    """Follow a schedule.

    Args:
        anyway: go on as far as possible where the program has other operations.

    Raises:
        ScheduleError: the program has changed since, and not ``anyway``.
        ControlError: control was lost.
    """
    if schedule.sha256 and hash_of(program.source) != schedule.sha256 and not anyway:
        message = _(
            "{program} has changed since the schedule was made; --anyway follows it as far as "
            "it goes"
        )
        raise ScheduleError(message.format(program=schedule.program))
    following = Following(schedule, anyway)
    with program.fresh() as executor:
        execution = executor.run(following.decide, max(10_000, 2 * len(schedule.turns)))
    more = len(execution.steps) - len(schedule.turns)
    departed = following.departed
    if not departed and more > 0:
        departed = _("the program goes on after the schedule's {count} steps").format(
            count=len(schedule.turns)
        )
    if not departed and more < 0:
        departed = _("the program has ended before")
    key = Tally(schedule.outputs).key_of(execution)
    same = key == schedule.outcome and (anyway or not departed)
    return Replayed(execution, same, departed, following.followed)


def replay_in_terminal(file: Path, anyway: bool = False, python: str | None = None) -> int:
    """Replay a schedule's file and say whether the outcome is the same.

    Returns:
        0 if it is, 1 if it isn't, 2 if the schedule was refused.

    Raises:
        ScheduleError: the file is no schedule; or not one for this program.
        OSError: it can't be read.
    """
    out, err = Console(highlight=False), Console(stderr=True, highlight=False)
    schedule = read_schedule(file)
    try:
        replayed = replay(schedule, program_of(schedule, file, python), anyway)
    except ControlError as error:
        err.print(f"ipcsim: {error}", style="yellow", markup=False)
        return REFUSED
    outcome = replayed.execution.outcome
    if replayed.departed:
        err.print(
            _("Followed for {count} of {total} steps; {why}.").format(
                count=replayed.followed, total=len(schedule.turns), why=replayed.departed
            ),
            style="yellow",
            markup=False,
        )
        if not anyway:
            return REFUSED
    if replayed.same:
        text = _("The same outcome after {count} steps: {what}")
    elif schedule.outcome:
        text = _("Another outcome after {count} steps: {what}; the schedule says: {expected}")
    else:
        text = _("After {count} steps: {what}")
    out.print(
        text.format(
            count=len(replayed.execution.steps), what=outcome.sentence, expected=schedule.sentence
        ),
        markup=False,
    )
    return SAME if replayed.same or not schedule.outcome else OTHER
