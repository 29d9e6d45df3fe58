"""The quick part of the suite: what is about primitives, under each start method."""

from __future__ import annotations

import sys

import pytest

from tests.conformance.comparing import compare
from tests.conformance.known import KNOWN
from tests.conformance.running import all_tests, outcomes

CLASSES = (
    "WithProcessesTestQueue",
    "WithProcessesTestLock",
    "WithProcessesTestSemaphore",
    "WithProcessesTestEvent",
    "WithProcessesTestValue",
    "WithProcessesTestArray",
    "WithProcessesTestConnection",
    "WithProcessesTestHeap",
    "WithProcessesTestSharedCTypes",
    "TestSimpleQueue",
)


@pytest.mark.conformance
@pytest.mark.timeout(600)
@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_alike_with_and_without_the_probe(method: str) -> None:
    tests = [test for test in all_tests(method, sys.executable) if test.split(".")[0] in CLASSES]
    assert len(tests) > 30
    result = compare(method, sys.executable, tests)
    assert result.passed > 30
    unknown = [
        f"{d.test}: {d.bare.outcome} bare, {d.watched.outcome} watched\n{d.watched.detail}"
        for d in result.differences
        if (method, d.test) not in KNOWN and ("all", d.test) not in KNOWN
    ]
    assert not unknown, "\n".join(unknown)


@pytest.mark.conformance
def test_the_watched_suite_is_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    """A planted fault in the probe shows: the comparison can fail."""
    from tests.conformance import running

    planted = running.SUITE.with_name("planted_fault.py")
    test = "WithProcessesTestLock.test_lock"
    monkeypatch.setattr(running, "SUITE", planted)
    assert outcomes("fork", sys.executable, [test], False)[test].outcome == "passed"
    assert outcomes("fork", sys.executable, [test], True)[test].outcome == "failed"
