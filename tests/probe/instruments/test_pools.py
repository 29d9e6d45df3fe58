"""Pools and executors: every task that is handed in begins and ends in a worker, once."""

from __future__ import annotations

from collections import Counter

import pytest

from ipcsim.events import Kind
from tests.probe.watching import Watched, run

METHODS = ("fork", "spawn", "forkserver")
POOL = """
import multiprocessing as mp, sys
from multiprocessing.pool import ThreadPool
def bad(x): raise ValueError(x)
def use(pool):
    with pool:
        pool.apply(abs, (-1,))
        pool.map(abs, range(10), 3)
        list(pool.imap(abs, range(5)))
        pool.apply_async(abs, (1,), callback=print).get()
        try: pool.apply(bad, (1,))
        except ValueError: pass
        pool.close()
        pool.join()
if __name__ == "__main__":
    use(ThreadPool(2) if sys.argv[1] == "threads" else mp.get_context(sys.argv[1]).Pool(2))
"""
EXECUTOR = """
import multiprocessing as mp, sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
def bad(x): raise ValueError(x)
def use(executor):
    with executor:
        executor.submit(abs, -1).result()
        list(executor.map(abs, range(4)))
        executor.submit(bad, 1).exception()
if __name__ == "__main__":
    if sys.argv[1] == "threads":
        use(ThreadPoolExecutor(2))
    else:
        use(ProcessPoolExecutor(2, mp_context=mp.get_context(sys.argv[1])))
"""


def tasks(watched: Watched) -> tuple[Counter[int], Counter[int], list[int]]:
    """How often each task began, ended, and which failed."""
    begun = Counter(event.arg for event in watched.of(Kind.TASK_BEGIN))
    ended = Counter(abs(event.arg) for event in watched.of(Kind.TASK_END))
    return begun, ended, [-event.arg for event in watched.of(Kind.TASK_END) if event.arg < 0]


@pytest.mark.parametrize("method", [*METHODS, "threads"])
def test_pool(method: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    watched = run(POOL, tmp_path_factory.mktemp("pool"), method)
    submitted = [(e.arg >> 32, e.arg & 0xFFFFFFFF) for e in watched.of(Kind.SUBMIT)]
    jobs = [job for _, job in submitted]
    assert [count for count, _ in submitted] == [1, 4, 0, 1, 1]
    begun, ended, failed = tasks(watched)
    assert begun == ended
    assert set(begun.values()) == {1}
    assert Counter(task & 0xFFFFFFFF for task in begun) == dict(
        zip(jobs, (1, 4, 5, 1, 1), strict=True)
    )
    assert failed == [jobs[-1]]
    assert len(watched.objects) == 1
    (facts,) = watched.objects.values()
    assert (facts["kind"], facts["created"]) in (
        ("Pool", True),
        ("Pool", False),
        ("ThreadPool", False),
    )
    assert [event.arg for event in watched.of(Kind.CALLBACK)] == [jobs[3]]
    waited = Counter(e.arg for e in watched.of(Kind.RESULT_GOT))
    assert set(waited) == set(jobs)
    if method != "threads":
        assert all(event.ring for event in watched.of(Kind.TASK_BEGIN))


@pytest.mark.parametrize("method", [*METHODS, "threads"])
def test_executor(method: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    watched = run(EXECUTOR, tmp_path_factory.mktemp("executor"), method)
    begun, ended, failed = tasks(watched)
    assert [event.arg & 0xFFFFFFFF for event in watched.of(Kind.SUBMIT)] == [1, 2, 3, 4, 5, 6]
    assert begun == ended == dict.fromkeys(range(1, 7), 1)
    assert failed == [6]
    assert {e.arg for e in watched.of(Kind.RESULT_GOT)} == {1, 2, 3, 4, 5, 6}
    assert len(watched.objects) == 1
