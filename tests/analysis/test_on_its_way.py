"""Who has what it waits for, or is about to have it, isn't blocked."""

from __future__ import annotations

from pathlib import Path

from ipcsim.analysis.waiting import on_its_way
from ipcsim.events import Kind
from ipcsim.trace.standing import Standing
from tests.analysis.running import run_text

PASSES = 20


def test_a_barrier_that_is_open(tmp_path: Path) -> None:
    trace = run_text(
        f"""
        import multiprocessing as mp
        import threading

        def work(start):
            for _ in range({PASSES}):
                start.wait()

        if __name__ == "__main__":
            start = mp.Barrier(3)
            team = [mp.Process(target=work, args=(start,)) for _ in range(2)]
            for one in team:
                one.start()
            work(start)
            for one in team:
                one.join()
            try:
                start.wait(0.1)
            except threading.BrokenBarrierError:
                pass
        """,
        tmp_path,
    )
    store = trace.store
    waits = store.of(0, Kind.BARRIER_WAIT)
    assert len(waits) == 3 * PASSES + 1
    asked = 0
    for ordinal in range(int(waits[0]), len(store)):
        now = Standing(trace, store.time(ordinal))
        came = now.until(waits)
        for actor, kind in enumerate(now.kinds):
            if kind == Kind.BARRIER_WAIT:
                mine = int(waits.searchsorted(now.last[actor]))
                assert on_its_way(now, actor) == (mine // 3 * 3 + 3 <= came)
                asked += 1
    assert asked > 3 * PASSES
