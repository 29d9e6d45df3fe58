"""Every mechanism steps: no order of leaves hangs, and a schedule repeated is the same again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ipcsim.control.program import ProgramExecutor
from ipcsim.control.steps import Step
from ipcsim.operations import Op
from tests.control.test_program import at_random, first, following

PROGRAMS = Path(__file__).parent / "programs"
METHODS = ("fork", "spawn", "forkserver")

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="programs of fork and Unix")

ALONE = {
    "threads": "done True True\nempty\nempty\n['bell', 'barrier', 0, 1, 'timer'] False\n",
    "pools threads": "[0, 1, 4]\n",
    "pools futures": "[0, 1, 4]\n",
    "finalizers": "deleted\nfinalized\nTrue True\n",
}
"""Programs of one process, or that use nothing of multiprocessing's that differs by method."""
WITH_PROCESSES = {
    "queues": "[2, 4, 6] True [0, 0]\n",
    "pipes": "2000000 False False\nTrue b'y'\nTrue through\nnobody is left True\nbroken 0\n",
    "sync": "2 True\n",
    "pools": "[0, 1, 4] [0, 1]\n9\n",
    "pools executor": "[0, 1, 4]\n",
    "manager": "[('all', 2), (0, 0), (1, 1)]\n",
    "travelling": "got it\n1 abc\n",
    "listener": "True\nhello back\n127.0.0.1\nhello back\n",
}


def executor_of(name: str, method: str | None = None) -> ProgramExecutor:
    program, _, kind = name.partition(" ")
    return ProgramExecutor(
        PROGRAMS / f"leaves_{program}.py",
        parameters={"kind": kind} if kind else None,
        start_method=method,
    )


def account(steps: list[Step]) -> list[tuple[object, ...]]:
    return [
        (s.actor, s.operation.op, s.operation.object, s.operation.line, s.result, s.after)
        for s in steps
    ]


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_line_is_written_when_it_ends_however_python_was_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unbuffered: str
) -> None:
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    path = tmp_path / "printing.py"
    path.write_text(
        "def main():\n"
        "    print('one', 2)\n"
        "    print('three', end=' ')\n"
        "    print('four')\n"
        "if __name__ == '__main__':\n"
        "    main()\n"
    )
    with ProgramExecutor(path) as executor:
        steps = executor.run(at_random(0)).steps
    lines = [s.operation.line for s in steps if s.operation.op is Op.OUTPUT]
    assert [line and line.number for line in lines] == [2, 4]


def check(executor: ProgramExecutor, output: str, seed: int) -> None:
    execution = executor.run(at_random(seed))
    assert execution.outcome.kind == "clean", (execution.outcome, execution.errors.decode())
    assert sorted(execution.output.decode()) == sorted(output)
    again = executor.run(following(execution.choices()))
    assert account(again.steps) == account(execution.steps)
    assert again.output == execution.output


@pytest.mark.parametrize("name", [*ALONE, *WITH_PROCESSES])
def test_any_order_of_steps_ends_well_and_is_the_same_again(name: str) -> None:
    with executor_of(name) as executor:
        for seed in range(3):
            check(executor, {**ALONE, **WITH_PROCESSES}[name], seed)


@pytest.mark.parametrize("name", WITH_PROCESSES)
@pytest.mark.parametrize("method", METHODS[1:])
def test_new_interpreters_and_the_fork_server_step_too(name: str, method: str) -> None:
    with executor_of(name, method) as executor:
        check(executor, WITH_PROCESSES[name], 0)


def test_children_of_os_fork_and_signals_step() -> None:
    with executor_of("children") as executor:
        execution = executor.run(first)
    lines = execution.output.decode().splitlines()
    assert lines[:2] == ["True 7", "True 0"]
    assert lines[-3:] == ["3", "-9 []", "0"]
    ops = {step.operation.op for step in execution.steps}
    assert {Op.START, Op.JOIN, Op.WAIT, Op.SIGNAL, Op.SLEEP} <= ops


def test_threads_and_feeders_are_actors_named_by_what_they_do() -> None:
    with executor_of("queues") as executor:
        actors = {step.actor for step in executor.run(at_random(1)).steps}
    assert {"main", "main:feeder", "main/Process-1", "main/Process-1:feeder"} <= actors
    with executor_of("pools") as executor:
        actors = {step.actor for step in executor.run(at_random(1)).steps}
    assert {"main:_handle_workers", "main:_handle_tasks", "main:_handle_results"} <= actors


def test_a_message_that_does_not_fit_is_sent_in_pieces() -> None:
    with executor_of("pipes") as executor:
        steps = executor.run(at_random(2)).steps
    sent = next(s for s in steps if s.operation.op is Op.SEND)
    pieces = [
        s
        for s in steps
        if s.operation.op is Op.SEND
        and s.operation.object == sent.operation.object
        and s.operation.arg < 0
    ]
    assert sent.operation.arg >= 2_000_000
    assert pieces
    received = [
        s
        for s in steps
        if s.operation.op is Op.RECEIVE and s.operation.object == sent.operation.object
    ]
    assert sent.index in received[0].after
    for piece in pieces:
        room = [s.index for s in received if s.index < piece.index]
        assert piece.after == (room[-1],)
    for rest in received[1:]:
        if rest.operation.arg < -1:
            filled = [s.index for s in (sent, *pieces) if s.index < rest.index]
            assert rest.after == (filled[-1],)


def test_the_end_of_a_channel_comes_after_it_was_closed() -> None:
    with executor_of("pipes", "spawn") as executor:
        steps = executor.run(at_random(2)).steps
    ends = [s for s in steps if s.operation.op is Op.RECEIVE and s.result < 0]
    assert ends
    for end in ends:
        closed = [
            s.index
            for s in steps[: end.index]
            if s.operation.op is Op.CLOSE and end.operation.object in s.operation.object.split("\0")
        ]
        assert end.after == (closed[-1],) if closed else end.after == ()
    assert any(end.after for end in ends)


def test_who_is_accepted_has_connected_before() -> None:
    with executor_of("listener") as executor:
        steps = executor.run(at_random(2)).steps
    accepted = [s for s in steps if s.operation.op is Op.ACCEPT]
    assert len(accepted) == 2
    for step in accepted:
        (cause,) = step.after
        assert steps[cause].operation.op is Op.CONNECT
        assert steps[cause].operation.object == step.operation.object


def test_both_ends_call_a_channel_the_same_wherever_they_are() -> None:
    for name, method in (("pipes", "spawn"), ("travelling", "forkserver"), ("manager", "fork")):
        with executor_of(name, method) as executor:
            steps = executor.run(at_random(3)).steps
        keys = {s.operation.object for s in steps if s.operation.op in (Op.SEND, Op.RECEIVE)}
        assert not [key for key in keys if key.startswith(("pipe:", "socket:", "link:"))]


def test_who_could_not_be_started_is_not_waited_for() -> None:
    with executor_of("unstarted") as executor:
        execution = executor.run(first)
    assert execution.outcome.kind == "clean"
    assert execution.output.decode().splitlines()[1:] == ["started"]
    assert execution.duration_s < 1.5


def test_a_wait_gives_up_although_somebody_beats() -> None:
    with executor_of("heartbeat") as executor:
        for seed in range(3):
            execution = executor.run(at_random(seed))
            assert execution.outcome.kind == "clean", execution.outcome
            assert execution.output == b"False None True\n"
