"""Which updates of a shared value were overwritten by somebody who had not seen them?"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from ipcsim.analysis.finding import Finding, locations
from ipcsim.events import ObjectKind
from ipcsim.language import _, grouped, ngettext
from ipcsim.trace.accesses import Accesses, accesses
from ipcsim.trace.cells import label
from ipcsim.trace.columns import Array
from ipcsim.trace.durations import duration
from ipcsim.trace.history import History
from ipcsim.trace.objects import CELLS, PROXIES

SHARING = "multiprocessing: Shared ctypes Objects (on `+=` and get_lock())"
_MOST_EVENTS = 30
MOST_OF_ONE = 8
"""An array with more elements that lost something has one finding."""


@dataclass(slots=True)
class _Hits:
    """Writes to one element that lose an update, or may do so."""

    first: list[int] = field(default_factory=list)
    """The first _MOST_EVENTS of them, rising."""
    count: int = 0
    actors: set[int] = field(default_factory=set)
    """Who made them, and who had written what they lost."""

    def extend(self, one: Accesses, writes: Array) -> None:
        """So many more, rising."""
        if len(writes):
            self.first += writes[: _MOST_EVENTS - len(self.first)].tolist()
            self.count += len(writes)
            actors = one.column("actor")[np.concatenate([writes, one.victims(writes)])]
            self.actors.update(np.unique(actors).tolist())


class _Losses:
    """What loses updates of one object, brought forward as it grows."""

    def __init__(self, one: Accesses) -> None:
        self.one = one
        self.elements: set[int] = set()
        """All in which an update is lost, or may be."""
        self.told: dict[int, tuple[_Hits, _Hits]] = {}
        """Of those that are told in detail: what is sure, and all."""
        self._sure = self._doubtful = 0

    @property
    def first(self) -> int:
        """The element in which the first update is lost for sure, else may be."""
        one = self.one
        sure = len(one.losing) and not one.trace.lost
        ends = one.losing.view[:1] if sure else _both(one.losing.view[:1], one.doubtful.view[:1])
        return int(one.column("element")[ends[0]])

    def advance(self) -> None:
        """Take in what has happened since the last time."""
        sure, doubtful = self.one.losing.view, self.one.doubtful.view
        fresh = sure[self._sure :], doubtful[self._doubtful :]
        self._sure, self._doubtful = len(sure), len(doubtful)
        both = _both(*fresh)
        if len(both):
            self.elements.update(np.unique(self.one.column("element")[both]).tolist())
            for element in self.told:
                self._extend(element, *fresh)
        if not self.elements:
            return
        few = len(self.elements) <= MOST_OF_ONE
        for element in (self.elements if few else {self.first}) - self.told.keys():
            self.told[element] = _Hits(), _Hits()
            self._extend(element, sure, doubtful)

    def _extend(self, element: int, sure: Array, doubtful: Array) -> None:
        elements = self.one.column("element")
        sure, doubtful = (of[elements[of] == element] for of in (sure, doubtful))
        lost, either = self.told[element]
        lost.extend(self.one, sure)
        either.extend(self.one, _both(sure, doubtful))


def _both(sure: Array, doubtful: Array) -> Array:
    return np.sort(np.concatenate([sure, doubtful])) if len(doubtful) else sure


def find(trace: History) -> list[Finding]:
    """A finding for each value, or element of an array, that lost an update."""
    found = []
    for facts in trace.registry.all:
        if facts.kind not in CELLS | PROXIES:
            continue
        one = accesses(trace, facts.object)
        key = "losses", facts.object
        losses: _Losses = trace.remembered(key, lambda one=one: _Losses(one))
        losses.advance()
        if len(losses.elements) > MOST_OF_ONE:
            found.append(_many(losses))
        else:
            found += [_of_one(losses, element) for element in sorted(losses.elements)]
    return sorted(found, key=lambda finding: finding.time)


def _of_one(losses: _Losses, element: int) -> Finding:
    lost, either = losses.told[element]
    if lost.count and not losses.one.trace.lost:
        return _lost(losses.one, element, lost)
    return _possible(losses.one, element, either)


def _many(losses: _Losses) -> Finding:
    """One finding for an array with many such elements: slices hit all of theirs at once."""
    told, others = _of_one(losses, losses.first), len(losses.elements) - 1
    more = ngettext(
        "The same goes for {count} more element.",
        "The same goes for {count} more elements.",
        others,
    )
    return replace(told, sentence=f"{told.sentence} {more.format(count=grouped(others))}")


def _lost(one: Accesses, element: int, lost: _Hits) -> Finding:
    first = lost.first[0]
    victim = one.victim(first)
    missing = one.lost_count[element].view
    count = max(int(missing[-1]), lost.count)
    words = ngettext(
        "{count} update of {name} was lost", "{count} updates of {name} were lost", count
    )
    began = one.began(np.array([first, victim]))
    gap = int(began[0]) - int(began[1])
    detail = _(
        "{how}{who} wrote {new} at line {line} over the {old} that {other} had written {gap} "
        "before, and that it had not read"
    )
    return _finding(
        one,
        element,
        lost,
        "lost_update",
        words.format(count=grouped(count), name=_name(one, element))
        + ": "
        + detail.format(
            how="" if count == 1 else _("first, "),
            new=label(one, first),
            old=label(one, victim),
            gap=duration(gap),
            **_who(one, first, victim),
        )
        + ".",
    )


def _possible(one: Accesses, element: int, possible: _Hits) -> Finding:
    first = possible.first[0]
    victim = one.victim(first)
    words = _(
        "An update of {name} may have been lost: {who} wrote at line {line} while {other} wrote "
        "too. Their order is not known."
    )
    return _finding(
        one,
        element,
        possible,
        "possible_lost_update",
        words.format(name=_name(one, element), **_who(one, first, victim)),
    )


def _finding(
    one: Accesses,
    element: int,
    hits: _Hits,
    kind: str,
    words: str,
) -> Finding:
    trace = one.trace
    first = hits.first[0]
    victim = one.victim(first)
    proof = [int(one.base.view[first]), victim, *hits.first]
    actors = np.array(sorted(hits.actors))
    return Finding(
        kind,
        words,
        _explain(trace, one.obj),
        tuple(np.unique(trace.process_of_actors(actors)).tolist()),
        (one.obj,),
        locations(trace.place(one.row(first)), trace.place(one.row(victim))),
        trace.store.time(int(one.column("ordinal")[first])),
        tuple(one.row(index) for index in proof if index >= 0),
        happened=kind == "lost_update",
        remedy=hold_a_lock(trace, one.obj),
        moments=tuple(trace.store.times(one.column("ordinal")[hits.first[1:6]]).tolist()),
        reference=SHARING,
    )


def _explain(trace: History, obj: int) -> str:
    words = _(
        "`value += 1` is two operations: read, then write. Who writes what it has computed "
        "from an old value wipes out what others have written since."
    )
    if trace.registry.all[obj].kind in PROXIES:
        words += " " + _("At a manager these are two messages, each served by itself.")
    return words


def hold_a_lock(trace: History, obj: int) -> str:
    """The remedy: the lock that an object brings along, or one of one's own."""
    facts = trace.registry.all[obj]
    if facts.kind in (ObjectKind.VALUE, ObjectKind.ARRAY) and facts.key.startswith("arena:"):
        return _("Hold its lock over the read and the write: `with {name}.get_lock():`").format(
            name=trace.objects[obj].name
        )
    return _("Hand one Lock to all of them, and hold it over the read and the write.")


def _name(one: Accesses, element: int) -> str:
    return one.parts.name(element)


def _who(one: Accesses, writer: int, victim: int) -> dict[str, str]:
    trace, actors = one.trace, one.column("actor")
    place = trace.place(one.row(writer))
    names = [
        trace.processes[trace.actors[int(actors[index])].process].name for index in (writer, victim)
    ]
    return {"who": names[0], "other": names[1], "line": trace.at_line(place)}
