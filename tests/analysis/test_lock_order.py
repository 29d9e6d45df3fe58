"""Lock orders that could deadlock, in real programs in which nothing has."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipcsim.analysis import findings

from .running import kinds, run_text

PROGRAM = """
    import multiprocessing as mp, time

    def one(a, b, gate):
        {gate}
        with a:
            with b:
                pass
        {open}

    def two(a, b, gate):
        time.sleep(0.2)
        {gate}
        with b:
            {how}
        {open}

    if __name__ == "__main__":
        a, b = mp.{kind}(), mp.{kind}()
        gate = {make}
        team = [mp.Process(target=t, args=(a, b, gate)) for t in (one, two)]
        {run}
"""
AT_ONCE = "[p.start() for p in team]; [p.join() for p in team]"
IN_TURN = "[(p.start(), p.join()) for p in team]"
INSISTS = "a.acquire(); a.release()"


def program(folder: Path, **parts: str) -> set[str]:
    words = {"gate": "pass", "open": "pass", "make": "None", "kind": "Lock", "run": AT_ONCE}
    return kinds(run_text(PROGRAM.format(**{**words, "how": INSISTS, **parts}), folder))


@pytest.mark.parametrize("kind", ["Lock", "RLock"])
def test_two_orders(kind: str, tmp_path: Path) -> None:
    assert program(tmp_path, kind=kind) == {"lock_order"}


def test_two_orders_with_a_timeout(tmp_path: Path) -> None:
    assert program(tmp_path, how="a.acquire(timeout=1); a.release()") == {"lock_order"}


@pytest.mark.parametrize(
    "parts",
    [
        {"how": "a.acquire(False) and a.release()"},
        {"how": "a.acquire(block=False) and a.release()"},
        {"how": "pass"},
        {"make": "mp.Lock()", "gate": "gate.acquire()", "open": "gate.release()"},
        {"make": "mp.Semaphore(1)", "gate": "gate.acquire()", "open": "gate.release()"},
    ],
    ids=["tries", "tries by name", "one order", "gate", "gate of one permit"],
)
def test_no_circle_that_can_close(parts: dict[str, str], tmp_path: Path) -> None:
    assert program(tmp_path, **parts) == set()


def test_a_gate_that_lets_both_in_is_none(tmp_path: Path) -> None:
    parts = {"make": "mp.Semaphore(2)", "gate": "gate.acquire()", "open": "gate.release()"}
    assert program(tmp_path, **parts) == {"lock_order"}


def test_what_never_runs_at_the_same_time_can_not_deadlock(tmp_path: Path) -> None:
    assert "lock_order" not in program(tmp_path, run=IN_TURN)


def test_both_places_are_named(tmp_path: Path) -> None:
    words = {"gate": "pass", "open": "pass", "make": "None", "kind": "Lock", "run": AT_ONCE}
    trace = run_text(PROGRAM.format(**words, how=INSISTS), tmp_path)
    (finding,) = findings(trace)
    lines = [place.rpartition(":")[2] for place in finding.locations]
    assert lines == ["6", "7", "14", "15"]
    assert "Process-1 takes b (line 7) while it holds a (line 6)" in finding.sentence
    assert "Process-2 takes a (line 15) while it holds b (line 14)" in finding.sentence
    assert [trace.event(row).kind.name for row in finding.events] == ["ACQUIRED"] * 4
    assert list(finding.moments) == sorted(finding.moments)
