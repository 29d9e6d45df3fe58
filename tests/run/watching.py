"""Runs a program's text, watched, to its end."""

from __future__ import annotations

import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ipcsim.run.session import Session
from ipcsim.run.spec import RunSpec
from ipcsim.supervisor.messages import Ended, Message, Output, Status
from ipcsim.trace.trace import Trace

PATIENCE_S = 40.0


class Run:
    """What a run has told."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.trace = Trace()

    @property
    def ended(self) -> Ended:
        """How it ended."""
        return next(m for m in self.messages if isinstance(m, Ended))

    @property
    def stdout(self) -> str:
        """What was written to stdout."""
        pieces = [m for m in self.messages if isinstance(m, Output) and m.stream == 1]
        return b"".join(piece.data for piece in pieces).decode()

    @property
    def last(self) -> dict[str, Status]:
        """The last status of each process, by name."""
        found = [m for m in self.messages if isinstance(m, Status) and m.thread == 0]
        return {status.name: status for status in found}


def program(folder: Path, source: str, name: str = "program.py") -> Path:
    """A program's file."""
    path = folder / name
    path.write_text(textwrap.dedent(source))
    return path


def poll_until(session: Session, run: Run, wanted: Callable[[Run], Any]) -> None:
    """Poll until something is so."""
    deadline = time.monotonic() + PATIENCE_S
    while not wanted(run):
        assert time.monotonic() < deadline, run.messages[-5:]
        run.messages += session.poll()
        session.wait(0.02)


def watch(path: Path, **choices: Any) -> Run:
    """Run a program, watched, to its end."""
    run = Run()
    with Session(RunSpec(program=path, **choices)) as session:
        run.trace = session.trace
        poll_until(session, run, lambda r: any(isinstance(m, Ended) for m in r.messages))
    return run


def other_pythons() -> list[str]:
    """Paths of the interpreters of other versions on this machine."""
    from ipcsim.run.interpreters import find_interpreters

    newest: dict[tuple[int, int], str] = {}
    for interpreter in find_interpreters()[1:]:
        newest.setdefault(interpreter.version[:2], interpreter.path)
    return list(newest.values())
