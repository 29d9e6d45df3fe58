"""Writing records: the few hundred nanoseconds that every watched operation pays.

There is no lock, no system call and no thread here. Slots of the ring are handed out by one
iterator, ``_slots``; a ``for`` statement takes the next one and ``pack_into`` fills it, and between
the two the interpreter neither switches threads nor runs signal handlers, so a slot that has been
taken is always filled: KeyboardInterrupt leaves no gap. The iterator ends where the ring is full,
which makes the check for room free. What marks a record as whole, ``_lap``, is the same for all
slots of a grant: a number for each would have to come from an iterator too.
"""

from __future__ import annotations

import _thread
import struct
import sys
from collections.abc import Callable
from operator import length_hint
from time import perf_counter_ns, sleep

from ipcsim.events import Kind
from ipcsim.probe import ring
from ipcsim.probe.own import Own
from ipcsim.probe.ring import CAPACITY, HEADER_SIZE, LOST_AT, U64
from ipcsim.probe.type_words import Any, Final


def packer(fields: str) -> Callable[..., None]:
    """``pack_into`` for a record of these ``fields``, in the notation of ``struct`` without sizes.

    Where a machine's own words have 8 bytes they are packed in less time than numbers that have 8
    bytes everywhere.
    """
    if sys.byteorder == "little" and struct.calcsize("L") == 8:
        return struct.Struct("@" + fields.replace("Q", "L").replace("q", "l")).pack_into
    return struct.Struct("<" + fields).pack_into


_pack = packer("QqIIII")
"""The last but one is kind | span << 8 | thread << 16."""
_LOST: Final = int(Kind.LOST)
_NOTE: Final = int(Kind.NOTE)

PATIENCE_NS: Final = 3_000_000_000
"""A supervisor that has not been seen for so long is gone, and the program goes on unrecorded."""

_NUMBERS: Final = range(1 << 62)
_nothing: tuple[int, ...] = ()

own = Own("", 0, "", "")
_map: Any = None
_page: Any = bytes(ring.PAGE_SIZE)
_slots: Any = _nothing
"""Offsets of the slots that have been granted: the last grant's ``left``."""
_lap = 0
"""Which time round the ring they are on, from 1. Grants follow one another, so it is right for a
slot of whatever grant that was taken an instant before."""
_last: dict[str, Any] = {}
"""The last grant: its range iterator ``left``, its ``end`` and its ``lap``; ``next`` once there is
another."""
_losses: Any = iter(_NUMBERS)
_reported = 0
_unrecorded = False
_names: Any = None
waiting_text = 0
"""Number of the text that says that the program has waited for room in its ring."""
_threads: Any = iter(_NUMBERS)
_local: Any = _thread._local()


def emit(kind: int, obj: int, place: int, arg: int) -> None:
    """Record what happens now. ``arg`` fits in 63 bits and a sign, ``obj`` and ``place`` in 32."""
    try:
        word = _local.word | kind
    except AttributeError:
        word = _introduce_thread() | kind
    now = perf_counter_ns()
    for offset in _slots:
        try:
            _pack(_map, offset, now, arg, obj, place, word, _lap)
        except struct.error:
            _pack(_map, offset, now, 1, 0, 0, _LOST, _lap)
            raise
        return
    _put_slowly(now, arg, obj, place, word)


def emit_span(kind: int, began: int, obj: int, place: int, arg: int) -> None:
    """Record what happened at some moment between ``began`` (ns) and now."""
    try:
        word = _local.word | kind
    except AttributeError:
        word = _introduce_thread() | kind
    word |= (perf_counter_ns() - began).bit_length() << 8
    for offset in _slots:
        try:
            _pack(_map, offset, began, arg, obj, place, word, _lap)
        except struct.error:
            _pack(_map, offset, began, 1, 0, 0, _LOST, _lap)
            raise
        return
    _put_slowly(began, arg, obj, place, word)


def put(time: int, arg: int, obj: int, place: int, kind: int) -> None:
    """Write a record whose ``time`` isn't now: a piece of a text."""
    word = thread_number() << 16 | kind
    for offset in _slots:
        _pack(_map, offset, time, arg, obj, place, word, _lap)
        return
    _put_slowly(time, arg, obj, place, word)


def thread_number() -> int:
    """Number of the calling thread within its process; 0 is the main thread."""
    try:
        word: int = _local.word
    except AttributeError:
        word = _introduce_thread()
    return word >> 16


def has_number() -> bool:
    """Whether the calling thread has recorded anything."""
    return hasattr(_local, "word")


def recording() -> bool:
    """Whether this process has a ring: False in a fork server, and before ``begin``."""
    return _map is not None


def page() -> Any:
    """The page by which the session speaks to this process."""
    return _page


def lost() -> int:
    """How many records of this process could not be written."""
    return _count(_losses)


def position() -> int:
    """Index of the record that will be written next."""
    node = _last
    while "next" in node:
        node = node["next"]
    return int(node["end"]) - length_hint(node["left"]) if node else 0


def attach(buffer: Any, process: Own, page: Any, name_of_thread: Any) -> None:
    """Write into ``buffer`` from now on, which is mapped from a file.

    The calling thread is number 0 of the process.
    ``name_of_thread`` is called once in each further thread and gives the text number of its name.
    """
    global _page, _names
    _page, _names = page, name_of_thread
    globals().update(beginning(buffer, process, []))


def beginning(
    buffer: Any, process: Own, records: list[tuple[int, int, int, int, int]]
) -> dict[str, Any]:
    """Put the first records (time, arg, object, place, kind) of the thread that calls into a ring.

    Returns what is to change in this module so that the process goes on there, and no more: each
    page that a forked child writes to is copied for it.
    """
    last = _granted(process.base, 0, ring.FIRST_PIECE)
    for (time, arg, obj, place, kind), offset in zip(records, last["left"], strict=False):
        _pack(buffer, offset, time, arg, obj, place, kind, last["lap"])
    process.inherited = own, _last, _slots
    changes = {"own": process, "_map": buffer, "_last": last, "_slots": last["left"]}
    if _lap != last["lap"]:
        changes["_lap"] = last["lap"]
    if _reported or _unrecorded or lost():
        changes |= {"_losses": iter(_NUMBERS), "_reported": 0, "_unrecorded": False}
    if getattr(_local, "word", 1):
        changes["_local"] = _thread._local()
        changes["_local"].word = 0
    if _count(_threads):
        changes["_threads"] = iter(_NUMBERS)
    return changes


def detach() -> None:
    """Record nothing any more."""
    global _map, _slots, _last
    _map, _slots, _last = None, _nothing, {}


def _granted(base: int, first: int, room: int) -> dict[str, Any]:
    begin = base + HEADER_SIZE + first % CAPACITY * 32
    return {
        "left": iter(range(begin, begin + room * 32, 32)),
        "end": first + room,
        "lap": ring.lap(first),
    }


def _allocated(buffer: Any, slot: int) -> int:
    """How many slots may be used on the first way round; more are allocated if ``slot`` may not."""
    allocated = ring.allocated(buffer, own.base)
    if slot >= allocated:
        try:
            return ring.allocate_more(own.path, buffer, own.base)
        except OSError:
            return slot  # no space is left: as if nobody drained
    return allocated


def _count(taken: Any) -> int:
    """How many have been taken from an iterator of _NUMBERS."""
    return len(_NUMBERS) - length_hint(taken)


def _introduce_thread() -> int:
    if _map is None:
        return 0
    # There are at most 65,535 numbers; a program that starts more threads sees them used again.
    word: int = (next(_threads) % 65_535 + 1) << 16
    _local.word = word
    emit(int(Kind.THREAD), 0, 0, _names())
    return word


def _put_slowly(time: int, arg: int, obj: int, place: int, word: int) -> None:
    """Write a record when the slots that were granted are used up."""
    if _map is None:
        return
    began = perf_counter_ns()
    while _grant(began):
        for offset in _slots:
            _pack(_map, offset, time, arg, obj, place, word, _lap)
            return
    if _map is not None:
        next(_losses)
        U64.pack_into(_map, own.base + LOST_AT, lost())


def _say_what_happened(buffer: Any, node: dict[str, Any], began: int, now: int) -> None:
    """Record, in a grant that this thread has made, what came of waiting for it."""
    global _reported
    given_up = lost() - _reported
    if given_up > 0:
        time, arg, word = now, given_up, _LOST
        _reported += given_up
    elif now - began > 1_000_000:
        time, arg, word = began, waiting_text, _NOTE | (now - began).bit_length() << 8
    else:
        return
    # A slot like any other: the grant is everybody's by now.
    for offset in node["left"]:
        _pack(buffer, offset, time, arg, 0, 0, word, node["lap"])
        return


def _grant(began: int) -> bool:
    """Make room, waiting for the reader if need be; False if the record is to be given up."""
    global _slots, _lap, _last, _unrecorded
    buffer, pause, seen, since = _map, 0.00005, -1, began
    while True:
        node = _last
        while "next" in node:
            node = node["next"]
        if length_hint(node["left"]):
            _last, _slots, _lap = node, node["left"], node["lap"]
            return True
        end: int = node["end"]
        drained: int = U64.unpack_from(buffer, own.base + ring.DRAINED_AT)[0]
        # A grant doesn't cross the ring's end: its offsets are a plain range, its lap a constant.
        slot = end % CAPACITY
        room = min(drained + CAPACITY - end, CAPACITY - slot)
        if end < CAPACITY and room > 0:
            room = min(room, _allocated(buffer, slot) - slot)
        now = perf_counter_ns()
        if room > 0 and (drained + CAPACITY - end > CAPACITY // 2 or not _unrecorded):
            mine = _granted(own.base, end, room)
            # Whoever comes first wins; all go on with the winner's slots.
            if node.setdefault("next", mine) is mine:
                _unrecorded = False
                _say_what_happened(buffer, mine, began, now)
            continue
        if _unrecorded:
            return False
        heartbeat: int = U64.unpack_from(_page, ring.PAGE_HEARTBEAT)[0]
        if drained != seen:
            seen, since = drained, now
        stuck = now - since
        gone = _page[ring.PAGE_CLOSED] or now - heartbeat > PATIENCE_NS
        # A reader that is there and yet doesn't move waits for a slot that this very thread is to
        # fill once the signal handler that we are in has returned.
        if stuck > PATIENCE_NS or (gone and stuck > PATIENCE_NS // 12):
            _unrecorded = True
            return False
        sleep(pause)
        pause = min(pause * 1.5, 0.002)
