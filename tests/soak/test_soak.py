"""Each soak in small, and each seen to fail on a planted fault."""

from __future__ import annotations

import os
from typing import Any

import pytest

from ipcsim.events import Kind
from ipcsim.run.session import Session
from ipcsim.supervisor import cleanup, family
from ipcsim.supervisor.messages import Output, State, Status
from tests.soak.floods import soak_floods
from tests.soak.kills import soak_kills
from tests.soak.orphans import soak_orphans
from tests.soak.replays import soak_replays, walking
from tests.soak.runs import soak_runs
from tests.soak.vitals import drift


def test_runs() -> None:
    assert soak_runs(4, seed=1, longest=0.5).violations == []


def test_runs_that_leave_something(monkeypatch: pytest.MonkeyPatch) -> None:
    remove, left = cleanup.remove_session, []
    monkeypatch.setattr(
        cleanup, "remove_session", lambda *arguments, **named: left.append((arguments, named))
    )
    monkeypatch.setattr("tests.soak.runs._GONE_S", 0.0)
    real, kept = Session.close, []

    def close(self: Session) -> None:
        kept.append(os.dup(0))
        real(self)

    monkeypatch.setattr(Session, "close", close)
    violations = " ".join(soak_runs(3, longest=0.1).violations)
    for descriptor in kept:
        os.close(descriptor)
    for arguments, named in left:
        remove(*arguments, **named)
    assert "has left" in violations
    assert "more descriptors" in violations


def test_drift() -> None:
    assert drift([1, 1, 9, 9, 9, 9, 9, 9, 4, 4]).growth == 3


def test_kills() -> None:
    assert soak_kills(6).violations == []


def test_kills_that_are_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    def untold(message: Any) -> bool:
        return isinstance(message, Status) and message.state is State.KILLED

    real = Session.poll
    monkeypatch.setattr(Session, "poll", lambda self: [m for m in real(self) if not untold(m)])
    # Taken for another kind, so that fewer are recorded than were counted.
    monkeypatch.setattr("tests.soak.kills._COUNTED", (Kind.EVENT_SET,))
    violations = " ".join(soak_kills(6).violations)
    assert "is said to be" in violations
    assert "EVENT_SET, 0 are recorded" in violations


def test_orphans() -> None:
    assert soak_orphans(3, longest=1.0).violations == []


def test_orphans_that_nobody_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.soak.orphans._GONE_S", 0.0)
    monkeypatch.setattr(family, "kill", lambda _pids: None)
    assert "tests.soak.viewer" in " ".join(soak_orphans(1, longest=0.0).violations)


def test_floods() -> None:
    assert soak_floods(0.005).violations == []


def test_floods_that_lose_and_hitch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.soak.floods._MOST_CPU_S", 0.0)
    real_poll = Session.poll
    monkeypatch.setattr(
        Session, "poll", lambda self: [m for m in real_poll(self) if not isinstance(m, Output)]
    )
    violations = " ".join(soak_floods(0.0001, "output").violations)
    assert "bytes have come" in violations
    assert "World.at takes" in violations


def test_replays() -> None:
    assert soak_replays(4, only="array_swaps").violations == []
    assert soak_replays(2, only="shared_memory_lifetime").violations == []


def test_replays_that_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.soak.replays.following", lambda choices: walking(len(choices)))
    assert soak_replays(4, only="two_locks/fixed").violations
