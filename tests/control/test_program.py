"""Real programs under control: who goes next is decided here, one step at a time."""

from __future__ import annotations

import itertools
import os
import random
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ipcsim.control.controller import Controller
from ipcsim.control.executor import ControlError, Decide
from ipcsim.control.hub import Hub
from ipcsim.control.program import ProgramExecutor
from ipcsim.control.steps import KILL, TIMEOUT, Choice, Execution, State
from ipcsim.operations import Op
from ipcsim.run.lessons import find_variant

PROGRAMS = Path(__file__).parent / "programs"
COUNTER = PROGRAMS / "raw_counter.py"
ENDINGS = PROGRAMS / "endings.py"
ORDER = ("main/worker-1", "main/worker-2", "main/worker-1", "main/worker-2")

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="templates fork; issue 4")


def first(state: State) -> Choice:
    """The one who has appeared first goes on for as long as it can."""
    candidate = state.enabled()[0]
    return Choice(candidate.actor, candidate.choices[0])


def at_random(seed: int) -> Decide:
    dice = random.Random(seed)

    def decide(state: State) -> Choice:
        candidate = dice.choice(state.enabled())
        return Choice(candidate.actor, dice.choice(candidate.choices))

    return decide


def following(choices: list[Choice]) -> Decide:
    rest = iter(choices)
    return lambda state: next(rest)


def order_of(*actors: str) -> Decide:
    """Main first; then, once everybody has begun, the workers in this order."""
    rest = iter(actors)

    def decide(state: State) -> Choice:
        names = [c.actor for c in state.enabled() if c.operation.op in (Op.READ, Op.WRITE)]
        waiting = [c for c in state.enabled() if c.operation.op not in (Op.READ, Op.WRITE)]
        if waiting and len(names) < 2 and not any(s.operation.op is Op.READ for s in state.steps):
            return Choice(waiting[0].actor)
        return Choice(next((a for a in rest if a in names), state.enabled()[0].actor))

    return decide


@pytest.fixture(scope="module")
def counter() -> Iterator[ProgramExecutor]:
    with ProgramExecutor(COUNTER) as executor:
        yield executor


def brief(execution: Execution) -> list[tuple[str, str, str, int]]:
    return [(s.actor, s.operation.op.name, s.operation.object, s.result) for s in execution.steps]


def test_an_addition_is_a_read_and_a_write(counter: ProgramExecutor) -> None:
    steps = counter.run(first).steps
    ours = [s for s in steps if s.actor == "main/worker-1"]
    assert [s.operation.call for s in ours] == ["begin", "read counter", "write counter", "end"]
    line = ours[1].operation.line
    assert line is not None
    assert line.text == "counter.value += 1"


@pytest.mark.parametrize(
    ("order", "printed"),
    [("1122", b"2\n"), ("1212", b"1\n"), ("1221", b"1\n"), ("2211", b"2\n"), ("2121", b"1\n")],
)
def test_the_order_decides_the_result(counter: ProgramExecutor, order: str, printed: bytes) -> None:
    execution = counter.run(order_of(*(f"main/worker-{n}" for n in order)))
    done = [s.actor[-1] for s in execution.steps if s.actor != "main" and s.operation.object]
    assert "".join(done) == order
    assert execution.output == printed
    assert execution.outcome.kind == ("clean" if printed == b"2\n" else "lost_update")


def test_a_schedule_repeats_the_execution(counter: ProgramExecutor) -> None:
    for seed in range(10):
        once = counter.run(at_random(seed))
        again = counter.run(following(once.choices()))
        assert brief(again) == brief(once)
        assert (again.output, again.outcome) == (once.output, once.outcome)


def test_both_results_turn_up_in_a_random_walk(counter: ProgramExecutor) -> None:
    assert {counter.run(at_random(seed)).output for seed in range(20)} == {b"1\n", b"2\n"}


@pytest.mark.parametrize(
    ("way", "kind", "words"),
    [
        ("well", "clean", ""),
        ("die", "killed", "main/worker died"),
        ("fail", "exception", "ValueError: so it is"),
        ("hold", "deadlock", "which it holds itself"),
        ("exit", "exit_code", "exit code 7"),
        ("wait", "exit_code", "exit code 3"),
        ("sleep", "clean", ""),
    ],
)
def test_an_execution_ends_in_an_outcome(way: str, kind: str, words: str) -> None:
    with ProgramExecutor(ENDINGS, parameters={"way": way}) as executor:
        for _ in range(2):
            execution = executor.run(first)
            assert execution.outcome.kind == kind
            assert words in execution.outcome.sentence
            assert execution.duration_s < 5  # the clock is a virtual one


def test_a_timed_wait_ends_when_nobody_else_can_go_on() -> None:
    with ProgramExecutor(ENDINGS, parameters={"way": "wait"}) as executor:
        execution = executor.run(first)
    assert [s.actor for s in execution.steps if s.what == TIMEOUT] == ["main/worker"]


def test_who_computes_for_ever_is_outside_control_and_ends_with_the_execution() -> None:
    others = children_of(os.getpid())
    with ProgramExecutor(ENDINGS, parameters={"way": "compute"}, outside_s=0.3) as executor:
        pids: list[int] = []

        def decide(state: State) -> Choice:
            pids.extend(p for p in children_of(os.getpid()) if p not in pids + others)
            return first(state)

        executor.run(decide)
    assert len(pids) >= 3
    for pid in pids:
        gone_or_zombie(pid)


def children_of(pid: int) -> list[int]:
    found = [pid]
    for parent in found:
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            found.extend(int(child) for child in task.read_text().split())
    return found[1:]


def gone_or_zombie(pid: int) -> None:
    for _ in itertools.count():
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return
        if state == "Z":
            return


@pytest.mark.parametrize(
    "lesson", ["two_locks", "dining_philosophers", "lost_wakeup", "starting_gun"]
)
def test_a_lesson_loses_under_some_schedule(lesson: str) -> None:
    program = find_variant(f"{lesson}/broken").program
    with ProgramExecutor(program) as executor:
        outcomes = {executor.run(at_random(seed)).outcome.kind for seed in range(12)}
    assert "deadlock" in outcomes


def test_locks_let_one_in_at_a_time() -> None:
    program = find_variant("lost_update/fixed").program
    parameters: dict[str, Any] = {"workers": 3, "rounds": 2}
    with ProgramExecutor(program, parameters=parameters) as executor:
        for seed in range(10):
            execution = executor.run(at_random(seed))
            assert execution.outcome.kind == "clean"
            assert b"6 of 6" in execution.output


def test_a_program_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ControlError, match="prepared"):
        ProgramExecutor(tmp_path / "missing.py")


def test_what_is_printed_can_be_judged() -> None:
    variant = find_variant("plain_global/broken").variant
    with ProgramExecutor(variant.program, expected=variant.expected()) as executor:
        outcome = executor.run(first).outcome
    assert (outcome.kind, outcome.fails) == ("wrong_result", True)
    assert outcome.sentence == "wrong result: main has 100"


def test_a_process_can_be_killed_at_any_step() -> None:
    program = find_variant("lost_update/fixed").program

    def decide(state: State) -> Choice:
        for candidate in state.candidates:
            if candidate.actor == "main/worker-1" and candidate.operation.op is Op.WRITE:
                return Choice(candidate.actor, KILL)
        return first(state)

    with ProgramExecutor(program, parameters={"workers": 2, "rounds": 1}) as executor:
        execution = executor.run(decide)
    assert execution.outcome.kind == "deadlock"
    assert "held by main/worker-1" in execution.outcome.sentence
    assert "which has ended" in execution.outcome.sentence


def test_a_timeout_can_come_early() -> None:
    def decide(state: State) -> Choice:
        for candidate in state.enabled():
            if TIMEOUT in candidate.choices:
                return Choice(candidate.actor, TIMEOUT)
        return first(state)

    with ProgramExecutor(ENDINGS, parameters={"way": "wait"}, early=True) as executor:
        assert executor.run(decide).outcome.kind == "exit_code"


def test_a_lock_can_be_ignored() -> None:
    program = find_variant("lost_update/fixed").program
    parameters = {"workers": 2, "rounds": 1}
    with ProgramExecutor(
        program, parameters=parameters, ignored=frozenset({"counter.lock"})
    ) as executor:
        kinds = {executor.run(at_random(seed)).outcome.kind for seed in range(30)}
    assert kinds == {"clean", "lost_update"}


def test_without_a_template_each_execution_is_a_new_interpreter() -> None:
    with ProgramExecutor(COUNTER, template=False) as executor:
        outputs = {executor.run(order_of(*order)).output for order in (ORDER, ORDER[::-1])}
        executions = [executor.run(at_random(seed)) for seed in (3, 3)]
    assert outputs <= {b"1\n", b"2\n"}
    assert brief(executions[0]) == brief(executions[1])


def test_a_program_that_is_not_python_says_where(tmp_path: Path) -> None:
    program = tmp_path / "broken.py"
    program.write_text("x = 1\ndef (\n")
    with ProgramExecutor(program) as executor:
        sentence = executor.run(first).outcome.sentence
    assert sentence == "main failed: SyntaxError: invalid syntax (line 2)"


def test_nobody_is_killed_who_has_not_begun() -> None:
    with tempfile.TemporaryDirectory() as folder, closing(Hub(Path(folder))) as hub:
        controller = Controller(hub)
        with pytest.raises(ControlError, match="not begun"):
            controller.grant(Choice("main", KILL))


def test_whose_time_is_up_in_the_midst_of_a_look_is_still_busy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Until it is given up: nobody else would be asked for what it wants."""
    with tempfile.TemporaryDirectory() as folder, closing(Hub(Path(folder))) as hub:
        controller = Controller(hub)
        left = iter([0.001, -0.001, -0.002])
        monkeypatch.setattr(controller, "_patience", lambda actor, began: next(left))
        assert controller.unsettled(0.0) > 0
        assert controller.busy()
        assert controller.unsettled(0.0) == 0
        assert not controller.busy()
