"""A session: programs run as they run bare, and can be controlled."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from ipcsim.events import Kind
from ipcsim.run.programs import ParameterError
from ipcsim.run.session import Session
from ipcsim.run.spec import RunSpec
from ipcsim.supervisor.messages import Ended, Output, State
from ipcsim.trace.world import World
from tests.run.watching import Run, other_pythons, poll_until, program, watch

WORKERS = """
    import multiprocessing as mp, sys

    def work(lock, queue, number):
        with lock:
            queue.put(number)
        if number == 1:
            raise KeyError("no")

    if __name__ == "__main__":
        {set_up}
        lock, queue = mp.Lock(), mp.Queue()
        workers = [mp.Process(target=work, args=(lock, queue, n)) for n in range(3)]
        for worker in workers:
            worker.start()
        print(sorted(queue.get() for worker in workers))
        for worker in workers:
            worker.join()
        print(mp.get_start_method(), [worker.exitcode for worker in workers])
        sys.exit(3)
"""


@pytest.mark.skipif(not hasattr(os, "nice"), reason="this system has no nice")
@pytest.mark.parametrize("terminal", ["pty", "inherit"])
def test_a_program_steps_back_for_ipcsim(tmp_path: Path, terminal: str) -> None:
    share = Path("/proc/self/autogroup")
    told = f"""
        import os, pathlib
        out, share = pathlib.Path({str(tmp_path / "told")!r}), pathlib.Path({str(share)!r})
        told = [str(os.nice(0))]
        if share.exists():
            told += share.read_text().split()[-1:]
        out.write_text(" ".join(told))
    """
    run = watch(program(tmp_path, told), nice=7, terminal=terminal)
    assert run.ended.exit_code == 0
    expected = [str(os.nice(0) + 7)]
    if share.exists():
        # A session that isn't its own is others', too.
        expected += ["3"] if terminal == "pty" else share.read_text().split()[-1:]
    assert (tmp_path / "told").read_text().split() == expected


def test_a_program_among_the_packages_names_its_objects(tmp_path: Path) -> None:
    """As a lesson's does where ipcsim has been installed."""
    folder = tmp_path / "site-packages" / "lessons"
    folder.mkdir(parents=True)
    run = watch(program(folder, "import multiprocessing as mp\ncounter = mp.Value('i')\n"))
    assert run.trace.objects[0].name == "counter"


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_every_start_method(tmp_path: Path, method: str) -> None:
    run = watch(program(tmp_path, WORKERS.format(set_up="")), start_method=method)
    assert run.stdout == f"[0, 1, 2]\n{method} [0, 1, 0]\n"
    assert run.ended.exit_code == 3
    assert (run.ended.lost, run.ended.leftovers) == (0, ())
    assert Counter(p.exit_code for p in run.trace.processes) == {0: 2, 1: 1, 3: 1}
    crashed = [s for s in run.last.values() if s.state is State.CRASHED]
    assert [s.detail for s in crashed] == ["KeyError: 'no'"]


def test_program_chooses_its_own_start_method(tmp_path: Path) -> None:
    own = program(tmp_path, WORKERS.format(set_up='mp.set_start_method("spawn")'))
    assert watch(own, start_method="fork").stdout.endswith("spawn [0, 1, 0]\n")


@pytest.mark.parametrize("python", other_pythons())
def test_other_pythons(tmp_path: Path, python: str) -> None:
    run = watch(program(tmp_path, WORKERS.format(set_up="")), start_method="spawn", python=python)
    assert run.stdout == "[0, 1, 2]\nspawn [0, 1, 0]\n"
    assert len(run.trace.processes) == 4
    assert run.ended.lost == 0


def test_parameters_of_main(tmp_path: Path) -> None:
    form = program(
        tmp_path,
        """
        def main(workers: int = 4, name="a", *, fast: bool = False): print(workers, name, fast)
        if __name__ == "__main__": main(name="own")
        """,
    )
    run = watch(form, parameters={"workers": "7", "fast": "yes"})
    assert run.stdout == "7 own True\n"
    with pytest.raises(ParameterError, match="passes it"):
        Session(RunSpec(program=form, parameters={"name": "b"})).start()
    with pytest.raises(ParameterError, match="workers, name, fast"):
        Session(RunSpec(program=form, parameters={"works": 1})).start()
    with pytest.raises(ParameterError, match="wants int"):
        Session(RunSpec(program=form, parameters={"workers": "many"})).start()


def test_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, "import sys\nprint(__name__, __spec__.name, sys.argv[1:])", "something.py")
    monkeypatch.chdir(tmp_path)
    run = Run()
    with Session(RunSpec(module="something", args=["x"])) as session:
        poll_until(session, run, lambda r: any(isinstance(m, Ended) for m in r.messages))
    assert run.stdout == "__main__ something ['x']\n"


def test_input_and_stop(tmp_path: Path) -> None:
    asks = program(tmp_path, "print(input().upper(), flush=True)\nwhile True: pass")
    run = Run()
    with Session(RunSpec(program=asks)) as session:
        session.send_input(b"word\n")
        poll_until(session, run, lambda r: "WORD" in r.stdout)
        session.stop()
        poll_until(session, run, lambda r: any(isinstance(m, Ended) for m in r.messages))
    assert run.ended.stopped
    assert run.last["MainProcess"].state is State.TERMINATED


def test_pause_holds_and_does_not_count_towards_sleep(tmp_path: Path) -> None:
    sleeps = program(
        tmp_path,
        """
        import time
        print("now", flush=True)
        for turn in range(1000):
            time.sleep(0.001)
        print("done", flush=True)
        """,
    )
    run = Run()
    with Session(RunSpec(program=sleeps)) as session:
        poll_until(session, run, lambda r: "now" in r.stdout)
        session.pause()
        states = lambda r: [s for s in r.last.values() if s.state is State.HELD]  # noqa: E731
        poll_until(session, run, states)
        session.resume()
        poll_until(session, run, lambda r: "done" in r.stdout)
        poll_until(session, run, lambda r: any(isinstance(m, Ended) for m in r.messages))
    assert run.ended.exit_code == 0


def test_timeout(tmp_path: Path) -> None:
    began = time.monotonic()
    run = watch(program(tmp_path, "import time\ntime.sleep(60)"), timeout=0.5)
    assert run.ended.timed_out
    assert time.monotonic() - began < 10


def test_recording_is_kept_and_private(tmp_path: Path) -> None:
    kept = tmp_path / "run.ipcsim"
    watch(program(tmp_path, "print(1)"), record=kept)
    assert kept.stat().st_mode & 0o077 == 0
    from ipcsim.trace.recording import read_recording

    trace, reader = read_recording(kept)
    assert reader.damage == ""
    assert [p.exit_code for p in trace.processes] == [0]
    assert any(path.endswith("program.py") for path in trace.sources) or trace.event_count > 0


def test_output_has_its_writer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    forks = program(
        tmp_path,
        """
        import os, sys
        for turn in range(30):
            print("parent", turn, flush=True)
            if turn == 3 and os.fork() == 0:
                for turn in range(30): print("child", turn, flush=True)
                sys.exit(0)
        os.wait()
        """,
    )
    run = watch(forks)
    pieces = [m for m in run.messages if isinstance(m, Output)]
    writers = {b"parent": 0, b"child": 1}
    for piece in pieces:
        words = {line.split()[0] for line in piece.data.splitlines() if line.split()}
        assert {writers[word] for word in words} == {piece.ring}
    assert run.stdout.count("\n") == 60


def test_many_sessions_leave_no_descriptors(tmp_path: Path) -> None:
    quick = program(tmp_path, "pass")
    watch(quick)
    gc.collect()
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(4):
        watch(quick)
    with Session(RunSpec(program=program(tmp_path, "while True: pass", "long.py"))):
        pass
    gc.collect()
    # What is mapped goes beside us.
    deadline = time.monotonic() + 20
    while (left := len(os.listdir("/proc/self/fd"))) > before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert left <= before


def test_missing_python(tmp_path: Path) -> None:
    run = watch(program(tmp_path, "pass"), python=str(tmp_path / "python"))
    assert run.ended.exit_code == 127


def test_time_goes_on_while_nothing_happens(tmp_path: Path) -> None:
    """A program that hangs: its waits grow longer in the recording, too; while held they don't."""
    hangs = """
        import threading

        if __name__ == "__main__":
            gate = threading.Lock()
            gate.acquire()
            print("hangs", flush=True)
            gate.acquire()
    """
    run = Run()
    with Session(RunSpec(program=program(tmp_path, hangs))) as session:
        trace = session.trace
        poll_until(session, run, lambda run: "MainProcess" in run.last)
        poll_until(session, run, lambda run: run.last["MainProcess"].state is State.WAITING)
        for _second in range(2):
            # What was on its way is in by the end of the first one.
            events, begun = trace.event_count, trace.end
            poll_until(session, run, lambda _run: trace.end - begun > 1_000_000_000)  # noqa: B023
        assert trace.event_count == events
        assert trace.end < time.perf_counter_ns()
        session.pause()
        ends = []
        for _half in range(2):
            began = time.monotonic()
            poll_until(session, run, lambda _run: time.monotonic() - began > 0.5)  # noqa: B023
            ends.append(trace.end)
        assert ends[0] == ends[1]


def test_who_crashed_stays_at_the_line_that_it_crashed_at(tmp_path: Path) -> None:
    source = """
        import multiprocessing as mp

        def work(numbers):
            return numbers[3]

        if __name__ == "__main__":
            worker = mp.Process(target=work, args=([],))
            worker.start()
            worker.join()
    """
    run = watch(program(tmp_path, source), start_method="fork")
    worker = World(run.trace).at(run.trace.end).processes[1]
    assert worker.state is State.CRASHED
    place = worker.actors[0].place
    assert place is not None
    assert place.line == 5


def test_what_is_taken_and_not_reported_stays_with_who_took_it(tmp_path: Path) -> None:
    source = """
        import multiprocessing as mp

        def work(tasks):
            for _ in range(3):
                tasks.get()
            tasks.task_done()

        if __name__ == "__main__":
            tasks = mp.JoinableQueue()
            for number in range(40, 44):
                tasks.put(number)
            worker = mp.Process(target=work, args=(tasks,))
            worker.start()
            worker.join()
            tasks.get()
            tasks.task_done()
    """
    run = watch(program(tmp_path, source), start_method="fork")
    (tube,) = World(run.trace).at(run.trace.end).tubes.values()
    assert tube.unfinished == 2
    assert [(process, token.label) for process, token in tube.undone] == [(1, "41"), (1, "42")]


def test_connection_wait_is_told_with_all_its_ends(tmp_path: Path) -> None:
    source = """
        import multiprocessing as mp
        from multiprocessing.connection import wait

        if __name__ == "__main__":
            one, _mine = mp.Pipe(duplex=False)
            two, _other = mp.Pipe(duplex=False)
            print("hangs", flush=True)
            wait([one, two], 600)
    """
    run = Run()
    with Session(RunSpec(program=program(tmp_path, source))) as session:
        trace, world = session.trace, World(session.trace)

        def waits(_run: Run) -> bool:
            moment = world.at(trace.end)
            return any(len(p.actors[0].waits_on) > 1 for p in moment.processes)

        poll_until(session, run, waits)
        (main,) = world.at(trace.end).processes
    actor = main.actors[0]
    assert [trace.objects[end].name for end in actor.waits_on] == ["one", "two"]
    assert actor.operation.startswith("wait(")
    assert "one and two" in actor.sentence


def test_a_torn_read_names_who_wrote_in_its_middle(tmp_path: Path) -> None:
    source = """
        import multiprocessing as mp
        import time

        def write(pair, half, done):
            half.wait()
            pair[0] = pair[1] = 7
            done.set()
            time.sleep(600)

        if __name__ == "__main__":
            pair, half, done = mp.Array("i", 2), mp.Event(), mp.Event()
            mp.Process(target=write, args=(pair, half, done), daemon=True).start()
            seen = pair[0], half.set(), done.wait(), pair[1]
            print(seen[0], seen[3], flush=True)
            time.sleep(600)
    """
    run = Run()
    with Session(RunSpec(program=program(tmp_path, source), start_method="fork")) as session:
        trace = session.trace
        poll_until(session, run, lambda run: run.stdout == "0 7\n")
        poll_until(session, run, lambda _run: any(o.name == "pair" for o in trace.objects))
        number = next(o.object for o in trace.objects if o.name == "pair")
        poll_until(session, run, lambda _run: len(trace.store.of(number, Kind.READ)) == 2)
        read = int(trace.store.of(number, Kind.READ)[-1])
        main = World(trace).at(trace.store.time(read)).processes[0]
    assert [(c.index, c.label, c.torn) for c in main.chips] == [(1, "7", 1), (0, "0", None)]
    assert main.chips[1].stale


def test_a_supervisor_that_was_killed_leaves_nothing_to_complain_of(tmp_path: Path) -> None:
    """The queue's semaphores are removed once: by the queue."""
    script = f"""
import os, signal
from pathlib import Path
from ipcsim.run.session import Session
from ipcsim.run.spec import RunSpec

if __name__ == "__main__":
    session = Session(RunSpec(Path({str(program(tmp_path, "import time; time.sleep(100)"))!r})))
    session.start()
    os.kill(session._process.pid, signal.SIGKILL)
    session.close()
"""
    path = tmp_path / "killing.py"
    path.write_text(script)
    done = subprocess.run(
        [sys.executable, str(path)],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        check=True,
    )
    assert done.stderr == ""
