"""Records of what is about to happen wait for the permission to do it.

A release, a send, a notify is recorded before it is done, and so is that a thread waits for a
condition, an event or a barrier. Under control it may be done much later, or never: its record is
made when its first step is permitted, so that a recording never shows more than has happened.
"""

from __future__ import annotations

from ipcsim.events import Kind
from ipcsim.probe import recorder
from ipcsim.probe.control import actors, asking
from ipcsim.probe.type_words import Final

_FIRST_EVENT: Final = int(Kind.START)
"""Kinds below describe: texts, places, objects."""
_ABOUT_TO: Final = {
    int(kind)
    for kind in (
        Kind.RELEASE,
        Kind.SEND,
        Kind.FEED,
        Kind.THREAD_START,
        Kind.WAIT,
        Kind.NOTIFY,
        Kind.EVENT_WAIT,
        Kind.EVENT_SET,
        Kind.EVENT_CLEAR,
        Kind.BARRIER_WAIT,
        Kind.BARRIER_RESET,
        Kind.BARRIER_ABORT,
        Kind.TASK_DONE,
        Kind.CLOSE,
        Kind.TERMINATE,
        Kind.KILL,
    )
}

_emit, _emit_span = recorder.emit, recorder.emit_span


def install() -> None:
    """To be called before instruments are imported: they take the functions by name."""
    recorder.emit, recorder.emit_span = emit, emit_span
    asking.permitted = _make_up


def emit(kind: int, obj: int, place: int, arg: int) -> None:
    """As ``recorder.emit``; what is about to happen is recorded when it may."""
    if kind >= _FIRST_EVENT:
        actor = actors.current()
        if actor is not None:
            if kind in _ABOUT_TO:
                actor.deferred.append((kind, obj, place, arg))
                return
            if actor.deferred:
                _make_up(actor)
    _emit(kind, obj, place, arg)


def emit_span(kind: int, began: int, obj: int, place: int, arg: int) -> None:
    """As ``recorder.emit_span``."""
    actor = actors.current()
    if actor is not None and actor.deferred:
        _make_up(actor)
    _emit_span(kind, began, obj, place, arg)


def _make_up(actor: actors.Actor) -> None:
    deferred, actor.deferred = actor.deferred, []
    for record in deferred:
        _emit(*record)
