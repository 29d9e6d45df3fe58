"""Who uses what: learned from what moves and who waits, or from a whole recording."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from ipcsim.trace.moment import Moment, Motion


class Way(IntEnum):
    """How a process uses an object."""

    INTO = 0
    """It puts, sends, writes."""
    OUT_OF = 1
    """It gets, receives, reads."""


@dataclass(frozen=True, slots=True)
class Link:
    """A process uses an object."""

    process: int
    object: int
    way: Way


_WAYS = {
    Motion.PUT: Way.INTO,
    Motion.WRITE: Way.INTO,
    Motion.CALL: Way.INTO,
    Motion.GET: Way.OUT_OF,
    Motion.READ: Way.OUT_OF,
    Motion.RESULT: Way.OUT_OF,
}


def links_of_messages(messages: Any) -> set[Link]:
    """Who sends into what and who receives from it, from ``trace.messages(...)``: told to the stage
    beforehand, it stands from the first moment on as it will stand at the end."""
    links = {
        Link(int(process), int(number), Way.INTO)
        for process, number in set(zip(messages["sender"], messages["object"], strict=True))
    }
    links |= {
        Link(int(process), int(number), Way.OUT_OF)
        for process, number in set(zip(messages["receiver"], messages["object"], strict=True))
    }
    return {link for link in links if link.process >= 0}


def links_of(moment: Moment, queues: Container[int]) -> set[Link]:
    """Who is seen using what at a moment: by what moves, and by who waits at which end.

    Args:
        queues: all there are, also those of which the moment's figures don't tell yet.
    """
    process_of = {a.actor: p.process for p in moment.processes for a in p.actors}
    links = set()
    for move in moment.moves:
        way = _WAYS.get(move.motion)
        process = process_of.get(move.actor)
        if move.motion in (Motion.CALL, Motion.RESULT) and move.object in queues:
            # Asking a queue in a manager is no message yet: the put or get beside it is.
            continue
        if way is not None and move.object is not None and process is not None:
            links.add(Link(process, move.object, way))
    for tube in moment.tubes.values():
        links |= {
            Link(process_of[a], tube.object, Way.INTO) for a in tube.putters if a in process_of
        }
        links |= {
            Link(process_of[a], tube.object, Way.OUT_OF) for a in tube.getters if a in process_of
        }
        links |= {Link(t.sender, tube.object, Way.INTO) for t in tube.tokens}
        if tube.source is not None:
            links.add(Link(tube.source, tube.object, Way.INTO))
        if tube.target is not None:
            links.add(Link(tube.target, tube.object, Way.OUT_OF))
    return links


def both_ways(links: set[Link], leaders: dict[int, int]) -> set[Link]:
    """Whoever sends into one end of a pipe receives from the other, even if nothing has come."""
    senders: dict[int, set[int]] = {}
    for link in links:
        if link.way is Way.INTO:
            senders.setdefault(link.object, set()).add(link.process)
    result = set()
    for one, other in leaders.items():
        for end, far in ((one, other), (other, one)):
            if senders.get(end) and senders.get(far):
                result |= {Link(process, far, Way.OUT_OF) for process in senders[end]}
    return result
