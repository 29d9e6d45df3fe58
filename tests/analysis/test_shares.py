"""Who waits longest, who gets most, what holds whom up: notices, each in a few lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipcsim.analysis import Finding, fairness, findings

from .running import run_text

LOCK = """
    import multiprocessing as mp, os, signal, time

    def modest(lock, meet):
        meet.wait()
        with lock:
            pass

    if __name__ == "__main__":
        lock, meet = mp.Lock(), mp.Barrier(2)
        one = mp.Process(target=modest, args=(lock, meet))
        one.start()
        lock.acquire()
        meet.wait()
        time.sleep(0.5)
        os.kill(one.pid, signal.SIGSTOP)
        lock.release()
        for _ in range({rounds}):
            with lock:
                pass
        os.kill(one.pid, signal.SIGCONT)
        one.join()
"""
EQUAL = """
    import multiprocessing as mp

    def work(lock, meet):
        for _ in range(100):
            meet.wait()
            with lock:
                pass

    if __name__ == "__main__":
        lock, meet = mp.Lock(), mp.Barrier(2)
        team = [mp.Process(target=work, args=(lock, meet)) for _ in range(2)]
        for one in team:
            one.start()
        for one in team:
            one.join()
"""
QUEUE = """
    import multiprocessing as mp, time

    def consume(tasks):
        while tasks.get() is not None:
            time.sleep(0.01)

    if __name__ == "__main__":
        tasks = mp.Queue({bound})
        one = mp.Process(target=consume, args=(tasks,))
        one.start()
        for n in range(20):
            tasks.put(n)
        tasks.put(None)
        one.join()
"""
BARRIER = """
    import multiprocessing as mp, threading

    def work(meet):
        try:
            meet.wait({timeout})
        except threading.BrokenBarrierError:
            pass

    if __name__ == "__main__":
        meet = mp.Barrier(3)
        team = [mp.Process(target=work, args=(meet,)) for _ in range(2)]
        for one in team:
            one.start()
        {main}
        for one in team:
            one.join()
"""


def named(folder: Path, text: str) -> dict[str, Finding]:
    return {one.kind: one for one in findings(run_text(text, folder))}


def test_who_asks_again_and_again_passes_the_others_over(tmp_path: Path) -> None:
    found = named(tmp_path, LOCK.format(rounds=150))
    assert found["passed_over"].severity == "notice"
    assert "while others took it" in found["passed_over"].sentence
    assert found["passed_over"].time < found["passed_over"].moments[0], "from asking to getting"
    unfair = found["unfair"]
    assert unfair.severity == "notice"
    assert "MainProcess had it 151 times, Process-1 1 times" in unfair.sentence
    assert "Jain's index 0.51" in unfair.sentence


def test_a_short_wait_starves_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fairness, "LONG_WAIT_NS", 60_000_000_000)
    assert "passed_over" not in named(tmp_path, LOCK.format(rounds=150))


def test_a_few_times_are_no_finding(tmp_path: Path) -> None:
    assert named(tmp_path, LOCK.format(rounds=10)) == {}


def test_those_who_take_turns_are_fair(tmp_path: Path) -> None:
    assert named(tmp_path, EQUAL).keys() & {"unfair", "passed_over"} == set()


def test_a_bounded_queue_holds_its_producer_up(tmp_path: Path) -> None:
    found = named(tmp_path, QUEUE.format(bound=1))
    assert found.keys() == {"back_pressure"}
    assert found["back_pressure"].severity == "notice"
    assert "MainProcess waited" in found["back_pressure"].sentence


def test_one_without_a_bound_does_not(tmp_path: Path) -> None:
    assert named(tmp_path, QUEUE.format(bound="")) == {}


def test_a_barrier_whose_time_runs_out_is_broken(tmp_path: Path) -> None:
    found = named(tmp_path, BARRIER.format(timeout=0.2, main="pass"))
    assert found["broken_barrier"].severity == "wrong"
    assert "not all had come in time" in found["broken_barrier"].sentence


def test_to_break_it_is_the_way(tmp_path: Path) -> None:
    found = named(tmp_path, BARRIER.format(timeout="", main="meet.abort()"))
    assert {kind: one.severity for kind, one in found.items()} == {"broken_barrier": "notice"}
    assert "MainProcess broke meet" in found["broken_barrier"].sentence


def test_all_who_are_wanted_come(tmp_path: Path) -> None:
    assert named(tmp_path, BARRIER.format(timeout=5, main="meet.wait()")) == {}
