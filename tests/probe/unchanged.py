"""Run a program bare and watched, and say what differs in what a person can see of it."""

from __future__ import annotations

import difflib
import os
import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.probe.watching import Watching

PROGRAMS = Path(__file__).parent.parent / "programs"
METHODS = ("fork", "spawn", "forkserver")
_OWN_METHOD = "no_main_guard", "forks_by_itself", "thread", "logs"
"""Beginnings of the names of programs that take no start method."""
_CHANGING = (
    (re.compile(r"0x[0-9a-fA-F]+"), "0x…"),
    (re.compile(r"\bpsm_[0-9a-f]+"), "psm_…"),
    (re.compile(r"pymp-\w+/listener-\w+"), "pymp-…"),
    (re.compile(r"(?<=pid=)\d+|(?<=process )\d+"), "…"),
)


@dataclass(frozen=True)
class Seen:
    """What a run shows to the outside."""

    stdout: str
    stderr: str
    code: int


def programs() -> list[Path]:
    """The programs, in order of name."""
    return sorted(PROGRAMS.glob("*.py"))


def methods_of(program: Path) -> tuple[str, ...]:
    """The start methods that a program is to be run with; one if it has its own."""
    return METHODS[:1] if program.stem.startswith(_OWN_METHOD) else METHODS


def difference(program: Path, method: str, python: str = sys.executable) -> str:
    """What is different watched, as a diff; empty if nothing is.

    A difference is only one if it comes three times: bare programs differ from run to run too.
    """
    text = ""
    for _ in range(3):
        with ThreadPoolExecutor(2) as two, Watching(keep=False) as watching:
            watched = watching.command(program, [method], python=python)
            runs = [two.submit(_run, c) for c in ([python, str(program), method], watched)]
            bare, seen = (run.result() for run in runs)
        text = _diff(bare, seen)
        if not text:
            break
    return text


def _run(command: list[str]) -> Seen:
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # As most programs are run: what they print is buffered until they end.
        env={**os.environ, "PYTHONHASHSEED": "0", "PYTHONUNBUFFERED": ""},
        start_new_session=True,
    )
    try:
        out, err = process.communicate(timeout=40)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        out, err = process.communicate()
        err += "\nstopped after 40 s"
    return Seen(_normal(out), _normal(err), process.returncode)


def _normal(text: str) -> str:
    for pattern, replacement in _CHANGING:
        text = pattern.sub(replacement, text)
    return text


def _diff(bare: Seen, watched: Seen) -> str:
    lines: list[str] = []
    for part in ("stdout", "stderr", "code"):
        before, after = (str(getattr(run, part)).splitlines() for run in (bare, watched))
        lines += difflib.unified_diff(before, after, f"bare {part}", f"watched {part}", "", "", 1)
    return "\n".join(line.rstrip("\n") for line in lines)
