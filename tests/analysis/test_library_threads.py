"""Threads of the library's and workers without a task stand in nobody's way, and end."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipcsim.analysis import findings
from ipcsim.events import Kind
from ipcsim.trace.trace import Trace
from ipcsim.trace.world import World
from tests.analysis.running import run_text
from tests.probe.watching import INTERPRETERS
from tests.run.watching import program, watch

BLOCKED = """
    import concurrent.futures, multiprocessing as mp

    def same(x):
        return x

    if __name__ == "__main__":
        queue = mp.SimpleQueue()
        {makes}
        print("waits", flush=True)
        queue.get()
"""
MAKES = {
    "executor that is over": (
        "with concurrent.futures.ProcessPoolExecutor(2) as executor:\n"
        "            list(executor.map(same, range(6)))"
    ),
    "executor without work": (
        "executor = concurrent.futures.ProcessPoolExecutor(2)\n"
        "        list(executor.map(same, range(6)))"
    ),
    "pool without work": "pool = mp.Pool(2)",
    "pool with new workers": (
        "pool = mp.Pool(2, maxtasksperchild=1)\n        pool.map(same, range(6))"
    ),
}


def threads_shown(trace: Trace) -> list[str]:
    """Of the main process, before ipcsim ended the run."""
    assert trace.processes[0].ended is not None
    main = World(trace).at(trace.processes[0].ended - 10**6).processes[0]
    return [actor.name for actor in main.actors]


@pytest.mark.parametrize("makes", MAKES.values(), ids=MAKES)
def test_who_is_blocked_beside_them_is_told(tmp_path: Path, makes: str) -> None:
    trace = run_text(BLOCKED.format(makes=makes), tmp_path, timeout=3)
    (blocked,) = [found for found in findings(trace) if found.kind == "blocked"]
    assert "MainProcess was blocked for" in blocked.sentence
    assert "queue.get()" in blocked.sentence
    assert threads_shown(trace) == ["MainThread"]


CALLBACK = """
    import multiprocessing as mp, threading

    def same(x):
        return x

    if __name__ == "__main__":
        lock = mp.Lock()
        lock.acquire()
        with mp.Pool(1) as pool:
            pool.apply_async(same, (1,), callback=lambda result: lock.acquire())
            threading.Event().wait()
"""


def test_a_thread_of_the_librarys_is_shown_where_the_programs_code_runs_in_it(
    tmp_path: Path,
) -> None:
    trace = run_text(CALLBACK, tmp_path, timeout=2)
    assert [name.partition("(")[2] for name in threads_shown(trace)] == ["", "_handle_results)"]


ENDS = """
    import concurrent.futures, multiprocessing as mp

    def same(x):
        return x

    if __name__ == "__main__":
        with concurrent.futures.ProcessPoolExecutor(2) as executor:
            print(list(executor.map(same, range(3))))
        queue = mp.Queue()
        queue.put(1)
        print(queue.get())
        queue.close()
        queue.join_thread()
"""


@pytest.mark.parametrize("python", INTERPRETERS)
def test_their_ends_are_recorded_once(tmp_path: Path, python: str) -> None:
    run = watch(program(tmp_path, ENDS), start_method="fork", python=python)
    assert run.stdout == "[0, 1, 2]\n1\n"
    ended = run.trace.select(0, 1 << 62, process=0, kinds=[Kind.THREAD_END])
    actors = [run.trace.event(row).actor for row in ended.tolist()]
    assert len(actors) == len(set(actors)) == len(run.trace.processes[0].actors) - 1 == 2
