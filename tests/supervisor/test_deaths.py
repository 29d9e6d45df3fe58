"""Deaths: seen, named for what they are, and nothing recorded is lost by them."""

from __future__ import annotations

import os
from itertools import pairwise
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


@pytest.mark.parametrize("method", ["spawn", "fork", "forkserver"])
def test_one_that_is_killed_before_it_can_say_anything_is_shown(
    tmp_path: Path, method: str
) -> None:
    run = watch(
        program(
            tmp_path,
            """
    import multiprocessing as mp, time

    def work():
        time.sleep(60)  # were it quick, it could be over before it is killed

    if __name__ == "__main__":
        for _ in range(2):
            processes = [mp.Process(target=work, name="early") for _ in range(3)]
            for process in processes:
                process.start()
                process.kill()
            for process in processes:
                process.join()
            print([process.exitcode for process in processes])
""",
        ),
        start_method=method,
    )
    assert run.stdout == "[-9, -9, -9]\n" * 2
    children = run.trace.processes[1:]
    assert [(p.name, p.state, p.exit_code) for p in children] == [
        ("early", State.TERMINATED, -9)
    ] * 6
    assert {p.parent for p in children} == {0}
    assert len({p.pid for p in children}) == 6
    assert run.ended.lost == 0


SAME_PID = """
    import multiprocessing as mp, os, signal, sys, time

    def work(how):
        if how == "wait":
            lock.acquire()
            ready.set()
            time.sleep(30)
        if how == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if how == "raise":
            raise ValueError(how)
        sys.exit(how)

    lock, ready = mp.Lock(), mp.Event()
    if __name__ == "__main__":
        pid = 0
        for how in (3, 0, "wait", "kill", "raise", 0):
            if pid:
                with open("/proc/sys/kernel/ns_last_pid", "w") as last:
                    last.write(str(pid - 1))
            process = mp.Process(target=work, args=(how,), name=str(how))
            process.start()
            pid = pid or process.pid
            if how == "wait":
                ready.wait()
                process.terminate()
            process.join()
            print(process.pid == pid)
"""
NEXT_PID = Path("/proc/sys/kernel/ns_last_pid")


@pytest.mark.skipif(
    not (NEXT_PID.exists() and os.access(NEXT_PID, os.W_OK)),
    reason="only root can say which pid comes next (issue 2)",
)
def test_a_process_with_the_pid_of_an_ended_one_is_another(tmp_path: Path) -> None:
    run = watch(program(tmp_path, SAME_PID), start_method="fork")
    if "True" not in run.stdout.splitlines()[1:]:
        pytest.skip("the system didn't give the pid again (issue 2)")
    ends = [(p.name, p.state, p.exit_code) for p in run.trace.processes[1:]]
    assert ends == [
        ("3", State.CRASHED, 3),
        ("0", State.ENDED, 0),
        ("wait", State.TERMINATED, -15),
        ("kill", State.KILLED, -9),
        ("raise", State.CRASHED, 1),
        ("0", State.ENDED, 0),
    ]
    starts = [(p.started, p.ended) for p in run.trace.processes[1:]]
    assert all(ended <= begun for (_, ended), (begun, _) in pairwise(starts) if ended), starts
