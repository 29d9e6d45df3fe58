"""Deaths: seen, named for what they are, and nothing recorded is lost by them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipcsim.supervisor.messages import State
from tests.run.watching import program, watch

BUSY = """
    import multiprocessing as mp, os, random, signal, sys, time

    def work(lock, done):
        while not done.value:
            with lock:
                pass

    if __name__ == "__main__":
        done = mp.RawValue("b")  # without a lock, which a killed worker might hold
        names = ["w0", "w1", "w2"]
        workers = [mp.Process(target=work, args=(mp.Lock(), done), name=n) for n in names]
        for worker in workers:
            worker.start()
        time.sleep(0.1 + random.random() / 5)
        {how}
        workers[0].join()
        print(workers[0].exitcode, flush=True)
        done.value = 1
        for worker in workers[1:]:
            worker.join()
        print([worker.exitcode for worker in workers[1:]])
"""


@pytest.mark.parametrize(
    ("how", "code", "state"),
    [
        ("os.kill(workers[0].pid, signal.SIGKILL)", -9, State.TERMINATED),
        ("workers[0].kill()", -9, State.TERMINATED),
        ("workers[0].terminate()", -15, State.TERMINATED),
        ("os.kill(workers[0].pid, signal.SIGSEGV)", -11, State.KILLED),
    ],
)
def test_killed_at_any_moment(tmp_path: Path, how: str, code: int, state: State) -> None:
    run = watch(program(tmp_path, BUSY.format(how=how)), start_method="fork")
    assert run.stdout == f"{code}\n[0, 0]\n"
    assert (run.last["w0"].state, run.last["w0"].exit_code) == (state, code)
    assert [run.last[name].state for name in ("w1", "w2", "MainProcess")] == [State.ENDED] * 3
    assert run.ended.lost == 0
    assert run.trace.lost == 0


@pytest.mark.parametrize("turn", range(4))
def test_what_a_killed_process_recorded_is_there(tmp_path: Path, turn: int) -> None:
    run = watch(
        program(
            tmp_path,
            """
            import mmap, multiprocessing as mp, os, random, signal, time

            def work(lock, count):
                while True:
                    with lock:
                        pass
                    count[:8] = (int.from_bytes(count[:8], "little") + 1).to_bytes(8, "little")

            if __name__ == "__main__":
                count = mmap.mmap(-1, 4096)
                worker = mp.Process(target=work, args=(mp.Lock(), count), name="w")
                worker.start()
                time.sleep(random.random() / 5 + 0.05)
                os.kill(worker.pid, signal.SIGKILL)
                worker.join()
                print(int.from_bytes(count[:8], "little"))
            """,
        ),
        start_method="fork",
    )
    counted = int(run.stdout)
    worker = next(p for p in run.trace.processes if p.name == "w")
    from ipcsim.events import Kind

    rows = run.trace.select(
        run.trace.begin, run.trace.end + 1, process=worker.process, kinds=[Kind.RELEASE]
    )
    # It may have been killed between the count and the record, or in the middle of counting.
    assert counted <= len(rows) <= counted + 1


def test_ways_to_end(tmp_path: Path) -> None:
    run = watch(
        program(
            tmp_path,
            """
            import os, sys, signal
            def child(end):
                pid = os.fork()
                if pid == 0:
                    end()
                os.waitpid(pid, 0)
            child(lambda: os._exit(5))
            child(lambda: sys.exit(6))
            child(lambda: os.kill(os.getpid(), signal.SIGKILL))
            def nested():
                child(lambda: os._exit(8))
                os._exit(7)
            child(nested)
            """,
        )
    )
    ends = {p.pid: (p.exit_code, p.parent) for p in run.trace.processes}
    assert sorted(code for code, _ in ends.values() if code is not None) == [-9, 0, 5, 6, 7, 8]
    assert run.ended.exit_code == 0
    killed = [s for s in run.messages if getattr(s, "state", None) is State.KILLED]
    assert len(killed) == 1
