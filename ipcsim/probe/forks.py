"""The ring of a forked child is made by its parent, before the fork.

A child pays two microseconds for each page that it is the first to write to, and it writes to each
object that it uses: it counts its references. Making and mapping a file and saying hello would
touch some hundred pages more than the fork itself. So all of that is ready when the child begins;
it writes its pid and the time into the ring and changes names in one module.

Rings of children lie in a *pool*, a file that is mapped by the process that forks and inherited.
When a child is dead and its ring read, the supervisor frees it for the next one.
"""

from __future__ import annotations

import _thread
import os
from collections.abc import Callable, Collection
from time import perf_counter_ns

from ipcsim.events import RECORD_SIZE, Kind
from ipcsim.probe import bundled, gate, ring, texts, writer
from ipcsim.probe.own import Own
from ipcsim.probe.texts import Fact
from ipcsim.probe.type_words import Any, Final

_HELLO, _TARGET = int(Kind.HELLO), int(Kind.TARGET)
_LEAST: Final = 4
"""Rings in a process's first pool; a further one has as many as all before it."""
Call = Callable[[], object]
Unborn = tuple[ring.Buffer, int, tuple[int, ...], dict[str, Any], list[Call]]
"""A ring that waits for its process: its file and where it begins in it, where the times of its
first records are, what the child changes in ``writer``, and what it calls."""


def _nothing() -> dict[str, Fact]:
    return {}


facts_of_child: list[Callable[[], dict[str, Fact]]] = [_nothing]
"""Tells what is known of the child that is about to be forked."""
calls_in_child: list[tuple[Collection[Any], Call]] = []
"""What a child calls at its very beginning if there is something in the collection."""
calls_elsewhere: list[Call] = []
"""What is called before a fork by a thread that isn't number 0: in the child it is."""
_forking: Final[Any] = _thread.RLock()
"""One fork at a time: a place in a pool is given once."""
_names: Final = vars(writer)
_unborn: list[Unborn | None] = []
"""Of the child that is about to be forked. More than one if a signal handler forks."""
_born: list[Unborn | None] = []
"""Of the child that was forked last. To free it at once would copy pages that the child has, too,
and where both are on one processor the child waits for its parent."""


def install() -> None:
    """Record forked children, too, from now on."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(
            before=_before, after_in_parent=_after_in_parent, after_in_child=_after_in_child
        )


def go_on_unrecorded() -> None:
    """There is no ring for this process: tell the supervisor so."""
    page = writer.page()
    writer.detach()
    gate.set_down()
    ring.U64.pack_into(page, ring.PAGE_UNRECORDED, os.getpid())


def _conceive() -> Unborn:
    """A ring for the next child. Raises OSError."""
    known = facts_of_child[0]()
    role = texts.text(str(known.pop("role"))) if "role" in known else 0
    path, buffer, base = _kept()
    own = writer.own
    name, lineage = ring.new_name(), own.next_lineage()
    # What this process records from here on the child doesn't know.
    forked_at = writer.position()
    facts: dict[str, Fact] = {"start_method": "fork", "forked_at": forked_at, **known}
    number, records = texts.pieces(texts.json_of(facts))
    stamped = ring.HEADER_SIZE + base + len(records) * RECORD_SIZE
    records.append((0, number, 0, 0, _HELLO))
    if role:
        # Between a fork and the target nobody but the library does anything.
        records.append((0, role, 0, 0, _TARGET))
    ring.write_header(buffer, base, name, own.ring_name, forked_at, lineage)
    changes = writer.beginning(buffer, Own(path, base, name, lineage, role), records)
    calls = [call for things, call in calls_in_child if things]
    return buffer, base, (stamped, stamped + RECORD_SIZE)[: 1 + bool(role)], changes, calls


def _kept() -> tuple[str, ring.Buffer, int]:
    """A ring that is kept for a child: path, file, where it begins. Raises OSError."""
    own = writer.own
    # A signal handler that forks amid this finds no pool and makes another.
    pools, own.pools = own.pools, []
    try:
        number = -1
        for pool in pools:
            path, buffer = pool
            number = buffer[ring.STATE_AT :: ring.RING_SIZE].find(ring.FREE)
            if number >= 0:
                break
        if number < 0:
            count = max(_LEAST, sum(len(buffer) for _, buffer in pools) // ring.RING_SIZE)
            directory = os.path.dirname(own.path)
            name, buffer = ring.make_rings(directory, count)
            path, number = os.path.join(directory, name), 0
            pools.append((path, buffer))
        base = number * ring.RING_SIZE
        buffer[base + ring.STATE_AT] = ring.KEPT
    finally:
        own.pools = pools + own.pools
    # If such a handler's child has come here, these pools are its parent's.
    return (path, buffer, base) if writer.own is own else _kept()


def _before(kept: list[Any] = bundled.keep) -> None:
    _forking.acquire()
    _born.clear()
    unborn = None
    if writer.recording():
        if writer.thread_number():
            for call in calls_elsewhere:
                call()
        try:
            unborn = _conceive()
        except OSError:
            unborn = None  # there is no room
    _unborn.append(unborn)


def _after_in_parent() -> None:
    # Ctrl-C may have ended what comes before a fork at any point.
    if _unborn:
        _born.append(_unborn.pop())
    if _forking._is_owned():
        _forking.release()


def _after_in_child(
    unborn: list[Unborn | None] = _unborn,
    forking: Any = _forking,
    names: dict[str, Any] = _names,
    now: Callable[[], int] = perf_counter_ns,
    pid: Callable[[], int] = os.getpid,
    pack_time: Callable[..., None] = ring.U64.pack_into,
    pack_claim: Callable[..., None] = ring.PID_AND_CLOCK.pack_into,
    at_pid: int = ring.PID_AT,
    at_state: int = ring.STATE_AT,
    taken: int = ring.TAKEN,
) -> None:
    # What it uses is at hand: each function and each module looked into would be another page.
    waiting = unborn.pop() if unborn else None
    forking._at_fork_reinit()
    if waiting is not None:
        buffer, base, stamped, changes, calls = waiting
        names.update(changes)
        time = now()
        for at in stamped:
            pack_time(buffer, at, time)
        pack_claim(buffer, base + at_pid, pid(), time)
        buffer[base + at_state] = taken
        for call in calls:
            call()
    elif writer.recording():
        go_on_unrecorded()
