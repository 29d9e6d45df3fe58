"""Actors: threads under control, each with a connection to the controller.

Every thread that the program itself makes, directly or not, is an actor: it gets its connection
when it begins. A thread without an actor (before it begins, after it has ended, while the library
starts a thread) passes freely.
"""

from __future__ import annotations

import json
from _thread import _local
from collections.abc import Callable

from ipcsim.probe.control.protocol import FACT, REQUEST
from ipcsim.probe.control.wire import Wire
from ipcsim.probe.type_words import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ipcsim.probe.control.handing import Turns

_address = ""
_secret = ""
_ignoring = False
here = _local()
"""``actor``: the one that the calling thread is."""
_untold: list[dict[str, Any]] = []
"""What threads without an actor have said."""


class Actor:
    """A thread under control: its name and its connection."""

    __slots__ = (
        "deferred",
        "facts",
        "name",
        "number",
        "passing",
        "request",
        "result",
        "turns",
        "wire",
    )

    def __init__(self, name: str) -> None:
        self.name = name
        again = {"actor": name, "secret": _secret, "again": True}
        self.wire = Wire(_address, _fact(again))
        self.number = 0
        """Of its last request."""
        self.result = 0
        """Of its last operation, told with the next request."""
        self.facts: list[bytes] = []
        self.deferred: list[tuple[int, int, int, int]] = []
        """Records of what it has asked permission for."""
        self.passing = 0
        """Above 0 it passes freely: a leaf is being performed whose own parts are no leaves, or it
        waits for an answer, so that what runs is a finalizer."""
        self.request: tuple[int, Callable[[], bool] | None, bytes, int, bytes] | None = None
        """What it waits for permission for: op, what says whether it is ready, key, arg, place."""
        self.turns: Turns | None = None
        """Where it hands on the turn to others, without asking the controller each time."""


def set_up(address: str, secret: str, ignoring: bool = False) -> None:
    """Control this process from ``address`` (path of a socket, or ``host:port``).

    ``ignoring``: something that orders the actors is left open.
    """
    global _address, _secret, _ignoring
    _address, _secret, _ignoring = address, secret, ignoring


def controlled() -> bool:
    """Whether this process is, or will be, under control."""
    return bool(_address)


def settings() -> dict[str, Any]:
    """What a child needs to come under control."""
    return {"address": _address, "secret": _secret, "ignoring": _ignoring}


def current() -> Actor | None:
    """The actor that the calling thread is; None if it passes freely."""
    actor: Actor | None = getattr(here, "actor", None)
    return None if actor is None or actor.passing else actor


def become(name: str, **facts: Any) -> Actor:
    """The calling thread becomes actor ``name``: it says so, and what was said without an actor."""
    here.actor = actor = Actor(name)
    tell(actor=name, secret=_secret, **facts)
    for fact in _untold:
        tell(**fact)
    _untold.clear()
    return actor


def tell(**fact: Any) -> None:
    """Say something with the next request; nobody answers it.

    What a thread without an actor says is told when the next actor of this process begins.
    """
    actor = getattr(here, "actor", None)
    if actor is None:
        _untold.append(fact)
    else:
        actor.facts.append(_fact(fact))


def _fact(fact: dict[str, Any]) -> bytes:
    """A fact as a message. Facts are short: names, places, the beginning of an error's text."""
    text = json.dumps(fact, separators=(",", ":")).encode()
    return REQUEST.pack(FACT, 0, 0, len(text), 0, 0, 0, 0) + text
