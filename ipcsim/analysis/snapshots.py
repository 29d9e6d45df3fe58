"""Who has read several values that belong together while somebody was writing them?

High-level data races (Artho, Havelund & Biere, 2003): each access is whole, the group isn't. Writes
belong together that are made while holding one lock, or by statements next to each other; reads
that are made by one statement. A snapshot is torn if it has some of a group's values and misses
others.
"""

from __future__ import annotations

import ast

import numpy as np

from ipcsim.analysis.finding import Finding, locations, thread_name
from ipcsim.events import Kind
from ipcsim.language import _
from ipcsim.trace.accesses import Accesses, accesses
from ipcsim.trace.columns import Array
from ipcsim.trace.conflicts import conflicts
from ipcsim.trace.history import History
from ipcsim.trace.syntax import syntax

_MOST_GROUPS = 20_000
_LONGEST = 64
Group = tuple[int, int, dict[int, int]]
"""First and last access, and by element the access to it."""


def find(trace: History) -> list[Finding]:
    """At most one finding for each object."""
    if trace.lost:
        return []
    pairs: dict[int, set[tuple[int, int]]] = {}
    for conflict in conflicts(trace).found:
        one = accesses(trace, conflict.obj)
        writes, actors = one.column("write"), one.column("actor")
        first, second = conflict.first, conflict.second
        if writes[first] == writes[second]:
            continue
        read, write = (second, first) if writes[first] else (first, second)
        pairs.setdefault(conflict.obj, set()).add((int(actors[read]), int(actors[write])))
    found = []
    for obj, readers_and_writers in pairs.items():
        one = accesses(trace, obj)
        if len(one.writes) < 2 or len(one.losing):
            continue
        size, known = trace.remembered(("torn", obj), lambda: (0, None))
        if known is None and len(one) > size + size // 4:
            torns = (_torn(one, *pair) for pair in sorted(readers_and_writers))
            torn = next((torn for torn in torns if torn is not None), None)
            known = None if torn is None else _finding(one, *torn)
            trace.remember(("torn", obj), (len(one), known))
        if known is not None:
            found.append(known)
    return found


def _torn(one: Accesses, reader: int, writer: int) -> tuple[Group, Group, int, int] | None:
    """A snapshot by ``reader`` with a part of what ``writer`` wrote together.

    Returns the reads, the writes, the element seen new and the one seen old.
    """
    reads, writes = _groups(one, reader, False), _groups(one, writer, True)
    if not reads or not writes:
        return None
    starts = np.array([group[0] for group in writes])
    every = np.array([at for group in (*reads, *writes) for at in group[2].values()])
    began = dict(zip(every.tolist(), one.began(every).tolist(), strict=True))
    ended = dict(zip(every.tolist(), one.ended(every).tolist(), strict=True))
    for read in reads:
        first = max(0, int(starts.searchsorted(read[0])) - 2)
        last = int(starts.searchsorted(read[1], "right"))
        for write in writes[first:last]:
            new = old = -1
            for element in read[2].keys() & write[2].keys():
                at, by = read[2][element], write[2][element]
                if ended[by] <= began[at]:
                    new = element
                elif ended[at] <= began[by]:
                    old = element
            if new != -1 and old != -1:
                return read, write, new, old
    return None


def _groups(one: Accesses, actor: int, writing: bool) -> list[Group]:
    """The thread's groups of reads or writes of at least two elements."""
    mine = np.flatnonzero(one.column("actor") == actor)
    mine = mine[one.column("write")[mine] == writing]
    elements, statements = one.column("element")[mine], one.column("statement")[mine]
    breaks = _holds(one, actor, mine) if writing else statements
    found: list[Group] = []
    start = 0
    seen: dict[int, int] = {}
    used: set[int] = set()
    for at, (access, element, belongs, statement) in enumerate(
        zip(mine.tolist(), elements.tolist(), breaks.tolist(), statements.tolist(), strict=True)
    ):
        apart = at > start and belongs != breaks[at - 1]
        # A statement that fills one element after the other is a loop, not a group.
        again = writing and belongs < 0 and statement in used
        if apart or again or element in seen or len(seen) >= _LONGEST:
            if len(seen) > 1:
                found.append((int(mine[start]), int(mine[at - 1]), seen))
            start, seen, used = at, {}, set()
            if len(found) >= _MOST_GROUPS:
                return found
        seen[element] = access
        used.add(statement)
    if len(seen) > 1:
        found.append((int(mine[start]), int(mine[-1]), seen))
    return found


def _holds(one: Accesses, actor: int, mine: Array) -> Array:
    """For each write a number, alike for those that belong together.

    Within one hold of a lock of the program's; without a lock, in one block of statements.
    """
    trace, store = one.trace, one.trace.store
    ordinals = one.column("ordinal")[mine]
    events = store.of_actor(actor)
    kinds = store.kind.view[events]
    taken = np.zeros(len(events), np.int64)
    own = {facts.object for facts in trace.registry.all if facts.owner == one.obj}
    objects = store.object.view[events]
    foreign = ~np.isin(objects, list(own)) if own else np.ones(len(events), bool)
    taken[(kinds == Kind.ACQUIRED) & foreign] = 1
    taken[(kinds == Kind.RELEASE) & foreign] = -1
    depth, holds = np.cumsum(taken), np.cumsum(taken == 1)
    at = events.searchsorted(ordinals, "right") - 1
    inside = depth[at] > 0
    blocks = {
        int(number): _block(one, int(mine[first]))
        for number, first in zip(
            *np.unique(one.column("statement")[mine], return_index=True), strict=True
        )
    }
    outside = np.array([blocks[n] for n in one.column("statement")[mine].tolist()], np.int64)
    found: Array = np.where(inside, holds[at], -1 - outside)
    return found


def _block(one: Accesses, at: int) -> int:
    """A number for the block of statements that an access stands in; its own if it is alone."""
    place = one.trace.place(one.row(at))
    found = syntax(one.trace).at(place)
    statement = None if found is None else found[0].statement(found[1])
    if found is None or statement is None:
        return (1 << 40) + at
    parent = found[0].parents.get(statement)
    return id(parent) if isinstance(parent, ast.AST) else at


def _finding(one: Accesses, read: Group, write: Group, new: int, old: int) -> Finding:
    trace = one.trace
    ordinals = one.column("ordinal")
    actors = one.column("actor")
    chain = [read[2][old], write[2][old], write[2][new], read[2][new]]
    places = [trace.place(one.row(at)) for at in chain]
    order = sorted(chain)
    reader, writer = int(actors[read[0]]), int(actors[write[0]])
    return Finding(
        "inconsistent",
        _(
            "{who} reads (line {line}) {new} as {other} had just written it (line {write}), but "
            "{old} as it was before: values that belong together, from two different moments."
        ).format(
            who=thread_name(trace, reader),
            other=thread_name(trace, writer),
            new=one.parts.name(new),
            old=one.parts.name(old),
            write=trace.at_line(places[2]),
            line=trace.at_line(places[0]),
        ),
        _(
            "Each read and each write is whole, but not all of them together: who reads one value "
            "after the other may see some new and some old ones, a state that the writer never "
            "meant to exist."
        ),
        tuple(dict.fromkeys(trace.actors[actor].process for actor in (reader, writer))),
        (one.obj,),
        locations(*places),
        trace.store.time(int(ordinals[order[0]])),
        tuple(one.row(at) for at in order),
        moments=tuple(trace.store.time(int(ordinals[at])) for at in order[1:]),
        remedy=_(
            "Reader and writer take the same lock for the whole group, or the group is read and "
            "written in one access: `pair[:]`."
        ),
        reference="multiprocessing: Synchronization between processes",
    )
