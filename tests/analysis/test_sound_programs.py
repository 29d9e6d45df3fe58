"""Sound programs that look a little like unsound ones, and what is known of a cut recording."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from ipcsim.analysis import findings
from ipcsim.trace.recording import read_recording

from .running import kinds, run_text


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


def test_what_is_left_in_a_heap_of_ones_own_was_sent_to_nobody(tmp_path: Path) -> None:
    trace = run_text(
        """
        import queue

        if __name__ == "__main__":
            nearest = queue.PriorityQueue()
            for distance in (3, 1, 2):
                nearest.put(distance)
            print(nearest.get())
        """,
        tmp_path,
    )
    assert kinds(trace) == set()


def test_a_managers_server_is_joined_by_its_manager(tmp_path: Path) -> None:
    trace = run_text(
        """
        import atexit, time
        atexit.register(time.sleep, 0.3)  # runs after multiprocessing's own
        import multiprocessing

        if __name__ == "__main__":
            manager = multiprocessing.Manager()
        """,
        tmp_path,
    )
    assert findings(trace) == []
