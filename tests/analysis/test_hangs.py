"""Programs that hang, and what is said of those who wait and of those who go on."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipcsim.analysis import NOTICE, WRONG, findings
from ipcsim.analysis.finding import Finding
from ipcsim.supervisor.messages import State
from ipcsim.trace.world import World
from tests.analysis.running import run_text


def told(text: str, folder: Path, method: str = "fork") -> list[Finding]:
    """Findings of a program that is ended after two seconds."""
    return findings(run_text(text, folder, timeout=2, method=method))


def test_two_that_fill_queues_for_each_other(tmp_path: Path) -> None:
    (found,) = told(
        """
        import multiprocessing as mp

        def work(mine, other):
            for item in range(10):
                mine.put(item)
            for item in range(10):
                other.get()

        if __name__ == "__main__":
            left, right = mp.Queue(2), mp.Queue(2)
            one = mp.Process(target=work, args=(left, right), name="one")
            two = mp.Process(target=work, args=(right, left), name="two")
            one.start(); two.start(); one.join(); two.join()
        """,
        tmp_path,
    )
    assert found.kind == "deadlock"
    assert "one waits in `left.put(…)` (line 6) for MainProcess, two;" in found.sentence
    assert "two waits in `right.put(…)` (line 6) for MainProcess, one." in found.sentence
    assert "take out of the queue" in found.remedy


def test_a_task_that_waits_for_its_own_pool(tmp_path: Path) -> None:
    first = told(
        """
        from concurrent.futures import ThreadPoolExecutor

        pool = ThreadPoolExecutor(1)

        def inner():
            return 1

        def outer():
            return pool.submit(inner).result()

        if __name__ == "__main__":
            pool.submit(outer).result()
        """,
        tmp_path,
    )[0]
    assert first.kind == "deadlock"
    assert "for itself" in first.sentence
    assert "RLock" not in first.remedy
    assert "another task of its own pool" in first.explanation


def test_a_lock_that_was_locked_at_the_fork(tmp_path: Path) -> None:
    found = told(
        """
        import multiprocessing as mp, threading

        lock, held, done = threading.Lock(), threading.Event(), threading.Event()

        def hold():
            with lock:
                held.set()
                done.wait()

        def work():
            with lock:
                pass

        if __name__ == "__main__":
            threading.Thread(target=hold).start()
            held.wait()
            child = mp.Process(target=work, name="child")
            child.start()
            done.set()
            child.join()
        """,
        tmp_path,
    )
    (child,) = [one for one in found if one.kind == "blocked" and "child was" in one.sentence]
    assert "`lock (2).acquire()` (line 12)" in child.sentence
    assert "this copy was locked at the fork" in child.sentence


@pytest.mark.parametrize(
    ("busy", "words"),
    [
        ("time.sleep(100)", "child slept in `time.sleep(100)` (line 5) for"),
        ("while not flag.value: pass", "before, at `flag.value` (line 5)"),
        ("while True: pass", "nothing was seen of child for"),
    ],
)
def test_who_goes_on_when_time_is_up_and_who_waits_meanwhile(
    tmp_path: Path, busy: str, words: str
) -> None:
    going, waiting = told(
        f"""
        import multiprocessing as mp, time

        def work(flag):
            {busy}

        if __name__ == "__main__":
            child = mp.Process(target=work, args=(mp.Value("b"),), name="child")
            child.start()
            child.join()
        """,
        tmp_path,
    )
    assert (going.kind, going.severity) == ("still_going", NOTICE)
    assert words in going.sentence
    assert (waiting.kind, waiting.severity) == ("blocked", NOTICE)
    assert "MainProcess was blocked for" in waiting.sentence
    assert "`child.join()` (line 10): child has not ended" in waiting.sentence


def test_a_process_of_which_nothing_was_seen(tmp_path: Path) -> None:
    (going,) = told("import subprocess\nsubprocess.run(['sleep', '100'])\n", tmp_path)
    assert going.kind == "still_going"
    assert "nothing was seen of MainProcess for" in going.sentence


LINGERS = """
    import multiprocessing as mp, threading

    event = threading.Event()

    def work():
        threading.Thread(target=event.wait, name="lasts", daemon={daemon}).start()

    if __name__ == "__main__":
        {runs}
"""


@pytest.mark.parametrize(
    ("runs", "who"),
    [
        ("work()", "MainProcess"),
        ("child = mp.Process(target=work, name='child'); child.start(); child.join()", "child"),
    ],
)
def test_who_has_done_its_work_and_waits_for_a_thread(tmp_path: Path, runs: str, who: str) -> None:
    trace = run_text(LINGERS.format(daemon=False, runs=runs), tmp_path, timeout=2)
    (found,) = [one for one in findings(trace) if one.kind == "cannot_end"]
    assert found.sentence.startswith(
        f"{who} has done its work and can't end: its thread lasts waits "
    )
    assert "the event is not set" in found.sentence
    process = next(info for info in trace.processes if info.name == who)
    assert trace.ended is not None
    moment = World(trace).at(trace.ended.left_alone_until - 1)
    there = moment.processes[process.process]
    assert moment.caption.startswith(f"{who}/lasts waits in `")
    assert there.state is State.ENDING
    assert there.actors[0].sentence == f"{who} can't end: waits for lasts."


def test_who_has_a_daemon_ends(tmp_path: Path) -> None:
    trace = run_text(LINGERS.format(daemon=True, runs="work()"), tmp_path, timeout=20)
    assert trace.ended is not None
    assert (trace.ended.exit_code, trace.ended.timed_out) == (0, False)
    assert findings(trace) == []


def test_a_manager_hides_nobody_who_is_blocked(tmp_path: Path) -> None:
    (blocked,) = told(
        """
        import multiprocessing as mp

        if __name__ == "__main__":
            with mp.Manager() as manager:
                manager.Queue().get()
        """,
        tmp_path,
    )
    assert (blocked.kind, blocked.severity) == ("blocked", WRONG)
    assert "MainProcess was blocked for" in blocked.sentence
