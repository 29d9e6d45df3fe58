"""Tests that are explored: what a person sees of them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TESTS = """
import multiprocessing as mp
import pytest

def add(counter):
    counter.value += 1

def add_locked(counter, lock):
    with lock:
        counter.value += 1

def total(target, *more):
    counter = mp.RawValue("i", 0)
    team = [mp.Process(target=target, args=(counter, *more)) for _ in range(2)]
    for worker in team:
        worker.start()
    for worker in team:
        worker.join()
    return counter.value

@pytest.mark.explore(time=20)
def test_lost():
    assert total(add) == 2

@pytest.mark.explore(exhaustive=True)
def test_kept():
    assert total(add_locked, mp.Lock()) == 2

@pytest.mark.explore(exhaustive=True, schedules=1)
def test_not_all():
    assert total(add_locked, mp.Lock()) == 2

@pytest.mark.explore
def test_fixture(tmp_path):
    pass

@pytest.mark.explore(timme=3)
def test_misspelt():
    pass
"""


WRONG = """
import multiprocessing as mp
import os
import pytest
from pathlib import Path

@pytest.mark.explore(strategy="magic")
def test_strategy():
    pass

@pytest.mark.explore(program=Path(__file__).name, parameters={"none": 1})
def test_parameter():
    pass

@pytest.mark.explore(exhaustive=True)
def test_chance():
    mp.RawValue("i", os.urandom(1)[0]).value

@pytest.mark.explore
def test_fails():
    assert False
"""


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=100,
    )


def test_explored_tests(tmp_path: Path) -> None:
    (tmp_path / "test_adding.py").write_text(TESTS)
    said = run(tmp_path, "-m", "pytest", "-p", "ipcsim.pytest_plugin", "--strict-markers").stdout
    assert "4 failed, 1 passed" in said
    assert "Shortest failure found: 4 context switches" in said
    assert re.search(r"write counter +overwrites what main/Process-\d wrote", said)
    assert "not explored exhaustively: " in said
    assert "it can't use fixtures" in said
    assert "explore has no option timme" in said

    command = re.search(r"Replay it with: ipcsim (replay \S+)", said)
    assert command is not None
    again = run(tmp_path, "-m", "ipcsim", *command[1].split())
    assert again.returncode == 0, again.stderr
    assert "The same outcome" in again.stdout
    assert "AssertionError" in again.stdout


def test_wrong_options_are_said_and_a_cache_is_not_needed(tmp_path: Path) -> None:
    (tmp_path / "test_wrong.py").write_text(WRONG)
    plugins = ("-p", "ipcsim.pytest_plugin", "-p", "no:cacheprovider")
    said = run(tmp_path, "-m", "pytest", *plugins).stdout
    assert "4 failed" in said
    assert "strategy is one of staged, dpor, preemptions, pct, random" in said
    assert "none can't be set" in said
    assert "what comes of os.urandom() in line" in said
    assert re.search(r"Replay it with: ipcsim replay /\S*ipcsim-pytest-", said)
    assert "ParameterError" not in said
