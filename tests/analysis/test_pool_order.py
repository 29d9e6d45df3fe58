"""Work that is handed to a pool or executor is in order with what its giver does."""

from __future__ import annotations

from pathlib import Path

import pytest

from .running import kinds, run_text

POOL = """
    import multiprocessing as mp
    from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, as_completed, wait

    def keep(x):
        global row
        row = x

    def work(n):
        row[n] += 1
        return n

    if __name__ == "__main__":
        x = mp.Array("i", 4)
        for n in range(4):
            x[n] += 1
        {how}
        for n in range(4):
            x[n] += 1
        print(list(x))
"""
WAYS = {
    "map": "with mp.Pool(2, keep, (x,)) as pool: pool.map(work, range(4), 1)",
    "imap": "with mp.Pool(2, keep, (x,)) as pool: list(pool.imap_unordered(work, range(4)))",
    "apply_async": (
        "with mp.Pool(2, keep, (x,)) as pool: "
        "[r.get() for r in [pool.apply_async(work, (n,)) for n in range(4)]]"
    ),
    "close and join": (
        "pool = mp.Pool(2, keep, (x,)); [pool.apply_async(work, (n,)) for n in range(4)]; "
        "pool.close(); pool.join()"
    ),
    "executor": (
        "with ProcessPoolExecutor(2, initializer=keep, initargs=(x,)) as e: "
        "list(e.map(work, range(4)))"
    ),
    "futures": (
        "with ProcessPoolExecutor(2, initializer=keep, initargs=(x,)) as e: "
        "[f.result() for f in [e.submit(work, n) for n in range(4)]]"
    ),
    "as completed": (
        "e = ProcessPoolExecutor(2, initializer=keep, initargs=(x,)); "
        "[f.result() for f in as_completed([e.submit(work, n) for n in range(4)])]"
    ),
    "wait": (
        "e = ProcessPoolExecutor(2, initializer=keep, initargs=(x,)); "
        "wait([e.submit(work, n) for n in range(4)])"
    ),
    "shutdown": (
        "e = ProcessPoolExecutor(2, initializer=keep, initargs=(x,)); "
        "[e.submit(work, n) for n in range(4)]; e.shutdown()"
    ),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_work_handed_to_a_pool_is_in_order(way: str, method: str, tmp_path: Path) -> None:
    trace = run_text(POOL.format(how=WAYS[way]), tmp_path, method=method)
    output = b"".join(piece.data for piece in trace.outputs).decode()
    assert output.strip() == "[3, 3, 3, 3]"
    assert kinds(trace) == set()
