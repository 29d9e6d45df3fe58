"""SQLite under control: statements are steps, locks are waited for on the virtual clock."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ipcsim.control.program import ProgramExecutor
from ipcsim.control.steps import TIMEOUT
from ipcsim.explore.explorer import explore, verdict
from ipcsim.explore.settings import Program, Settings
from ipcsim.run.spec import RunSpec
from tests.control.test_files import kinds, run, searched
from tests.control.test_leaves import account
from tests.control.test_program import at_random, following

PROGRAM = Path(__file__).parent / "programs" / "leaves_database.py"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="templates fork")


def test_select_then_update_loses_updates() -> None:
    state = searched(PROGRAM, kind="select_then_update")
    assert state.exhausted
    assert set(kinds(state)) == {"clean", "exception"}


@pytest.mark.parametrize("kind", ["immediate", "in_the_database"])
def test_what_a_transaction_holds_together_loses_nothing(kind: str) -> None:
    state = searched(PROGRAM, kind=kind)
    assert state.exhausted
    assert set(kinds(state)) == {"clean"}


@pytest.mark.parametrize("kind", ["by_uri", "own_classes"])
def test_databases_named_and_made_otherwise_are_stepped_alike(kind: str) -> None:
    usual, other = (
        [s.operation.call for s in run(PROGRAM, kind=one).steps if s.actor == "main/worker-1"]
        for one in ("select_then_update", kind)
    )
    assert other == usual


def test_what_can_t_be_stepped_is_said() -> None:
    described = Program(RunSpec(program=PROGRAM, parameters={"kind": "made_by_a_function"}))
    state = explore(described.executor, Settings(strategy="dpor", schedules=1))
    assert not state.exhausted
    assert "what comes of sqlite3.connect() in line" in verdict(state)


def test_a_transaction_that_is_dropped_is_in_nobody_s_way() -> None:
    with ProgramExecutor(PROGRAM, parameters={"kind": "drops"}) as executor:
        for seed in range(4):
            execution = executor.run(at_random(seed))
            assert execution.outcome.kind == "clean", execution.outcome.sentence


@pytest.mark.parametrize(
    ("kind", "count"),
    [
        # Who waits for a lock only has it later: one interleaving for each order of the two.
        ("immediate", {"clean": 2}),
        ("in_the_database", {"clean": 2}),
        # Who doesn't wait fails as long as the other one has it, whatever that one does meanwhile.
        ("impatient", {"clean": 2, "exception": 2}),
    ],
)
def test_refused_attempts_are_no_interleavings_of_their_own(
    kind: str, count: dict[str, int]
) -> None:
    state = searched(PROGRAM, kind=kind)
    assert state.exhausted
    assert kinds(state) == count


@pytest.mark.parametrize("kind", ["impatient", "both_read_first"])
def test_who_is_refused_at_once_fails(kind: str) -> None:
    state = searched(PROGRAM, kind=kind)
    sentences = [one.outcome.sentence for one in state.tally.sorted()]
    assert any("database is locked" in sentence for sentence in sentences)
    assert any("ended well" in sentence for sentence in sentences)


def test_a_wait_for_a_lock_gives_up_when_its_virtual_time_has_passed() -> None:
    execution = run(PROGRAM, 1, kind="never_commits")
    assert "database is locked" in execution.outcome.sentence
    assert TIMEOUT in {step.what for step in execution.steps}
    assert execution.duration_s < 2.5  # of 3 s each


def test_each_statement_is_offered_as_it_is_written() -> None:
    execution = run(PROGRAM, kind="select_then_update")
    calls = [s.operation.call for s in execution.steps if s.actor == "main/worker-1"]
    assert calls[1:-1] == [
        "sqlite3.connect(counter.db)",
        "SELECT n FROM counter",
        "fetch from counter.db",
        "UPDATE counter SET n = ?",
        "counter.db.commit()",
    ]


@pytest.mark.parametrize("method", ["fork", "spawn"])
@pytest.mark.parametrize("kind", ["select_then_update", "immediate", "both_read_first"])
def test_a_schedule_repeated_is_the_same_again(kind: str, method: str) -> None:
    with ProgramExecutor(PROGRAM, parameters={"kind": kind}, start_method=method) as executor:
        one = executor.run(at_random(3))
        again = executor.run(following(one.choices()))
    assert account(again.steps) == account(one.steps)


def test_a_database_is_put_back(tmp_path: Path) -> None:
    parameters = {"kind": "immediate", "folder": str(tmp_path)}
    with ProgramExecutor(PROGRAM, parameters=parameters) as executor:
        for seed in range(3):
            assert executor.run(at_random(seed)).output == b"2\n"
            assert list(tmp_path.iterdir()) == []
