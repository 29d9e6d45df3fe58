"""Who waits for a lock lets other processes run for a moment, before it sleeps."""

from __future__ import annotations

import _thread
import multiprocessing
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ipcsim.events import ObjectKind
from ipcsim.probe.instruments import lock_records
from ipcsim.probe.instruments.leaves import Leaf


@contextmanager
def another_thread() -> Iterator[None]:
    leave = threading.Event()
    thread = threading.Thread(target=leave.wait)
    thread.start()  # returns when it runs
    try:
        yield
    finally:
        leave.set()
        thread.join()


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Leaf:
    """The leaf of a lock that is held until the third time that others are let run."""
    lock = multiprocessing.Semaphore(0)
    times = iter((None, None, lock.release))

    def others_run() -> None:
        release = next(times, None)
        if release is not None:
            release()

    monkeypatch.setattr(lock_records, "_yield", others_run)
    monkeypatch.setattr(lock_records, "_count", lambda: 0)
    return Leaf(lock._semlock, ObjectKind.SEMAPHORE, {})  # type: ignore[attr-defined]


def test_taken_as_soon_as_others_have_run(held: Leaf) -> None:
    assert lock_records._take_yielding(held)
    assert held.semlock._get_value() == 0


def test_not_for_ever(held: Leaf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock_records, "_yield", lambda: None)
    assert not lock_records._take_yielding(held)


def test_not_where_other_threads_would_stand_still(
    held: Leaf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock_records, "_count", _thread._count)
    with another_thread():
        assert not lock_records._take_yielding(held)


def test_not_where_it_cannot_be_done(held: Leaf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock_records, "_yield", None)
    assert not lock_records._take_yielding(held)
