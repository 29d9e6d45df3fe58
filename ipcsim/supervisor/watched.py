"""One watched process, as far as the supervisor knows it."""

from __future__ import annotations

import signal
import time
from typing import Any, Final, Protocol

from ipcsim.events import FIELD, Kind
from ipcsim.supervisor.introductions import Introductions, Record
from ipcsim.supervisor.messages import State, Status
from ipcsim.supervisor.states import ProcessStates, ThreadState

_CODE_LATE_S: Final = 0.25
"""So long after a death its exit code may come from the parent."""


class Header(Protocol):
    """What is known of a process beforehand; ``name`` and ``parent`` are those of rings."""

    @property
    def pid(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def parent(self) -> str: ...
    @property
    def clock(self) -> int: ...


class Reader(Protocol):
    """What brings the records of a process."""

    next: int

    @property
    def header(self) -> Header: ...
    def take(self) -> bytes: ...
    def pass_over(self) -> int: ...
    def lost(self) -> int: ...
    def put_away(self) -> None: ...


class Watched:
    """A process with a ring."""

    def __init__(self, number: int, reader: Reader, parent: int | None, name: str = "") -> None:
        """``name``: of one that can't tell it itself."""
        self.number = number
        self.reader = reader
        self.pid = reader.header.pid
        self.began = reader.header.clock
        """When it was first seen, ns."""
        self.parent = parent
        self.facts: dict[str, Any] = {}
        self.states = ProcessStates()
        main = self.states.thread(0, name or f"Process {self.pid}")
        main.since = self.began
        if parent is None:
            # The ring is made right before the program's first line, which need not do anything
            # that is recorded for a long while: it may print, compute, ask for input.
            main.state = State.RUNNING
        self.introductions = Introductions()
        self.lost = 0
        """Records lost that the ring itself has told of."""
        self.exit_code: int | None = None
        self.raised = ""
        self.died_at: float | None = None
        self.over = False
        """Its end has been told."""

    def learn(self, record: Record) -> str:
        """Take in a record of this process about itself; a file it names for the first time."""
        _, arg, _, _, kind, _, thread, _ = record
        if kind == Kind.HELLO:
            self.facts.update(self.introductions.facts(arg))
            self.states.thread(0, str(self.facts.get("name") or f"Process {self.pid}"))
        elif kind == Kind.PLACE:
            return self.introductions.text(arg).partition(FIELD)[0]
        elif kind == Kind.THREAD:
            self.states.thread(thread, self.introductions.text(arg))
        elif kind == Kind.RAISED and thread == 0:
            facts = self.introductions.facts(arg)
            self.raised = f"{facts.get('type', '')}: {facts.get('message', '')}".removesuffix(": ")
        elif kind in (Kind.RETURNED, Kind.ENDING):
            self.states.ending = True
        elif kind == Kind.EXIT:
            self.exit_code = arg
        elif kind == Kind.LOST:
            self.lost += arg
        return ""

    def status(self, thread: ThreadState) -> Status:
        """What a thread of this living process does."""
        return Status(
            ring=self.number,
            pid=self.pid,
            thread=thread.number,
            name=thread.name,
            state=thread.state,
            since=thread.since,
            kind=thread.kind,
            object=thread.object,
            place=thread.place,
            parent=self.parent,
        )

    def code_may_come(self) -> bool:
        """Whether it has just died and nobody has told its exit code yet."""
        died = self.died_at
        return (
            self.exit_code is None and died is not None and time.monotonic() - died < _CODE_LATE_S
        )

    def last_status(self, code: int | None, asked_for: bool) -> Status:
        """How the process has ended. ``code`` is the system's word on it, if there is one."""
        if code is None:
            code = self.exit_code
        state, detail = State.ENDED, ""
        by_itself = self.exit_code is not None
        if (code is None or code < 0) and not (by_itself and self.raised):
            state = State.TERMINATED if asked_for else State.KILLED
            detail = _signal_name(code)
        elif self.raised and code != 0:
            state, detail = State.CRASHED, self.raised
        last = self.states.threads[0]
        return Status(
            ring=self.number,
            pid=self.pid,
            thread=0,
            name=last.name,
            state=state,
            since=time.perf_counter_ns(),
            kind=last.kind,
            object=last.object,
            place=last.place,
            parent=self.parent,
            exit_code=code,
            detail=detail,
        )


def _signal_name(code: int | None) -> str:
    if code is None:
        return ""
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
