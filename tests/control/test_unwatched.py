"""What processes share unseen is said, and nobody claims to know all interleavings."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ipcsim.explore.explorer import Exploration, explore, verdict
from ipcsim.explore.settings import Program, Settings
from ipcsim.run.spec import RunSpec

PROGRAM = Path(__file__).parent / "programs" / "unwatched.py"
LINES = PROGRAM.read_text("utf-8").splitlines()

pytestmark = pytest.mark.skipif(
    not hasattr(os, "fork"), reason="its workers inherit what they share"
)


def explored(kind: str, schedules: int = 4) -> Exploration:
    program = Program(RunSpec(program=PROGRAM, parameters={"kind": kind}))
    return explore(program.executor, Settings(jobs=1, schedules=schedules))


@pytest.mark.parametrize(
    ("kind", "call", "code"),
    [
        ("mapped", "mmap()", "memory = mmap.mmap(-1, 8)"),
        ("kept", "SharedMemory.buf", "view = block.buf"),
        ("pipe", "os.write()", "os.write(ends[1]"),
        ("named_pipe", "os.open()", "os.close(os.open("),
        ("sockets", "socket()", "return socket.socketpair()"),
        ("program", "subprocess", "subprocess.run("),
    ],
)
def test_what_is_not_seen_is_said(kind: str, call: str, code: str) -> None:
    state = explored(kind)
    ((_kind, _who, found, line),) = state.tally.unseen
    assert found == call
    assert code in LINES[line - 1]
    assert not state.exhausted
    assert state.bound is None
    assert f"what comes of {call} in line {line} is not seen" in verdict(state)
    assert state.tally.schedules == 4  # it goes on looking


@pytest.mark.parametrize("kind", ["private", "library"])
def test_nothing_is_said_of_what_is_not_shared_or_is_the_librarys(kind: str) -> None:
    assert not [u for u in explored(kind, schedules=2).tally.unseen if u.kind == "call"]


def test_elements_of_a_block_are_steps() -> None:
    """As those of an Array: two additions, each a read and a write."""
    state = explored("indexed", schedules=60)
    assert state.exhausted
    assert {kind.outcome.kind: kind.count for kind in state.tally.sorted()} == {
        "clean": 2,
        "exception": 2,
    }
