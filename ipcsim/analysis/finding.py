"""A finding: what is wrong, who, where and when, in words that need nothing beside them."""

from __future__ import annotations

from dataclasses import dataclass

from ipcsim.trace.history import History
from ipcsim.trace.moment import Place


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. It explains itself once for this case and once for all."""

    kind: str
    """A word for programs: "deadlock", "lost_update", ..."""
    sentence: str
    """This case: who, what, which object, which line."""
    explanation: str
    """All such cases: what it means, and what repairs it."""
    processes: tuple[int, ...] = ()
    objects: tuple[int, ...] = ()
    locations: tuple[str, ...] = ()
    """Places as "file:line"."""
    time: int = 0
    """A moment at which it can be seen, ns on the recorded machine's clock."""
    events: tuple[int, ...] = ()
    """Rows of the events that prove it."""
    circle: tuple[tuple[int, int], ...] = ()
    """A deadlock's threads in order, each with the object that it waits for (-1 for none)."""


def location(place: Place | None) -> str:
    """A place as "file:line"; empty if it isn't known."""
    return "" if place is None else f"{place.file}:{place.line}"


def locations(*places: Place | None) -> tuple[str, ...]:
    """The places that are known, each once."""
    return tuple(dict.fromkeys(location(place) for place in places if place is not None))


def at_line(place: Place | None) -> str:
    """The number of a place's line for a sentence; "?" if it isn't known."""
    return "?" if place is None else str(place.line)


def place_of(trace: History, ordinal: int) -> Place | None:
    """Where an event happened."""
    return trace.place(int(trace.store.where.view[ordinal]))
