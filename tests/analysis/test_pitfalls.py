"""The pitfalls by name, each in a few lines that fall into it, and in a few that don't."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipcsim.analysis import findings

from .running import kinds, run_text


def test_p3_a_pool_s_worker_dies(tmp_path: Path) -> None:
    trace = run_text(
        """
        import multiprocessing as mp, os, signal

        def task(n):
            if n == 1:
                os.kill(os.getpid(), signal.SIGKILL)
            return n

        if __name__ == "__main__":
            with mp.Pool(2) as pool:
                results = [pool.apply_async(task, (n,)) for n in range(3)]
                try:
                    results[1].get(timeout=1)
                except mp.TimeoutError:
                    pass
        """,
        tmp_path,
    )
    named = {one.kind: one for one in findings(trace)}
    assert named["worker_died"].pitfall == "P3"
    assert "BrokenProcessPool" in named["worker_died"].explanation
    assert [where.rpartition(":")[2] for where in named["worker_died"].locations] == ["6"]


def test_p3_where_it_was_handed_in_is_known_at_least(tmp_path: Path) -> None:
    trace = run_text(
        """
        import os
        from concurrent.futures import ProcessPoolExecutor

        if __name__ == "__main__":
            with ProcessPoolExecutor(1) as pool:
                print(pool.submit(os._exit, 3).exception())
        """,
        tmp_path,
    )
    (finding,) = [one for one in findings(trace) if one.kind == "worker_died"]
    assert [where.rpartition(":")[2] for where in finding.locations] == ["7"]


POOL = """
    import multiprocessing as mp, time

    def task(n):
        time.sleep(0.3)
        return n

    if __name__ == "__main__":
        with mp.Pool(1) as pool:
            result = pool.apply_async(task, (1,))
            time.sleep(0.1)
            {inside}
        {outside}
"""


def test_p4_get_after_the_pool(tmp_path: Path) -> None:
    trace = run_text(POOL.format(inside="pass", outside="result.get()"), tmp_path, timeout=2)
    (finding,) = [one for one in findings(trace) if one.kind == "get_after_pool"]
    assert finding.pitfall == "P4"


def test_get_inside_the_with_block(tmp_path: Path) -> None:
    assert kinds(run_text(POOL.format(inside="result.get()", outside="pass"), tmp_path)) == set()


def test_p5_no_guard(tmp_path: Path) -> None:
    trace = run_text(
        """
        import multiprocessing as mp

        def work():
            pass

        one = mp.Process(target=work)
        one.start()
        one.join()
        """,
        tmp_path,
        method="spawn",
    )
    assert {one.pitfall for one in findings(trace) if one.kind == "no_main_guard"} == {"P5"}


def test_p6_what_does_not_pickle(tmp_path: Path) -> None:
    trace = run_text(
        """
        import multiprocessing as mp

        if __name__ == "__main__":
            one = mp.Process(target=lambda: None)
            one.start()
        """,
        tmp_path,
        method="spawn",
    )
    assert {one.pitfall for one in findings(trace) if one.kind == "not_picklable"} == {"P6"}


def test_p6_in_a_queue(tmp_path: Path) -> None:
    trace = run_text(
        """
        import multiprocessing as mp

        if __name__ == "__main__":
            mail = mp.Queue()
            mail.put(lambda: None)
            mail.put(1)
            mail.get()
        """,
        tmp_path,
    )
    (finding,) = [one for one in findings(trace) if one.kind == "not_picklable"]
    assert "feeder thread dropped it" in finding.sentence
    assert "put something into mail (line 6)" in finding.sentence
    assert [where.rpartition(":")[2] for where in finding.locations] == ["6"]


FORKED = """
    import multiprocessing as mp, threading, time

    lock = threading.Lock()

    def hold():
        with lock:
            time.sleep({held})

    def work():
        with lock:
            print("got it")

    if __name__ == "__main__":
        other = threading.Thread(target=hold)
        other.start()
        time.sleep(0.1)
        one = mp.Process(target=work)
        one.start()
        other.join()
        one.join()
"""


def test_p7_fork_with_a_locked_lock(tmp_path: Path) -> None:
    trace = run_text(FORKED.format(held=0.5), tmp_path, timeout=2)
    (finding,) = [one for one in findings(trace) if one.kind == "fork_with_threads"]
    assert (finding.pitfall, finding.severity) == ("P7", "wrong")


def test_p7_that_went_well_is_a_notice(tmp_path: Path) -> None:
    trace = run_text(
        FORKED.format(held=0.5).replace(
            "with lock:\n            print", "if True:\n            print"
        ),
        tmp_path,
    )
    assert kinds(trace) == set()
    assert "fork_with_threads" in kinds(trace, "notice")


def test_livelock(tmp_path: Path) -> None:
    trace = run_text(
        """
        import multiprocessing as mp, time

        def polite(mine, other, ready):
            mine.acquire()
            ready.wait()
            while not other.acquire(False):
                time.sleep(0.005)

        if __name__ == "__main__":
            a, b, ready = mp.Lock(), mp.Lock(), mp.Barrier(2)
            team = [mp.Process(target=polite, args=(*pair, ready)) for pair in ((a, b), (b, a))]
            for one in team:
                one.start()
            for one in team:
                one.join()
        """,
        tmp_path,
        timeout=3,
    )
    assert "livelock" in kinds(trace)


DAEMON = """
    import multiprocessing as mp, time

    def work(started):
        started.set()
        for _ in range({rounds}):
            time.sleep(0.01)

    if __name__ == "__main__":
        started = mp.Event()
        one = mp.Process(target=work, args=(started,), daemon=True)
        one.start()
        started.wait()
        {ends}
"""


def test_p10_a_daemon_is_cut_off(tmp_path: Path) -> None:
    trace = run_text(DAEMON.format(rounds=1000, ends="pass"), tmp_path)
    (finding,) = findings(trace)
    assert finding.kind == "daemon_cut_off"
    assert finding.severity == "notice"
    assert "Process-1" in finding.sentence


def test_a_daemon_that_is_joined_is_not_cut_off(tmp_path: Path) -> None:
    assert findings(run_text(DAEMON.format(rounds=3, ends="one.join()"), tmp_path)) == []


def test_p12_is_not_said_of_another_function_of_that_name(tmp_path: Path) -> None:
    source = """
        import multiprocessing as mp

        class Job(mp.Process):
            def run(self):
                {job}

        class Other:
            def run(self):
                return self

        if __name__ == "__main__":
            job = Job()
            job.start()
            job.join()
        """
    assert kinds(run_text(source.format(job="pass"), tmp_path)) == set()
    assert kinds(run_text(source.format(job="return self"), tmp_path)) == {"lost_return_value"}


HANDED_OVER = """
    import multiprocessing as mp

    def work(queue, lock):
        with lock:
            queue.put(1)

    if __name__ == "__main__":
        queue = mp.SimpleQueue()
        {before}
        child = mp.Process(target=work, args=(queue, {lock}))
        child.start()
        child.join()
"""


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_a_lock_that_only_the_arguments_refer_to_is_collected(tmp_path: Path, method: str) -> None:
    text = HANDED_OVER.format(before="", lock="mp.Lock()")
    trace = run_text(text, tmp_path, method=method)
    (finding,) = [one for one in findings(trace) if one.kind == "collected_too_early"]
    assert "Process-1 was to be handed a lock or a queue (line 12)" in finding.sentence
    assert [where.rpartition(":")[2] for where in finding.locations] == ["12"]
    kept = run_text(
        HANDED_OVER.format(before="lock = mp.Lock()", lock="lock"), tmp_path, method=method
    )
    assert [one.kind for one in findings(kept)] == ["never_received"]
