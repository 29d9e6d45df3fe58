"""The pitfalls by name, each in a few lines that fall into it, and in a few that don't."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from ipcsim.analysis import findings
from ipcsim.trace.recording import read_recording

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


LEAKS = """
    import multiprocessing as mp, time
    from multiprocessing import shared_memory

    def work(*_):
        pass

    if __name__ == "__main__":
        {body}
"""


@pytest.mark.parametrize(
    ("body", "kind", "severity"),
    [
        (
            "block = shared_memory.SharedMemory(create=True, size=9); block.close()",
            "never_unlinked",
            "wrong",
        ),
        ("a, b = mp.Pipe(); a.send(1); b.recv()", "never_closed", "notice"),
        ("mp.Process(target=work).start(); time.sleep(0.5)", "never_joined", "notice"),
        ("q = mp.JoinableQueue(); q.put(1); q.get()", "never_acknowledged", "notice"),
        ("q = mp.Queue(); q.put(1); q.cancel_join_thread()", "never_received", "wrong"),
        ("s = mp.BoundedSemaphore(1)\n        try: s.release()\n        except ValueError: pass",
         "over_release", "wrong"),
    ],
)  # fmt: skip
def test_leaks(body: str, kind: str, severity: str, tmp_path: Path) -> None:
    found = findings(run_text(LEAKS.format(body=body), tmp_path))
    assert [(one.kind, one.severity) for one in found] == [(kind, severity)]
    assert found[0].remedy


@pytest.mark.parametrize(
    "body",
    [
        "block = shared_memory.SharedMemory(create=True, size=9); block.close(); block.unlink()",
        "a, b = mp.Pipe(); a.send(1); b.recv(); a.close(); b.close()",
        "p = mp.Process(target=work); p.start(); p.join()",
        "q = mp.JoinableQueue(); q.put(1); q.get(); q.task_done(); q.join()",
        "s = mp.Semaphore(0); s.release(); s.acquire()",
    ],
)
def test_what_is_given_back_is_no_leak(body: str, tmp_path: Path) -> None:
    assert findings(run_text(LEAKS.format(body=body), tmp_path)) == []


def test_the_end_of_the_stream_never_comes(tmp_path: Path) -> None:
    trace = run_text(
        """
        import multiprocessing as mp

        def send(end):
            end.send(1)
            end.close()

        if __name__ == "__main__":
            receive, end = mp.Pipe(False)
            one = mp.Process(target=send, args=(end,))
            one.start()
            while True:
                receive.recv()
        """,
        tmp_path,
        timeout=2,
    )
    (finding,) = [one for one in findings(trace) if one.kind == "open_end"]
    assert "keeps the writing end end open itself" in finding.sentence


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


@pytest.mark.parametrize(
    "wait",
    ["q.get(timeout=0.01)", "lock.acquire(timeout=0.01) or 1 / 0"],
    ids=["a queue", "a lock that a third holds"],
)
def test_who_polls_is_not_in_a_livelock(wait: str, tmp_path: Path) -> None:
    trace = run_text(
        f"""
        import multiprocessing as mp, queue, time

        def poll(q, lock, go):
            while go.value:
                try:
                    {wait}
                except (queue.Empty, ZeroDivisionError):
                    pass

        if __name__ == "__main__":
            q, lock, go = mp.Queue(), mp.Lock(), mp.Value("b", 1)
            lock.acquire()
            team = [mp.Process(target=poll, args=(q, lock, go)) for _ in range(2)]
            for one in team:
                one.start()
            time.sleep(60)
        """,
        tmp_path,
        timeout=2.5,
    )
    assert "livelock" not in kinds(trace)


LENT = """
    import multiprocessing as mp

    def use(things):
        for _ in range(30):
            thing = things.get()
            things.put(thing)

    if __name__ == "__main__":
        things = mp.Queue()
        things.put("spanner")
        team = [mp.Process(target=use, args=(things,)) for _ in range(2)]
        for one in team:
            one.start()
        for one in team:
            one.join()
        things.get()
"""


def test_what_is_lent_through_a_queue_may_be_put_back(tmp_path: Path) -> None:
    assert kinds(run_text(LENT, tmp_path)) == set()


OWN_USE = """
    import multiprocessing as mp

    state = None

    def step():
        return state + 1

    def work():
        global state
        state = 1
        print(step())

    def main():
        one = mp.Process(target=work)
        one.start()
        one.join()
        {uses}

    if __name__ == "__main__":
        main()
"""


@pytest.mark.parametrize(("uses", "found"), [("pass", set()), ("print(state)", {"plain_global"})])
def test_p8_a_global_of_a_process_s_own(uses: str, found: set[str], tmp_path: Path) -> None:
    assert kinds(run_text(OWN_USE.format(uses=uses), tmp_path)) == found


def test_a_barrier_that_waits_for_who_waits_for_a_lock(tmp_path: Path) -> None:
    trace = run_text(
        """
        import multiprocessing as mp

        def meet(lock, barrier):
            for _ in range(2):
                lock.acquire()
                barrier.wait()
                lock.release()

        if __name__ == "__main__":
            lock, barrier = mp.Lock(), mp.Barrier(2)
            team = [mp.Process(target=meet, args=(lock, barrier)) for _ in range(2)]
            for one in team:
                one.start()
            for one in team:
                one.join()
        """,
        tmp_path,
        timeout=2,
    )
    (finding,) = [one for one in findings(trace) if one.kind == "deadlock"]
    whats = {wait.what: len(wait.others) for wait in finding.waits}
    assert whats["barrier.wait()"] == 1
    assert whats["lock.acquire()"] == 1


def test_incomplete_data_is_told(tmp_path: Path) -> None:
    trace = run_text("import multiprocessing as mp\nmp.Value('i').value += 1\n", tmp_path)
    path = tmp_path / "cut.ipcsim"
    path.write_bytes((tmp_path / "run.ipcsim").read_bytes()[:-200])
    assert trace.ended is not None
    cut, _reader = read_recording(path)
    (finding,) = findings(cut)
    assert finding.kind == "incomplete"
    assert "not known" in finding.sentence


HEALTHY = {
    "ping and pong": """
        def play(mine, other):
            while True:
                other.put(mine.get())

        def team():
            a, b = mp.Queue(), mp.Queue()
            a.put(1)
            return [(play, (a, b)), (play, (b, a))]
        """,
    "over a pipe": """
        def play(end, first):
            if first:
                end.send(1)
            while True:
                end.send(end.recv())

        def team():
            a, b = mp.Pipe()
            return [(play, (a, True)), (play, (b, False))]
        """,
    "a bell": """
        def ring(bell, stock):
            while True:
                time.sleep(0.01)
                with bell:
                    stock.value += 1
                    bell.notify()

        def take(bell, stock):
            while True:
                with bell:
                    while not stock.value:
                        bell.wait()
                    stock.value -= 1

        def team():
            pair = mp.Condition(), mp.Value("i", 0)
            return [(ring, pair), (take, pair), (take, pair)]
        """,
    "rounds": """
        def run(barrier, n):
            while True:
                time.sleep(0.002 * n)
                barrier.wait()

        def team():
            barrier = mp.Barrier(3)
            return [(run, (barrier, n)) for n in range(3)]
        """,
    "a flashing light": """
        def blink(light):
            while True:
                time.sleep(0.005)
                light.set()
                light.clear()

        def look(light):
            while True:
                light.wait()

        def team():
            light = mp.Event()
            return [(blink, (light,)), (look, (light,))]
        """,
}


@pytest.mark.parametrize("name", HEALTHY)
def test_a_program_that_is_stopped_at_its_work_is_not_blocked(name: str, tmp_path: Path) -> None:
    text = "import multiprocessing as mp, time\n" + textwrap.dedent(HEALTHY[name])
    text += textwrap.dedent(
        """
        if __name__ == "__main__":
            people = [mp.Process(target=t, args=a) for t, a in team()]
            for one in people:
                one.start()
            time.sleep(100)
        """
    )
    for moment in (0.8, 0.93):
        assert kinds(run_text(text, tmp_path, timeout=moment)) == set()
