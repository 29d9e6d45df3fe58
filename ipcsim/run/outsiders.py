"""Where those are who are outside control: in a long computation, or a wait that isn't watched."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ipcsim.control.actors import Actor
from ipcsim.control.objects import line_of
from ipcsim.control.steps import Line
from ipcsim.probe.control.showing import FOLDER

_ASKS_S: Final = 0.7
"""So often a process is asked: each time costs it some ten microseconds."""
_LOOKS_S: Final = 0.1
_NUL: Final = b"\0"
_FRAME: Final = re.compile(rb'  File "(.*)", line (\d+) in ')
_ESCAPED: Final = re.compile(rb"\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})")
_PROGRAMS_INSIDE: Final = ("site-packages", "dist-packages")
_PROBE: Final = str(Path(__file__).parents[1] / "probe") + os.sep


@dataclass(frozen=True, slots=True)
class Outsider:
    """An actor outside control."""

    actor: str
    name: str
    """What it is called on screen."""
    pid: int
    line: Line | None
    """Where it is; None if that can't be found out."""
    waits: bool
    """It waits in something that isn't watched; else it computes."""
    exact: bool = True
    """False: the line is where it was last seen to do something."""


@dataclass(slots=True)
class _Known:
    looked: float = 0.0
    asked: float = 0.0
    line: Line | None = None
    waits: bool = False


@dataclass(slots=True)
class Lookout:
    """Asks processes where they are, through files in a folder beside the controller's socket."""

    folder: Path
    _known: dict[str, _Known] = field(default_factory=dict)

    @classmethod
    def beside(cls, address: str) -> Lookout:
        """Make the folder, which tells the processes to be ready to say it."""
        folder = Path(address).parent / FOLDER
        if address.startswith("/"):
            with suppress(OSError):
                folder.mkdir(mode=0o700, exist_ok=True)
        return cls(folder)

    def look(self, actor: Actor, name: str) -> Outsider:
        """Where an actor is, as far as that is known by now; it is asked again now and then."""
        known, now = self._known.setdefault(actor.name, _Known()), time.monotonic()
        if actor.is_main and now - known.looked >= _LOOKS_S:
            known.looked = now
            known.line = self._told(actor.pid) or known.line
            if now - known.asked >= _ASKS_S:
                known.asked = now
                known.waits = _waits(actor.pid)
                self._ask(actor.pid)
        seen = actor.operation.line if actor.operation is not None else None
        exact = known.line is not None
        return Outsider(actor.name, name, actor.pid, known.line or seen, known.waits, exact)

    def forget(self, actors: Iterable[str]) -> None:
        """Who isn't outside any more is elsewhere when it is the next time."""
        for name in self._known.keys() - set(actors):
            del self._known[name]

    def _ask(self, pid: int) -> None:
        """Have a process write down where it is, if that can't mean anything else to it."""
        path = self.folder / str(pid)
        with suppress(OSError, ValueError):
            with path.open("rb") as file:
                head = file.readline()
            its = os.stat(f"/proc/{pid}/fd/{head.partition(_NUL)[0].decode()}")
            ours = path.stat()
            if (its.st_ino, its.st_dev) == (ours.st_ino, ours.st_dev) and _handles(pid):
                os.truncate(path, len(head))
                os.kill(pid, signal.SIGURG)

    def _told(self, pid: int) -> Line | None:
        """The innermost line of the program's that it wrote down."""
        try:
            content = (self.folder / str(pid)).read_bytes()
        except OSError:
            return None
        head, _newline, stack = content.partition(b"\n")
        roots = [os.fsdecode(root) for root in head.split(_NUL)[1:]]
        for path, number in _FRAME.findall(stack):
            name = _plain(path)
            if not _is_library(name, roots):
                return line_of(name, int(number))
        return None


def _handles(pid: int) -> bool:
    """Whether a process handles the signal: whoever has become another program does not."""
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
        caught = next((line for line in file if line.startswith("SigCgt:")), "SigCgt: 0")
    return bool(int(caught.split()[1], 16) >> (signal.SIGURG - 1) & 1)


def _waits(pid: int) -> bool:
    """Whether a process's main thread waits; who computes may be pushed aside, and runs for it."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0] in ("S", "D")
    except (OSError, IndexError):
        return False


def _is_library(path: str, roots: list[str]) -> bool:
    if path.startswith(("<", _PROBE)):
        return True
    inside = next((path[len(root) :] for root in roots if path.startswith(root)), None)
    return inside is not None and inside.split(os.sep, 1)[0] not in _PROGRAMS_INSIDE


def _plain(path: bytes) -> str:
    """A path as ``faulthandler`` writes it, beyond ASCII by escapes."""
    return _ESCAPED.sub(
        lambda match: match[0].decode("unicode_escape").encode("utf-8", "surrogateescape"), path
    ).decode("utf-8", "surrogateescape")
