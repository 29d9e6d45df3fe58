"""CPython's own tests pass in whatever order their leaves go on.

Left out are those that sleep to let others go first: under control a sleep orders nothing.
"""

from __future__ import annotations

import os

import pytest

from ipcsim.control.program import ProgramExecutor
from tests.control.test_leaves import PROGRAMS
from tests.control.test_program import at_random

pytest.importorskip("test._test_multiprocessing")
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="templates fork")


@pytest.mark.parametrize("kind", ["Processes", "Threads"])
@pytest.mark.parametrize("name", ["Lock", "Semaphore", "Event", "Queue", "Pool"])
def test_cpython_s_own_tests_pass(kind: str, name: str) -> None:
    wanted = f"With{kind}Test{name}"
    if name == "Pool":
        wanted = ",".join(f"{wanted}.test_{t}" for t in ("map", "imap_unordered", "apply", "async"))
    with ProgramExecutor(PROGRAMS / "cpython_suite.py", parameters={"names": wanted}) as executor:
        execution = executor.run(at_random(1), limit=30_000)
    lines = execution.output.decode().splitlines()
    assert execution.outcome.kind == "clean", (execution.outcome, lines)
    assert len(lines) == 1, lines
    assert int(lines[0].removeprefix("ran ")) > 1
