"""Which updates of a shared value were overwritten by somebody who had not seen them?"""

from __future__ import annotations

from dataclasses import replace

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


def find(trace: History) -> list[Finding]:
    """A finding for each value, or element of an array, that lost an update."""
    found = []
    for facts in trace.registry.all:
        if facts.kind not in CELLS | PROXIES:
            continue
        one = accesses(trace, facts.object)
        lost, either = one.losing.view, _either(one)
        hit = np.unique(one.column("element")[either])
        if len(hit) > MOST_OF_ONE:
            found.append(_many(one, hit))
            continue
        for element in hit.tolist():
            mine = _of(one, element, lost)
            if len(mine) and not trace.lost:
                found.append(_lost(one, element, mine))
            else:
                found.append(_possible(one, element, _of(one, element, either)))
    return sorted(found, key=lambda finding: finding.time)


def _either(one: Accesses) -> Array:
    """The writes that lose an update, or may do so."""
    if not len(one.doubtful):
        return one.losing.view
    return np.sort(np.concatenate([one.losing.view, one.doubtful.view]))


def _of(one: Accesses, element: int, writes: Array) -> Array:
    """Those of some writes that are to one element."""
    mine: Array = writes[one.column("element")[writes] == element]
    return mine


def _many(one: Accesses, hit: Array) -> Finding:
    """One finding for an array with many such elements: slices hit all of theirs at once."""
    lost, either = one.losing.view, _either(one)
    sure = len(lost) and not one.trace.lost
    element = int(one.column("element")[lost[0] if sure else either[0]])
    mine = _of(one, element, lost)
    if one.trace.lost or not len(mine):
        told = _possible(one, element, _of(one, element, either))
    else:
        told = _lost(one, element, mine)
    more = ngettext(
        "The same goes for {count} more element.",
        "The same goes for {count} more elements.",
        len(hit) - 1,
    )
    sentence = f"{told.sentence} {more.format(count=grouped(len(hit) - 1))}"
    return replace(told, sentence=sentence)


def _lost(one: Accesses, element: int, lost: Array) -> Finding:
    first = int(lost[0])
    victim = one.victim(first)
    missing = one.lost_count[element].view
    count = max(int(missing[-1]), len(lost))
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


def _possible(one: Accesses, element: int, possible: Array) -> Finding:
    first = int(possible[0])
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
    at: Array,
    kind: str,
    words: str,
) -> Finding:
    trace = one.trace
    first = int(at[0])
    victim = one.victim(first)
    chosen = at[:_MOST_EVENTS]
    proof = [int(one.base.view[first]), victim, *chosen.tolist()]
    actors = np.bincount(one.column("actor")[np.concatenate([at, one.victims(at)])])
    return Finding(
        kind,
        words,
        _explain(trace, one.obj),
        tuple(np.unique(trace.process_of_actors(np.flatnonzero(actors))).tolist()),
        (one.obj,),
        locations(trace.place(one.row(first)), trace.place(one.row(victim))),
        trace.store.time(int(one.column("ordinal")[first])),
        tuple(one.row(index) for index in proof if index >= 0),
        happened=kind == "lost_update",
        remedy=hold_a_lock(trace, one.obj),
        moments=tuple(trace.store.times(one.column("ordinal")[at[1:6]]).tolist()),
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
