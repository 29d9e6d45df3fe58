"""Schedules as files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ipcsim.control.following import Following
from ipcsim.control.schedule import Schedule, ScheduleError, Turn, hash_of, read_schedule
from ipcsim.control.steps import TIMEOUT, Candidate, Choice, Line, Operation, State
from ipcsim.operations import Op

SCHEDULE = Schedule(
    program="lesson:two_locks/broken",
    turns=[
        Turn(Choice("main"), "begin", 0),
        Turn(Choice("main/worker-1"), "giro.acquire()", 10),
        Turn(Choice("main/worker-2", TIMEOUT), "savings.acquire()", 12),
    ],
    sha256="00ff",
    parameters={"rounds": 1},
    outcome="deadlock",
    sentence="Sie warten – beide",
)


def test_it_comes_back_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "x.schedule"
    SCHEDULE.save(file)
    assert read_schedule(file) == SCHEDULE


def test_a_choice_is_a_line(tmp_path: Path) -> None:
    lines = SCHEDULE.text().splitlines()
    assert '  ["main/worker-1", "giro.acquire()", 10],' in lines
    assert '  ["main/worker-2", "savings.acquire()", 12, "timeout"]' in lines


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("no JSON", "is no schedule"),
        ("[1]", "is no schedule"),
        ('{"format": "other"}', "is no schedule"),
        (SCHEDULE.text().replace('"version": 1', '"version": 2'), "version 2"),
        (SCHEDULE.text().replace('"main", "begin", 0', '"main"'), "damaged"),
        (json.dumps({"format": "ipcsim-schedule", "version": 1}), "damaged"),
    ],
)
def test_what_is_no_schedule_is_refused(tmp_path: Path, content: str, why: str) -> None:
    file = tmp_path / "x.schedule"
    file.write_text(content)
    with pytest.raises(ScheduleError, match=why):
        read_schedule(file)


def test_the_hash_is_of_the_lines(tmp_path: Path) -> None:
    unix, windows, other = (tmp_path / name for name in ("a.py", "b.py", "c.py"))
    unix.write_bytes(b"a = 1\nb = 2\n")
    windows.write_bytes(b"a = 1\r\nb = 2\r\n")
    other.write_bytes(b"a = 1\nb = 3\n")
    assert hash_of(unix) == hash_of(windows) != hash_of(other)


def following(call: str, line: int) -> str:
    """Why a schedule's ``lock.acquire()`` in line 10 can't be followed by that."""
    schedule = Schedule("x.py", [Turn(Choice("main"), "lock.acquire()", 10)])
    operation = Operation(Op.ACQUIRE, "main#1", call, Line("x.py", line, ""))
    follower = Following(schedule)
    follower.decide(State((Candidate("main", operation, True, "", ("",)),), []))
    return follower.departed


def test_a_line_may_move_or_a_name_change_but_not_both() -> None:
    assert following("lock.acquire()", 10) == ""
    assert following("lock.acquire()", 12) == ""
    assert following("guard.acquire()", 10) == ""
    assert "but it is at guard.acquire()" in following("guard.acquire()", 12)
    assert "but it is at lock.release()" in following("lock.release()", 10)
