"""Files stepped by hand: each access is a turn, and going back puts them back."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.run.stepped import ONE, TWO, bring, calls, go, polled, stepped

FILES = Path(__file__).parents[1] / "control" / "programs" / "leaves_files.py"
DATABASE = FILES.with_name("leaves_database.py")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="programs of fork")


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_an_update_of_a_file_is_lost_by_hand_and_saved_by_going_back(
    method: str, tmp_path: Path
) -> None:
    counter = tmp_path / "counter.txt"
    counter.write_text("before")
    with stepped(FILES, method, folder=str(tmp_path)) as stepping:
        bring(stepping, worker_1="open(path)", worker_2="open(path)")
        assert counter.read_text() == "0"
        before = len(stepping.turns)
        go(stepping, ONE, ONE, TWO, TWO)
        apart = len(stepping.turns)
        go(stepping, ONE, ONE, TWO, TWO)
        assert [call for _actor, call in calls(stepping)[before:]] == [
            *("open(path)", "read counter.txt") * 2,
            *('open(path, "w")', "write counter.txt") * 2,
        ]
        assert counter.read_text() == "1"
        stepping.back(apart)
        polled(stepping)
        assert stepping.difference == ""
        assert counter.read_text() == "0"
        assert len(stepping.turns) == apart
        stepping.run(lambda: False)
        polled(stepping)
        found = stepping.outcome()
        assert found is not None
        assert found.kind == "exception"
        assert "AssertionError: 1" in found.sentence


def test_statements_are_turns() -> None:
    with stepped(DATABASE, kind="immediate") as stepping:
        stepping.run(lambda: False)
        polled(stepping)
        found = stepping.outcome()
        assert found is not None
        assert found.kind == "clean", found.sentence
        said = [call for actor, call in calls(stepping) if actor == ONE]
    assert 'connection.execute("BEGIN IMMEDIATE")' in said
    assert 'connection.execute("COMMIT")' in said
