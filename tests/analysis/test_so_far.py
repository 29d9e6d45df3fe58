"""Findings of a run that floods: what needs the order of everything comes when that is known."""

from __future__ import annotations

from pathlib import Path

from ipcsim.analysis import ORDERED, advance, findings
from ipcsim.trace.lock_graph import LockGraph
from ipcsim.trace.recording import read_recording

from .running import run_text

PROGRAM = """
    import multiprocessing as mp, pathlib

    # One after the other, which nothing but a file tells: a race in which nothing is lost. A lost
    # update would be told in its place.
    done = pathlib.Path(__file__ + ".done")

    def add(x, rounds, last):
        while last and not done.exists():
            pass
        for _ in range(rounds):
            x.value += 1
        done.touch()

    def fail():
        raise ValueError("no")

    if __name__ == "__main__":
        x = mp.Value("i", 0)
        team = [mp.Process(target=add, args=(x, 50, last)) for last in (False, True)]
        team.append(mp.Process(target=fail))
        for one in team:
            one.start()
        for one in team:
            one.join()
"""


def test_so_far_all_else_is_told_and_the_rest_once_it_is_known(tmp_path: Path) -> None:
    whole = run_text(PROGRAM, tmp_path)
    every = [finding.kind for finding in findings(whole)]
    ordered = {finding.kind for question in ORDERED for finding in question.find(whole)}
    assert ordered
    assert "exception" in set(every) - ordered
    growing, _reader = read_recording(tmp_path / "run.ipcsim")
    assert not advance(growing, 5)
    early = [finding.kind for finding in findings(growing, so_far=True)]
    assert early == [kind for kind in every if kind not in ordered]
    assert not advance(growing, 1)  # telling them has not worked it out
    while not advance(growing, 50):
        pass
    assert [finding.kind for finding in findings(growing, so_far=True)] == every


LOCKS = """
    import multiprocessing as mp

    def take(first, second):
        with first:
            with second:
                pass

    if __name__ == "__main__":
        a, b = mp.Lock(), mp.Lock()
        for pair in ((a, b), (b, a)):
            one = mp.Process(target=take, args=pair)
            one.start()
            one.join()
"""


def test_locks_are_looked_at_a_few_events_at_a_time(tmp_path: Path) -> None:
    trace = run_text(LOCKS, tmp_path)
    whole, parts = LockGraph(trace), LockGraph(trace)
    whole.advance()
    assert len(whole.edges) == 2
    parts.advance(1)
    assert len(parts.edges) < 2
    for _event in range(trace.event_count):
        before = dict(parts._done)
        parts.advance(1)
        assert sum(parts._done.values()) - sum(before.values()) <= 8, (
            "more than one critical section"
        )
    assert parts.edges == whole.edges
