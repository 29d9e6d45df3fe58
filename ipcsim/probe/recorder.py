"""What the instruments use: record events, introduce objects, pass the gate.

The functions are the same objects for the life of a process, in forked children too, so an
instrument may bind them to names of its own. In a process that isn't watched (a fork server, or
before ``begin``) they do nothing.
"""

from __future__ import annotations

import _thread
import itertools
import os
import sys
from contextlib import suppress

from ipcsim.events import Kind
from ipcsim.probe import forks, ring, texts, writer
from ipcsim.probe import gate as _gate
from ipcsim.probe.gate import gate, held_ns, look_at_globals
from ipcsim.probe.own import Own
from ipcsim.probe.places import here, place
from ipcsim.probe.texts import Fact, fresh_text, text
from ipcsim.probe.tokens import fingerprint, token
from ipcsim.probe.type_words import Any, Final
from ipcsim.probe.writer import emit, emit_span, lost, recording, thread_number

__all__ = [
    "begin",
    "belongs",
    "emit",
    "emit_span",
    "end",
    "fingerprint",
    "fresh_text",
    "gate",
    "held_ns",
    "hello",
    "here",
    "identity",
    "look_at_globals",
    "lost",
    "new_object",
    "next_lineage",
    "place",
    "recording",
    "session",
    "text",
    "thread_number",
    "token",
]

_OBJECT: Final = int(Kind.OBJECT)
_HELLO: Final = int(Kind.HELLO)
_object_numbers = itertools.count(1)

_directory = ""


def begin(
    directory: str,
    *,
    parent: str = "",
    lineage: str = "0",
    watched: list[str] | None = None,
    facts: dict[str, Fact] | None = None,
) -> None:
    """Record this process in a new ring in the session's ``directory``.

    ``parent`` is the name of the parent's ring, ``lineage`` the path of creation from the main
    process ("0", "0.1", "0.1.2"), ``facts`` are added to HELLO. Where the session is gone or has
    no room the process goes on unrecorded.
    """
    global _directory
    _directory = directory
    try:
        page = ring.map_file(os.path.join(directory, ring.PAGE_NAME), ring.PAGE_SIZE, quiet=True)
    except OSError:
        return
    told: dict[str, Fact] = {"python": sys.version.split()[0]}
    told.update(facts or {})
    _begin(page, parent, lineage, list(watched or ()), told)


def end() -> None:
    """Stop recording this process."""
    writer.detach()
    _gate.set_down()


def hello(**facts: Fact) -> None:
    """Say more of this process as it becomes known: name, daemon, target, ..."""
    if recording():
        emit(_HELLO, 0, 0, texts.facts_text(facts))


def identity() -> tuple[str, str]:
    """Name of this process's ring and its lineage, for the children that it starts."""
    return writer.own.ring_name, writer.own.lineage


def next_lineage() -> str:
    """Lineage of the next child that this process starts."""
    return writer.own.next_lineage()


def new_object(kind: str, key: str, created: bool, place: int, **facts: Fact) -> int:
    """Introduce an object of an ``ObjectKind``, created or received here; its number here.

    ``key`` joins the views that several processes have of it. The number stays valid in forked
    children. Returns 0 in a process that isn't recorded.
    """
    if not recording():
        return 0
    number = next(_object_numbers)
    told: dict[str, Fact] = {"kind": kind, "key": key, "created": created}
    told.update(facts)
    emit(_OBJECT, number, place, texts.facts_text(told))
    return number


def session() -> str:
    """What tells this run from others: letters and digits; empty if there is none."""
    return os.path.basename(_directory).rpartition("-")[2]


def belongs(path: str, inode: int) -> None:
    """Note in the session's directory a file that this process has made and may leave behind."""
    if recording():
        # What can't be noted is removed only if somebody is there to see it.
        with suppress(OSError):
            os.symlink(path, os.path.join(_directory, f"made-{inode}"))


def _begin(
    page: Any, parent: str, lineage: str, watched: list[str], facts: dict[str, Fact]
) -> None:
    try:
        name, buffer = ring.make_ring(_directory, parent, lineage)
    except OSError:
        ring.U64.pack_into(page, ring.PAGE_UNRECORDED, os.getpid())
        return
    path = os.path.join(_directory, name)
    writer.attach(buffer, Own(path, 0, name, lineage), page, _name_of_thread)
    _gate.set_up(page, watched)
    emit(
        _HELLO,
        0,
        0,
        texts.facts_text(
            {
                "pid": os.getpid(),
                "ppid": os.getppid(),
                "lineage": lineage,
                "parent_ring": parent or None,
                "forked_at": None,
                **facts,
            }
        ),
    )
    if not writer.waiting_text:
        writer.waiting_text = text("waited until the supervisor had read older records")


def _name_of_thread() -> int:
    threading = sys.modules.get("threading")
    # current_thread() would make up a thread object for a thread that isn't threading's.
    thread = getattr(threading, "_active", {}).get(_thread.get_ident())
    return text(getattr(thread, "_name", None) or "Thread")


forks.install()
