"""Threads that are over are still told of, and what ended them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipcsim.events import Kind
from ipcsim.supervisor.messages import State
from ipcsim.trace.gone import MOST_GONE
from ipcsim.trace.moment import ProcessAt
from ipcsim.trace.trace import Trace
from ipcsim.trace.world import World
from tests.run.watching import program, watch

PROGRAM = """
import multiprocessing as mp
import threading


def fail():
    return [] + ()


def main():
    numbers = mp.Queue()
    numbers.put(1)
    numbers.get()
    for index in range(COUNT):
        thread = threading.Thread(target=int, name=f"quick-{index}")
        thread.start()
        thread.join()
    for target, name in ((int, "good"), (fail, "bad"), (fail, "twin"), (int, "twin")):
        thread = threading.Thread(target=target, name=name)
        thread.start()
        thread.join()


if __name__ == "__main__":
    main()
"""


def watched(folder: Path, count: int) -> Trace:
    return watch(program(folder, PROGRAM.replace("COUNT", str(count)))).trace


def main_at(trace: Trace, t: int | None = None) -> ProcessAt:
    return World(trace).at(trace.end if t is None else t).processes[0]


@pytest.fixture(scope="module")
def trace(tmp_path_factory: pytest.TempPathFactory) -> Trace:
    return watched(tmp_path_factory.mktemp("few"), 0)


def test_who_took_part_is_told_at_the_end(trace: Trace) -> None:
    main = main_at(trace)
    assert len(main.actors) == 1
    assert [actor.name for actor in main.gone] == ["good", "bad", "twin", "twin"]
    first, second = trace.store.of(-1, Kind.THREAD_END).tolist()[:2]
    assert main_at(trace, trace.store.time(first) - 1).gone == ()
    assert [actor.name for actor in main_at(trace, trace.store.time(second) - 1).gone] == ["good"]


def test_what_ended_a_thread_is_told_where_it_is_known_of_which(trace: Trace) -> None:
    good, bad, *twins = main_at(trace).gone
    assert (good.state, good.sentence) == (State.ENDED, "")
    assert bad.state is State.CRASHED
    assert bad.sentence.startswith("TypeError: can only concatenate list")
    assert [twin.state for twin in twins] == [State.ENDED] * 2


def test_of_many_only_the_last_are_told_and_how_many_there_were(tmp_path: Path) -> None:
    main = main_at(watched(tmp_path, 40))
    assert len(main.gone) == MOST_GONE
    assert main.gone[-1].name == "twin"
    assert main.gone_before == 44 - MOST_GONE
