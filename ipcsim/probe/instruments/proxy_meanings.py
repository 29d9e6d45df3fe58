"""What a proxy's call means: a manager's lock is a lock, its queue a queue, its value a value.

The client records, since the server's threads act for it. A GET takes the oldest PUT: the n-th GET
in time belongs to the n-th FEED, and the marks of the two (a hash of what may be shown of the item)
confirm it, as for queues between processes. A put into a bounded queue is an interval, as it may
wait in the server for a free slot. An INDEX that isn't an index but a key is -1 - text number.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter_ns
from typing import NamedTuple

from ipcsim.events import Kind, ObjectKind
from ipcsim.probe.instruments.labels import label, mark
from ipcsim.probe.instruments.timed import nanoseconds
from ipcsim.probe.recorder import emit, emit_span, text, token
from ipcsim.probe.type_words import Any

KINDS = {
    "Lock": ObjectKind.LOCK,
    "RLock": ObjectKind.RLOCK,
    "Semaphore": ObjectKind.SEMAPHORE,
    "BoundedSemaphore": ObjectKind.BOUNDED_SEMAPHORE,
    "Condition": ObjectKind.CONDITION,
    "Event": ObjectKind.EVENT,
    "Barrier": ObjectKind.BARRIER,
    "Queue": ObjectKind.QUEUE,
    "JoinableQueue": ObjectKind.JOINABLE_QUEUE,
    "Value": ObjectKind.VALUE,
    "Array": ObjectKind.ARRAY,
}
"""Kind of the object behind a proxy, by the name that SyncManager registers it under."""


class Call:
    """One call of a proxy's method: whose, where, and since when (ns)."""

    __slots__ = ("args", "began", "kwds", "method", "number", "place")

    def __init__(
        self, number: int, place: int, method: str, args: tuple[Any, ...], kwds: dict[str, Any]
    ) -> None:
        self.number, self.place = number, place
        self.method, self.args, self.kwds = method, args, kwds
        self.began = perf_counter_ns()

    def argument(self, index: int, name: str, default: Any) -> Any:
        """An argument by its place or name."""
        return self.args[index] if len(self.args) > index else self.kwds.get(name, default)

    def say(self, kind: Kind, argument: int = 0) -> None:
        """Record what happens now."""
        emit(int(kind), self.number, self.place, argument)

    def say_span(self, kind: Kind, argument: int = 0) -> None:
        """Record what has happened since the call began."""
        emit_span(int(kind), self.began, self.number, self.place, argument)


def _nothing(call: Call, *_: Any) -> None:
    pass


class Meaning(NamedTuple):
    """What to record before a call, after it, and if it raises (name of the exception's type)."""

    begin: Callable[[Call], None] = _nothing
    end: Callable[[Call, Any], None] = _nothing
    failed: Callable[[Call, str], None] = _nothing


def meaning_of(typeid: str, method: str) -> Meaning | None:
    """The meaning of a method of what is registered as `typeid`; None: a call and no more."""
    return _MEANINGS.get(typeid, {}).get(method)


def _at_once(kind: Kind, argument: int = 0) -> Meaning:
    return Meaning(begin=lambda call: call.say(kind, argument))


def _waits(call: Call, kind: Kind, index: int) -> None:
    call.say(kind, nanoseconds(call.argument(index, "timeout", None)))


def _acquire_begins(call: Call) -> None:
    if call.argument(0, "blocking", True):
        _waits(call, Kind.ACQUIRE_WAIT, 1)


def _acquire_ends(call: Call, taken: Any) -> None:
    if taken is True:
        call.say(Kind.ACQUIRED, 1)
    else:
        call.say_span(Kind.NOT_ACQUIRED)


def _put_begins(call: Call) -> None:
    if call.method == "put" and call.argument(1, "block", True):
        _waits(call, Kind.PUT_WAIT, 2)


def _put_ends(call: Call, _: Any) -> None:
    item = call.argument(0, "item", None)
    call.say_span(Kind.PUT, token(item))
    call.say_span(Kind.FEED, mark(item))


def _get_begins(call: Call) -> None:
    if call.method == "get" and call.argument(0, "block", True):
        _waits(call, Kind.GET_WAIT, 1)


def _fails(kind: Kind, name: str) -> Callable[[Call, str], None]:
    def failed(call: Call, error: str) -> None:
        if error == name:
            call.say_span(kind)

    return failed


def _notify(call: Call) -> None:
    count = call.argument(0, "n", 1)
    call.say(Kind.NOTIFY, count if type(count) is int else 0)


def _say_key(call: Call) -> None:
    key = call.argument(0, "key", None)
    if type(key) is int and key >= 0:
        call.say(Kind.INDEX, key)
    else:
        call.say(Kind.INDEX, -1 - text(key if type(key) is str else label(key)))


def _item_read(call: Call, value: Any) -> None:
    _say_key(call)
    call.say_span(Kind.READ, token(value))


def _item_written(call: Call, _: Any) -> None:
    _say_key(call)
    call.say_span(Kind.WRITE, token(call.argument(1, "value", None)))


_LOCK = {
    "acquire": Meaning(_acquire_begins, _acquire_ends),
    "release": Meaning(
        begin=lambda call: call.say(Kind.RELEASE),
        failed=lambda call, _: call.say(Kind.RELEASE_REFUSED),
    ),
}
_BOUNDED = {
    **_LOCK,
    # Known to be one only when it wasn't refused.
    "release": _LOCK["release"]._replace(
        begin=_nothing, end=lambda call, _: call.say_span(Kind.RELEASE)
    ),
}
_CONDITION = {
    **_LOCK,
    "wait": Meaning(
        lambda call: _waits(call, Kind.WAIT, 0),
        lambda call, woken: call.say(Kind.WOKEN, int(woken is True)),
    ),
    "notify": Meaning(_notify),
    "notify_all": _at_once(Kind.NOTIFY, -1),
}
_EVENT = {
    "wait": Meaning(
        lambda call: _waits(call, Kind.EVENT_WAIT, 0),
        lambda call, passed: call.say(Kind.EVENT_PASSED, int(passed is True)),
    ),
    "is_set": Meaning(end=lambda call, answer: call.say(Kind.EVENT_ASKED, int(answer is True))),
    "set": _at_once(Kind.EVENT_SET),
    "clear": _at_once(Kind.EVENT_CLEAR),
}
_BARRIER = {
    "wait": Meaning(
        lambda call: _waits(call, Kind.BARRIER_WAIT, 0),
        lambda call, index: call.say(Kind.BARRIER_PASSED, index if type(index) is int else 0),
        _fails(Kind.BARRIER_BROKEN, "BrokenBarrierError"),
    ),
    "reset": _at_once(Kind.BARRIER_RESET),
    "abort": _at_once(Kind.BARRIER_ABORT),
}
_PUT = Meaning(_put_begins, _put_ends, _fails(Kind.FULL, "Full"))
_GET = Meaning(
    _get_begins,
    lambda call, item: call.say(Kind.GET, mark(item)),
    _fails(Kind.EMPTY, "Empty"),
)
_QUEUE = {
    "put": _PUT,
    "put_nowait": _PUT,
    "get": _GET,
    "get_nowait": _GET,
    "task_done": _at_once(Kind.TASK_DONE),
    "join": Meaning(
        lambda call: call.say(Kind.ALL_DONE_WAIT), lambda call, _: call.say(Kind.ALL_DONE)
    ),
}
_VALUE = {
    "get": Meaning(end=lambda call, value: call.say_span(Kind.READ, token(value))),
    "set": Meaning(end=lambda call, _: call.say_span(Kind.WRITE, token(call.args[0]))),
}
_ITEM_READ, _ITEM_WRITTEN = Meaning(end=_item_read), Meaning(end=_item_written)
_ITEMS = {"__getitem__": _ITEM_READ, "__setitem__": _ITEM_WRITTEN}
_MEANINGS: dict[str, dict[str, Meaning]] = {
    "Lock": _LOCK,
    "RLock": _LOCK,
    "Semaphore": _LOCK,
    "BoundedSemaphore": _BOUNDED,
    "Condition": _CONDITION,
    "Event": _EVENT,
    "Barrier": _BARRIER,
    "Queue": _QUEUE,
    "JoinableQueue": _QUEUE,
    "Value": _VALUE,
    "Array": _ITEMS,
    "list": _ITEMS,
    "dict": {**_ITEMS, "get": _ITEM_READ},
    "Namespace": {"__getattribute__": _ITEM_READ, "__setattr__": _ITEM_WRITTEN},
}
