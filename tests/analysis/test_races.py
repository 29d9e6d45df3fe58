"""Happened-before, mechanism by mechanism, in real programs whose runs all go well."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipcsim.analysis import findings

from .running import kinds, run_text

PAIR = """
    import multiprocessing as mp, queue, threading, time

    def first(x, s):
        {before}
        x.value += 1
        {signal}

    def second(x, s):
        {wait}
        x.value += 1
        {after}

    if __name__ == "__main__":
        x = mp.Value("i", 0)
        s = {make}
        team = [{kind}(target=t, args=(x, s)) for t in (first, second)]
        for one in team:
            one.start()
        for one in team:
            one.join()
        print(x.value)
"""


def pair(folder: Path, method: str = "fork", **parts: str) -> set[str]:
    """What is found in two additions, in one order by the clock, with these parts round them."""
    words = {"before": "pass", "after": "pass", "signal": "pass", "kind": "mp.Process"}
    trace = run_text(PAIR.format(**{"make": "None", **words, **parts}), folder, method=method)
    output = b"".join(piece.data for piece in trace.outputs).decode()
    assert output.strip() == "2"
    return kinds(trace)


LATER = "time.sleep(0.3)"
ORDERS = {
    "semaphore": {"make": "mp.Semaphore(0)", "signal": "s.release()", "wait": "s.acquire()"},
    "queue": {"make": "mp.Queue()", "signal": "s.put(1)", "wait": "s.get()"},
    "simple queue": {"make": "mp.SimpleQueue()", "signal": "s.put(1)", "wait": "s.get()"},
    "pipe": {"make": "mp.Pipe()", "signal": "s[0].send(1)", "wait": "s[1].recv()"},
    "event": {"make": "mp.Event()", "signal": "s.set()", "wait": "s.wait()"},
    "flag": {
        "make": "mp.Event()",
        "signal": "s.set()",
        "wait": "[time.sleep(0.01) for _ in iter(s.is_set, True)]",
    },
    "manager's flag": {
        "make": "mp.Manager().Event()",
        "signal": "s.set()",
        "wait": "[time.sleep(0.01) for _ in iter(s.is_set, True)]",
    },
    "barrier": {"make": "mp.Barrier(2)", "signal": "s.wait()", "wait": "s.wait()"},
    "tasks done": {
        "make": "mp.JoinableQueue()",
        "before": "s.get(timeout=5)",
        "signal": "s.task_done()",
        "wait": "s.put(1); s.join()",
    },
    "lock": {
        "make": "mp.Lock()",
        "before": "s.acquire()",
        "signal": "s.release()",
        "wait": LATER + "; s.acquire()",
        "after": "s.release()",
    },
    "manager's lock": {
        "make": "mp.Manager().Lock()",
        "before": "s.acquire()",
        "signal": "s.release()",
        "wait": LATER + "; s.acquire()",
        "after": "s.release()",
    },
    "manager's queue": {"make": "mp.Manager().Queue()", "signal": "s.put(1)", "wait": "s.get()"},
    "condition": {
        "make": "mp.Condition()",
        "before": LATER,
        "signal": "s.acquire(); s.notify(); s.release()",
        "wait": "s.acquire(); s.wait(); s.release()",
    },
    "threads' flag": {
        "make": "threading.Event()",
        "signal": "s.set()",
        "wait": "[time.sleep(0.01) for _ in iter(s.is_set, True)]",
        "kind": "threading.Thread",
    },
    "threads' queue": {
        "make": "queue.Queue()",
        "signal": "s.put(1)",
        "wait": "s.get()",
        "kind": "threading.Thread",
    },
}


@pytest.mark.parametrize("name", ORDERS)
def test_what_orders_two_accesses_makes_them_no_race(name: str, tmp_path: Path) -> None:
    assert "data_race" not in pair(tmp_path, **ORDERS[name])


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_a_race_is_found_in_a_run_that_went_well(method: str, tmp_path: Path) -> None:
    assert pair(tmp_path, method, wait=LATER) == {"data_race"}


def test_a_lock_that_only_one_of_them_takes_orders_nothing(tmp_path: Path) -> None:
    found = pair(
        tmp_path,
        make="mp.Lock()",
        before=LATER + "; s.acquire()",
        signal="s.release()",
        wait="pass",
    )
    assert found == {"data_race"}


def test_a_flag_that_was_not_set_when_asked_orders_nothing(tmp_path: Path) -> None:
    found = pair(
        tmp_path,
        make="mp.Event()",
        before=LATER,
        signal="s.set()",
        wait="s.is_set(); time.sleep(1)",
    )
    assert found == {"data_race"}


def test_two_locks_are_not_one(tmp_path: Path) -> None:
    found = pair(
        tmp_path,
        make="(mp.Lock(), mp.Lock())",
        before="s[0].acquire()",
        signal="s[0].release()",
        wait=LATER + "; s[1].acquire()",
        after="s[1].release()",
    )
    assert found == {"data_race"}


def test_the_evidence_is_the_two_accesses(tmp_path: Path) -> None:
    trace = run_text(PAIR.format(make="None", before="pass", signal="pass", after="pass",
                                 wait=LATER, kind="mp.Process"), tmp_path)  # fmt: skip
    (finding,) = [one for one in findings(trace) if one.kind == "data_race"]
    assert {trace.event(row).kind.name for row in finding.events} == {"READ", "WRITE"}
    assert len({trace.event(row).process for row in finding.events}) == 2
    assert trace.objects[finding.objects[0]].name == "x"
    assert sorted(place.rpartition(":")[2] for place in finding.locations) == ["11", "6"]
    assert finding.moments
    assert finding.schedule == ""


def test_start_and_join_are_an_order(tmp_path: Path) -> None:
    trace = run_text(
        """
        import multiprocessing as mp

        def add(x):
            x.value += 1

        if __name__ == "__main__":
            x = mp.Value("i", 0)
            x.value += 1
            for _ in range(3):
                one = mp.Process(target=add, args=(x,))
                one.start()
                one.join()
            x.value += 1
            print(x.value)
        """,
        tmp_path,
    )
    assert "data_race" not in kinds(trace)


def test_a_flag_that_is_polled_is_no_race(tmp_path: Path) -> None:
    trace = run_text(
        """
        import multiprocessing as mp, time

        def watch(go):
            while go.value:
                time.sleep(0.01)

        if __name__ == "__main__":
            go = mp.Value("b", 1)
            one = mp.Process(target=watch, args=(go,))
            one.start()
            time.sleep(0.2)
            go.value = 0
            one.join()
        """,
        tmp_path,
    )
    assert kinds(trace) == set()


DICTIONARY = """
    import multiprocessing as mp, time

    def work(shared, lock, later):
        time.sleep(later)
        {how}

    if __name__ == "__main__":
        manager = mp.Manager()
        shared, lock = manager.dict(a="something long", n=0), mp.Lock()
        team = [mp.Process(target=work, args=(shared, lock, n / 4)) for n in range(2)]
        for one in team:
            one.start()
        for one in team:
            one.join()
"""


@pytest.mark.parametrize(
    ("how", "found"),
    [
        ("shared['n'] += 1", {"data_race"}),
        ("shared['n'] = shared.get('n', 0) + 1", {"data_race"}),
        ("\n        with lock:\n            shared['n'] += 1", set()),
        (
            "\n        if 'new' not in shared:\n            shared['new'] = later",
            {"check_then_act"},
        ),
        ("shared.setdefault('new', later)", set()),
        # Texts and lists have other numbers in each process.
        ("\n        with lock:\n            shared['a'] = shared['a'] + ' and more'", set()),
        ("\n        with lock:\n            shared['a'] = [*shared['a'], 'and more']", set()),
        ("shared[later] = 1", set()),
    ],
)
def test_a_manager_s_dictionary(how: str, found: set[str], tmp_path: Path) -> None:
    assert kinds(run_text(DICTIONARY.format(how=how), tmp_path)) == found


@pytest.mark.parametrize(("takes", "happened"), [(0, False), (1, True)])
def test_whether_another_came_between_look_and_act(
    takes: int, happened: bool, tmp_path: Path
) -> None:
    how = f"""
        if 'new' not in shared:
            time.sleep({takes})
            shared['new'] = later"""
    trace = run_text(DICTIONARY.format(how=how), tmp_path)
    (finding,) = findings(trace)
    assert (finding.kind, finding.happened) == ("check_then_act", happened)
    named = [trace.processes[process].name for process in finding.processes]
    assert len(named) == 2
    assert all(name in finding.sentence for name in named)


@pytest.mark.parametrize("line", ["x.value += 1", "x.value = number"])
def test_a_race_that_did_no_harm_did_not_happen(line: str, tmp_path: Path) -> None:
    program = """
        import multiprocessing as mp
        import time

        def work(x, number):
            time.sleep(number)
            {line}

        if __name__ == "__main__":
            x = mp.Value("d", 0)
            team = [mp.Process(target=work, args=(x, n / 4)) for n in range(2)]
            for one in team:
                one.start()
            for one in team:
                one.join()
        """
    (finding,) = findings(run_text(program.format(line=line), tmp_path))
    assert (finding.kind, finding.happened) == ("data_race", False)


def test_raw_memory_is_not_known(tmp_path: Path) -> None:
    trace = run_text(
        """
        import multiprocessing as mp

        def add(x):
            x.get_obj().value += 1

        if __name__ == "__main__":
            x = mp.Value("i", 0)
            team = [mp.Process(target=add, args=(x,)) for _ in range(2)]
            for one in team:
                one.start()
            for one in team:
                one.join()
        """,
        tmp_path,
    )
    assert kinds(trace) == set()
    assert "not_known" in kinds(trace, "notice")


@pytest.mark.parametrize("start", [True, False])
def test_memory_that_a_child_inherits_is_not_known(start: bool, tmp_path: Path) -> None:
    trace = run_text(
        f"""
        import multiprocessing as mp

        def add(x):
            x.value += 1

        if __name__ == "__main__":
            x = mp.RawValue("i", 0)
            team = [mp.Process(target=add, args=(x,)) for _ in range(2)]
            for one in team if {start} else []:
                one.start()
            for one in team if {start} else []:
                one.join()
        """,
        tmp_path,
    )
    assert kinds(trace) == set()
    assert kinds(trace, "notice") == ({"not_known"} if start else set())


STOP = """
    import multiprocessing as mp, time

    def search(found, n):
        while not found.value:
            time.sleep(0.01 * n)
            if n == 2 or time.perf_counter() < 0:
                found.value = 1
            else:
                found.value = 1

    if __name__ == "__main__":
        found = mp.Value("b", 0)
        team = [mp.Process(target=search, args=(found, n)) for n in (1, 2)]
        for one in team:
            one.start()
        for one in team:
            one.join()
"""


def test_all_write_the_same(tmp_path: Path) -> None:
    """Whoever finds it says so: who comes first makes no difference."""
    assert kinds(run_text(STOP, tmp_path)) == set()


ONCE = """
    import multiprocessing as mp, contextlib

    def begin(first, meet, lock):
        with lock:
            if not first.is_set():
                {meet}
                print("set up")
                first.set()

    if __name__ == "__main__":
        first, meet, lock = mp.Event(), mp.Barrier(2), {lock}
        team = [mp.Process(target=begin, args=(first, meet, lock)) for _ in range(2)]
        for one in team:
            one.start()
        for one in team:
            one.join()
"""


def test_two_find_an_event_not_set(tmp_path: Path) -> None:
    program = ONCE.format(meet="meet.wait()", lock="mp.Semaphore(2)")
    (finding,) = findings(run_text(program, tmp_path))
    assert (finding.kind, finding.severity) == ("check_then_act", "notice")
    assert "both found first not set (line 6) before either had set it (line 9)" in finding.sentence


@pytest.mark.parametrize(
    ("meet", "lock", "text"),
    [("pass", "mp.Lock()", ""), ("meet.wait()", "mp.Semaphore(2)", 'print("set up")')],
)
def test_one_sets_it_or_nothing_depends_on_who(
    meet: str, lock: str, text: str, tmp_path: Path
) -> None:
    program = ONCE.format(meet=meet, lock=lock)
    if text:
        program = program.replace(f"                {meet}\n                {text}\n", "")
    assert findings(run_text(program, tmp_path)) == []
