"""What is guessed of each worker by its own history: right, or found out and guessed no more."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ipcsim.control.deciding import following, walk
from ipcsim.control.program import ProgramExecutor
from ipcsim.control.reruns import RerunExecutor
from ipcsim.explore.dpor import Dpor
from tests.explore.searching import search

PROGRAMS = Path(__file__).parent / "programs"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks without its library's help")


@pytest.mark.parametrize("again", [True, False])
def test_who_shares_more_than_is_seen_is_guessed_at_no_more(again: bool) -> None:
    program = PROGRAMS / "unseen.py"
    with RerunExecutor(program, again=again) as quick, ProgramExecutor(program) as fresh:
        for seed in range(1, 13):
            once = quick.run(walk(seed))
            same = fresh.run(following(once.steps, None))
            assert once.steps == same.steps
            assert (once.outcome, once.output, once.offered) == (
                same.outcome,
                same.output,
                same.offered,
            )
        assert not quick._guesses
        assert not quick.whole


def test_a_search_among_wrong_guesses_finds_all() -> None:
    program = PROGRAMS / "unseen.py"
    with RerunExecutor(program) as quick, ProgramExecutor(program) as fresh:
        found, all_there_is = search(Dpor(), quick), search(Dpor(), fresh)
    assert found.traces == all_there_is.traces
    assert found.runs == all_there_is.runs
