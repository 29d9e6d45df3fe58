"""What tests of stepping by hand have in common."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ipcsim.run.lessons import find_variant
from ipcsim.run.spec import RunSpec
from ipcsim.run.stepping import Stepping

WAIT_S = 30.0
ONE, TWO = "main/worker-1", "main/worker-2"
METHODS = ["fork", "spawn"]


def polled(stepping: Stepping, until: Callable[[], bool] | None = None) -> None:
    """Poll as a window does, until everything asked for is done."""
    deadline = time.monotonic() + WAIT_S
    while stepping.busy if until is None else not until():
        assert time.monotonic() < deadline, (stepping.turns, stepping.offers())
        stepping.seat.session.poll()
        began = time.monotonic()
        stepping.poll()
        # So many want a core: on a busy machine all takes so many times as long.
        busy = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
        assert time.monotonic() - began < busy, "a poll that blocks is a window that hangs"


@contextmanager
def stepped(program: Path, method: str = "fork", **parameters: str) -> Iterator[Stepping]:
    """A stepped program, everybody waiting."""
    stepping = Stepping(RunSpec(program=program, parameters=parameters, start_method=method))
    try:
        stepping.start()
        polled(stepping)
        yield stepping
    finally:
        pids = [actor.pid for actor in stepping.seat.controller.actors.values() if actor.pid]
        stepping.close()
        left = [pid for pid in pids if is_there(pid)]
        assert not left, [_what(pid) for pid in left]
        assert not Path(stepping.seat.hub.address).exists()


def lesson(name: str) -> Path:
    return find_variant(name).program


def go(stepping: Stepping, *actors: str) -> None:
    for actor in actors:
        stepping.step(actor)
        polled(stepping)


def bring(stepping: Stepping, **wanted: str) -> None:
    """Step until each worker is before a call, and no further."""
    at = {f"main/{name.replace('_', '-')}": call for name, call in wanted.items()}
    for _step in range(100):
        offers = {offer.actor: offer for offer in stepping.offers()}
        there = {
            actor for actor, call in at.items() if actor in offers and offers[actor].call == call
        }
        if there == set(at):
            return
        able = [o.actor for o in offers.values() if o.enabled and o.actor not in there]
        go(stepping, able[0])
    raise AssertionError(stepping.offers())


def to_the_race(stepping: Stepping) -> None:
    """Both workers are before their read."""
    bring(stepping, worker_1="read counter", worker_2="read counter")


def calls(stepping: Stepping) -> list[tuple[str, str]]:
    return [(turn.actor, turn.call) for turn in stepping.turns]


def _what(pid: int) -> str:
    """Name, state and parent of a process that should be gone."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text()[:60]
    return f"{pid}: gone by now"


def is_there(pid: int) -> bool:
    """Whether there is such a process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
