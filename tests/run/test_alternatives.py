"""Whom a notify wakes, who gets what is released, whose message arrives first: the person's."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipcsim.run.spec import RunSpec
from ipcsim.run.stepping import Stepping
from ipcsim.run.turns import Effect
from tests.run.stepped import METHODS, calls, go, polled, stepped

NOTIFY = """
import multiprocessing as mp

def wait(cond, name):
    with cond:
        cond.wait()
        print(name, flush=True)

def wake(cond):
    with cond:
        cond.notify()

def main():
    cond = mp.Condition()
    team = [mp.Process(target=wait, args=(cond, n), name=f"waiter-{n}") for n in (1, 2, 3)]
    team.append(mp.Process(target=wake, args=(cond,), name="waker"))
    for one in team:
        one.start()
    for one in team:
        one.join()

if __name__ == "__main__":
    main()
"""
RELEASE = """
import multiprocessing as mp

def take(lock):
    lock.acquire()
    lock.release()

def main():
    lock = mp.Lock()
    lock.acquire()
    team = [mp.Process(target=take, args=(lock,), name=f"worker-{n}") for n in (1, 2, 3)]
    for one in team:
        one.start()
    lock.release()
    for one in team:
        one.join()

if __name__ == "__main__":
    main()
"""
SEND = """
import multiprocessing as mp

def send(queue, name, done):
    queue.put(name)
    done.value += 1

def receive(queue):
    print(queue.get(), flush=True)
    print(queue.get(), flush=True)

def main():
    queue, done = mp.Queue(), mp.Value("i", 0)
    team = [mp.Process(target=send, args=(queue, n, done), name=f"sender-{n}") for n in (1, 2)]
    team.append(mp.Process(target=receive, args=(queue,), name="receiver"))
    for one in team:
        one.start()
    for one in team:
        one.join()

if __name__ == "__main__":
    main()
"""


def written(tmp_path: Path, text: str) -> Path:
    program = tmp_path / "program.py"
    program.write_text(text)
    return program


def offered(stepping: Stepping, actor: str) -> tuple[Effect | None, list[str]]:
    offer = stepping.offer(actor)
    assert offer is not None
    return offer.effect, [one.name for one in offer.alternatives]


def choose(stepping: Stepping, actor: str, whom: str) -> None:
    stepping.step(actor, whom=whom)
    polled(stepping)


def output(stepping: Stepping) -> str:
    trace = stepping.seat.session.trace
    return b"".join(one.data for one in trace.outputs if one.stream == 1).decode()


def replayed(stepping: Stepping, program: Path, method: str) -> list[tuple[str, str]]:
    """What the schedule so far does in a run of its own."""
    again = Stepping(RunSpec(program=program, start_method=method))
    try:
        again.start(stepping.schedule())
        polled(again)
        again.run(lambda: not again.ahead)
        polled(again)
        assert again.schedule() == stepping.schedule()
        assert not again.notice
        return [(step.actor, step.operation.call) for step in again.seat.steps]
    finally:
        again.close()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("chosen", [1, 3])
def test_the_waiter_that_a_notify_wakes_is_chosen(tmp_path: Path, method: str, chosen: int) -> None:
    program = written(tmp_path, NOTIFY)
    with stepped(program, method) as stepping:
        go(stepping, "main", "main", "main", "main")
        for n in (1, 2, 3):
            go(stepping, f"main/waiter-{n}", f"main/waiter-{n}")
        go(stepping, "main/waker")
        names = ["waiter-1", "waiter-2", "waiter-3"]
        assert offered(stepping, "main/waker") == (Effect.WAKES, names)
        choose(stepping, "main/waker", f"main/waiter-{chosen}")
        asleep = [o.name for o in stepping.offers() if "waits to be woken by" in o.reason]
        assert asleep == [name for name in names if name != f"waiter-{chosen}"]
        made = calls(stepping)
        steps = [(step.actor, step.operation.call) for step in stepping.seat.steps]
        assert replayed(stepping, program, method) == steps

        stepping.back(len(made) - 1)
        polled(stepping)
        stepping.run(lambda: not stepping.ahead)
        polled(stepping)
        assert calls(stepping) == made


def test_who_gets_a_released_lock_is_chosen(tmp_path: Path) -> None:
    with stepped(written(tmp_path, RELEASE)) as stepping:
        go(stepping, "main", "main", "main", "main")
        assert offered(stepping, "main") == (Effect.HANDS, ["worker-1", "worker-2", "worker-3"])
        choose(stepping, "main", "main/worker-2")
        assert calls(stepping)[-2:] == [
            ("main", "lock.release()"),
            ("main/worker-2", "lock.acquire()"),
        ]
        other = stepping.offer("main/worker-1")
        assert other is not None
        assert "held by worker-2" in other.reason
        assert offered(stepping, "main/worker-2") == (Effect.HANDS, ["worker-1", "worker-3"])


@pytest.mark.parametrize("method", METHODS)
def test_whose_message_arrives_first_is_chosen(tmp_path: Path, method: str) -> None:
    program = written(tmp_path, SEND)
    with stepped(program, method) as stepping:
        go(stepping, "main", "main", "main", "main/sender-1")
        assert offered(stepping, "main/receiver") == (None, [])
        go(stepping, "main/sender-2")
        assert offered(stepping, "main/receiver") == (Effect.TAKES, ["sender-1", "sender-2"])
        choose(stepping, "main/receiver", "main/sender-2:feeder")
        assert offered(stepping, "main/receiver") == (None, [])
        go(stepping, "main/receiver", "main/receiver")
        steps = [(step.actor, step.operation.call) for step in stepping.seat.steps]
        assert replayed(stepping, program, method) == steps
        stepping.run(lambda: False)
        polled(stepping, lambda: stepping.seat.session.ended is not None)
        assert output(stepping).split() == ["2", "1"]


def test_what_came_along_to_a_new_interpreter_has_a_short_name(tmp_path: Path) -> None:
    with stepped(written(tmp_path, SEND), "spawn") as stepping:
        go(stepping, "main", "main/sender-1")
        stepping.public = False
        calls_now = {o.actor: o.call for o in stepping.offers()}
        assert calls_now["main/sender-1:feeder"] == "notempty.acquire()"
