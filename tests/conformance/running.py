"""Run CPython's suite bare or watched, in a process of its own, with a watchdog."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.probe.watching import Watching

SUITE = Path(__file__).with_name("suite.py")
PATIENCE_S = 120.0
"""No test of the suite takes half as long on two cores."""
MOST_HANGS = 5


@dataclass(frozen=True)
class Outcome:
    """What came of a test."""

    outcome: str
    """passed, failed, error, skipped, expected failure, unexpected success, hung, died."""
    detail: str = ""
    seconds: float = 0.0


def all_tests(suite: str, python: str) -> list[str]:
    """Names of all tests of a suite, a start method's or a module's: ``Class.test``."""
    return [line["name"] for line in _run(suite, python, [], False) if "name" in line]


def type_of(test: str) -> str:
    """``processes``, ``manager``, ``threads``, or ``others`` of a test's name."""
    for kind in ("processes", "manager", "threads"):
        if test.startswith("With" + kind.capitalize()):
            return kind
    return "others"


def outcomes(suite: str, python: str, tests: Sequence[str], watched: bool) -> dict[str, Outcome]:
    """Run tests one after another. After one that hangs or kills the suite the rest goes on."""
    found: dict[str, Outcome] = {}
    left = list(tests)
    while left:
        lines = _run(suite, python, left, watched)
        current = None
        for line in lines:
            if "began" in line:
                current = str(line["began"])
            elif "ended" in line:
                found[str(line["ended"])] = Outcome(
                    str(line["outcome"]), str(line["detail"]), float(str(line["seconds"]))
                )
                current = None
        fixtures = "\n".join(str(line["detail"]) for line in lines if "fixture" in line)
        hung = any("hung" in line for line in lines)
        if current is not None:
            found[current] = Outcome("hung" if hung else "died", fixtures)
        rest = [test for test in left if test not in found]
        if len(rest) == len(left) or current is None:
            # Not even begun: the set-up of their class has failed or was skipped.
            for test in rest:
                found[test] = Outcome("not begun", fixtures)
            rest = []
        left = rest
        if sum(outcome.outcome == "hung" for outcome in found.values()) >= MOST_HANGS:
            found.update((test, Outcome("not begun", "too many hangs")) for test in left)
            break
    return found


def _run(suite: str, python: str, tests: Sequence[str], watched: bool) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder, Watching(keep=False) as watching:
        results = Path(folder, "results")
        results.touch()
        arguments = [str(results), *tests]
        command = [python, str(SUITE), *arguments]
        if watched:
            command = watching.command(SUITE, arguments, python=python)
        environment = {**os.environ, "IPCSIM_CONFORMANCE_SUITE": suite}
        # Its own session: whatever a hanging test has started ends with it.
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        hung = _await(process, results)
        if process.poll() is None or hung:
            _kill(process)
        lines: list[dict[str, object]] = [json.loads(x) for x in results.read_text().splitlines()]
        return [*lines, {"hung": True}] if hung else lines


def _await(process: subprocess.Popen[bytes], results: Path) -> bool:
    """Wait until the suite has ended; True if it has stopped getting on."""
    size, changed = -1, time.monotonic()
    while process.poll() is None:
        if results.stat().st_size != size:
            size, changed = results.stat().st_size, time.monotonic()
        elif time.monotonic() - changed > PATIENCE_S:
            return True
        time.sleep(0.05)
    return False


def _kill(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        print("the suite had ended before it could be stopped", file=sys.stderr)
    process.wait()
