"""Rings of forked children: handed on when one is dead, and each has but its own records."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipcsim.events import Kind
from ipcsim.supervisor.messages import State
from tests.run.watching import program, watch

ONE_BY_ONE = """
    import multiprocessing as mp, os, signal, sys

    def files():
        directory = sys.modules["ipcsim.probe.travel"]._session["directory"]
        return sum(name.startswith("ring-") for name in os.listdir(directory))

    def work(queue, number):
        for item in range(number):
            queue.put(item)
        {end}

    if __name__ == "__main__":
        queue, most = mp.SimpleQueue(), 0
        for number in range(60):
            worker = mp.Process(target=work, args=(queue, number), name=str(number))
            worker.start()
            for _ in range(number):
                queue.get()
            worker.join()
            most = max(most, files())
        print(most)
"""


@pytest.mark.parametrize(
    ("end", "state"),
    [("pass", State.ENDED), ("os.kill(os.getpid(), signal.SIGKILL)", State.KILLED)],
)
def test_a_ring_is_used_again_with_nothing_left_in_it(
    tmp_path: Path, end: str, state: State
) -> None:
    run = watch(program(tmp_path, ONE_BY_ONE.format(end=end)), start_method="fork")
    # Its own, and pools of 4, 4, 8 and 16 rings, should the supervisor be late.
    assert int(run.stdout) <= 5
    processes = run.trace.processes
    assert [info.name for info in processes[1:]] == [str(number) for number in range(60)]
    for number, info in enumerate(processes[1:]):
        puts = run.trace.select(0, 1 << 62, process=info.process, kinds=[Kind.PUT])
        assert len(puts) == number
        assert run.last[info.name].state is state
    assert run.trace.lost == 0


def test_each_of_many_at_once_has_its_own(tmp_path: Path) -> None:
    run = watch(
        program(
            tmp_path,
            """
            import multiprocessing as mp

            def work(barrier, queue, number):
                barrier.wait()
                if number % 10 == 0:
                    child = mp.Process(target=put, args=(queue, 100 + number))
                    child.start()
                    child.join()
                put(queue, number)

            def put(queue, number):
                queue.put(number)

            if __name__ == "__main__":
                barrier, queue = mp.Barrier(40), mp.SimpleQueue()
                workers = [
                    mp.Process(target=work, args=(barrier, queue, n), name=f"w{n}")
                    for n in range(40)
                ]
                for worker in workers:
                    worker.start()
                print(sorted(queue.get() for _ in range(44)))
                for worker in workers:
                    worker.join()
            """,
        ),
        start_method="fork",
    )
    assert run.stdout == f"{[*range(40), 100, 110, 120, 130]}\n"
    processes = run.trace.processes
    assert len(processes) == 45
    parents = [info.parent for info in processes[1:]]
    assert sorted(parents.count(process) for process in set(parents)) == [1, 1, 1, 1, 40]
    for info in processes[1:]:
        puts = run.trace.select(0, 1 << 62, process=info.process, kinds=[Kind.PUT])
        assert len(puts) == 1
    assert run.trace.lost == 0


SPOILING = """
    import multiprocessing as mp, os, signal, sys

    def work(queue, first, end):
        for item in range(100):
            queue.put(item)
        writer = sys.modules["ipcsim.probe.writer"]
        ring = sys.modules["ipcsim.probe.ring"]
        at = writer.own.base + ring.HEADER_SIZE
        for slot in range(first, first + 3):
            writer._map[at + slot * 32 + 28 : at + slot * 32 + 32] = bytes(4)
        for item in range(100):
            queue.put(item)
        if end == "killed":
            os.kill(os.getpid(), signal.SIGKILL)

    if __name__ == "__main__":
        queue = mp.SimpleQueue()
        # Its ring is read only when it is dead.
        os.kill(os.getppid(), signal.SIGSTOP)
        try:
            worker = mp.Process(target=work, args=(queue, 50, {end!r}), name="spoils")
            worker.start()
            for _ in range(200):
                queue.get()
            worker.join()
        finally:
            os.kill(os.getppid(), signal.SIGCONT)
"""


@pytest.mark.parametrize("end", ["ended", "killed"])
def test_what_follows_spoilt_records_is_read_and_they_are_counted(tmp_path: Path, end: str) -> None:
    run = watch(program(tmp_path, SPOILING.format(end=end)), start_method="fork")
    spoils = next(info for info in run.trace.processes if info.name == "spoils")
    puts = run.trace.select(0, 1 << 62, process=spoils.process, kinds=[Kind.PUT])
    assert run.trace.lost == 3
    assert 195 <= len(puts) < 200
