"""Real programs show the same watched as bare: output, errors with tracebacks, exit code."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.probe.unchanged import PROGRAMS, difference, methods_of, programs

CASES = [(program, method) for program in programs() for method in methods_of(program)]
OTHER_PYTHONS = [
    python
    for version in ("3.10", "3.12", "3.13")
    for python in sorted(
        Path(os.path.expanduser("~/.pyenv/versions")).glob(f"{version}.*/bin/python")
    )
]
# Of the other versions: what depends most on the inside of the standard library.
SOME = (
    "exceptions",
    "forks_by_itself_beside_threads",
    "thread_primitives",
    "own_kinds_of_threads_things",
    "thread_kinds_of_own_conditions",
    "thread_locks_by_type",
    "semaphore_gone",
    "stacks_printed",
    "stack_seen_by_program",
    "shut_down",
    "called_by_nobody",
    "broken_library",
    "exceptions_of_own_kinds",
)


@pytest.mark.parametrize(
    ("program", "method"), CASES, ids=[f"{program.stem}-{method}" for program, method in CASES]
)
def test_program_is_unchanged(program: Path, method: str) -> None:
    assert difference(program, method) == ""


@pytest.mark.skipif(not OTHER_PYTHONS, reason="no other Python here")
@pytest.mark.parametrize("name", SOME)
@pytest.mark.parametrize("python", OTHER_PYTHONS, ids=lambda path: path.parent.parent.name)
def test_program_is_unchanged_in_other_pythons(python: Path, name: str) -> None:
    program = PROGRAMS / f"{name}.py"
    assert difference(program, methods_of(program)[-1], str(python)) == ""


def test_difference_is_noticed(tmp_path: Path) -> None:
    program = tmp_path / "asks.py"
    program.write_text(
        "import sys\nprint('ipcsim' in sys.modules)\nsys.exit('ipcsim' in sys.modules)"
    )
    assert "-False" in difference(program, "fork")
    assert "+True" in difference(program, "fork")
