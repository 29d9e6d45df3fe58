"""The losing schedules that lessons come with still lose."""

from __future__ import annotations

import pytest

from ipcsim.control.schedule import read_schedule
from ipcsim.explore.replaying import program_of, replay
from ipcsim.run.lesson import Lesson
from ipcsim.run.lessons import load_lessons

from .losing_schedules import FILE, broken, out_of_date

LESSONS = [lesson for lesson in load_lessons() if (lesson.folder / FILE).is_file()]


def test_there_are_many() -> None:
    assert len(LESSONS) >= 25


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_it_loses(lesson: Lesson) -> None:
    file = lesson.folder / FILE
    variant = broken(lesson)
    assert variant is not None
    assert out_of_date(file, variant.program) == ""
    schedule = read_schedule(file)
    replayed = replay(schedule, program_of(schedule, file))
    assert replayed.departed == ""
    assert replayed.same, replayed.execution.outcome.sentence
    assert replayed.execution.outcome.fails
