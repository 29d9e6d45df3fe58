"""What the table of turns shows: worked out from the turns and the recording, not drawn."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from ipcsim.control.actors import Actor, Phase
from ipcsim.events import Kind
from ipcsim.export.interleaving import Interleaving, Line, interleaving
from ipcsim.gui.look.identity import Identity, thread_letters
from ipcsim.run.outsiders import Outsider
from ipcsim.run.step_words import short_names
from ipcsim.run.stepping import Stepping
from ipcsim.run.turns import Offer, Turn
from ipcsim.trace.trace import Trace

MOST: Final = 3000
"""So many events are looked at."""
FRESH: Final = 60
"""So many of the last rows may still change: the recording comes after the steps."""
_WAITS: Final = frozenset(kind for kind in Kind if kind.name.endswith("_WAIT") or kind is Kind.WAIT)


@dataclass(frozen=True, slots=True)
class Column:
    """An actor."""

    actor: str
    who: Identity
    name: str
    over: bool
    key: str = ""
    """The number that lets it go on; empty for a thread, which is clicked."""


@dataclass(frozen=True, slots=True)
class Row:
    """A turn."""

    number: int
    """From 1."""
    column: int
    text: str
    values: tuple[str, ...]
    written: int | None = None
    """Which of the values it has written."""
    struck: bool = False
    """What it wrote was overwritten unseen."""
    wrong: bool = False
    """It overwrote what another wrote, unseen."""
    waits: bool = False
    told: int = 0
    """When what the recording tells of it happened, ns; 0: nothing yet."""


@dataclass(frozen=True, slots=True)
class Content:
    """All of the table."""

    columns: tuple[Column, ...] = ()
    values: tuple[str, ...] = ()
    """Names of the columns of values."""
    rows: tuple[Row, ...] = ()
    ahead: int = 0
    """How many choices lie ahead."""
    offers: Mapping[str, Offer] | None = None
    """By actor; None while somebody is busy."""
    outside: Mapping[str, Outsider] = field(default_factory=dict)
    """By actor, who is outside control."""
    hidden: int = 0
    """How many actors have no room."""


def fitting(whole: Content, most: int) -> Content:
    """As many columns as have room: who moved last, then who can go on, then the others."""
    count = len(whole.columns)
    if count <= most:
        return whole
    offers = whole.offers or {}
    wanted = [row.column for row in reversed(whole.rows[-40:]) if row.column >= 0]
    able = [n for n in range(count) if (o := offers.get(whole.columns[n].actor)) and o.enabled]
    kept = sorted(list(dict.fromkeys([*wanted, *able, *range(count)]))[:most])
    place = {column: n for n, column in enumerate(kept)}
    return replace(
        whole,
        columns=tuple(whole.columns[n] for n in kept),
        rows=tuple(replace(row, column=place.get(row.column, -1)) for row in whole.rows),
        hidden=count - len(kept),
    )


def content(
    stepping: Stepping, trace: Trace, who: Mapping[int, Identity], before: Content | None = None
) -> Content:
    """The table of what has been stepped so far.

    Args:
        before: the table a moment ago, of the same execution: only its last rows are made anew.
    """
    actors = stepping.seat.controller.actors
    offers = {offer.actor: offer for offer in stepping.offers()}
    shown = [a for a in actors.values() if _is_shown(a, offers.get(a.name), stepping.public)]
    columns = _columns(shown, trace, who, short_names(actors))
    place = {column.actor: n for n, column in enumerate(columns)}
    turns = stepping.turns[: stepping.position]
    kept = max(0, min(len(before.rows), len(turns)) - FRESH) if before is not None else 0
    table = _recorded(stepping, trace, turns, kept)
    cells = table.names[len(table.processes) :]
    if before is not None and (before.columns[: len(columns)], before.values) != (columns, cells):
        kept = 0
        table = _recorded(stepping, trace, turns, kept)
        cells = table.names[len(table.processes) :]
    starts = [stepping.seat.times[turn.first] for turn in turns]
    times = [line.time for line in table.lines]
    rows = list(before.rows[:kept]) if before is not None else []
    values: tuple[str, ...] = rows[-1].values if rows else ("",) * len(cells)
    for n, turn in enumerate(turns[kept:], kept):
        at = place.get(turn.actor, place.get(actors[turn.actor].process, -1))
        process = columns[at].who.process if at >= 0 else -1
        until = starts[n + 1] if n + 1 < len(turns) else 1 << 63
        lines = table.lines[bisect_left(times, starts[n]) : bisect_left(times, until)]
        row = Row(n + 1, at, turn.call, values, waits=turn.waits)
        for line in lines:
            values = line.values
            if line.process == process and not _is_part(trace, line):
                row = _told(row, line)
        rows.append(replace(row, values=values))
    state = stepping.seat.state
    return Content(
        columns,
        cells,
        tuple(rows),
        len(stepping.ahead),
        None if state is None or stepping.going_back else offers,
        {one.actor: one for one in stepping.outsiders} if not stepping.going_back else {},
    )


def _is_part(trace: Trace, line: Line) -> bool:
    """Whether it is about an object that only serves another, as a value's own lock."""
    return line.object >= 0 and trace.objects[line.object].owner is not None


def _told(row: Row, line: Line) -> Row:
    """A row with what the recording says of it."""
    if line.kind in _WAITS or row.waits:
        return row
    return replace(
        row,
        text=line.text,
        told=line.time,
        written=line.written if line.written is not None else row.written,
        struck=line.overwritten or row.struck,
        wrong=bool(line.overwrites) or row.wrong,
    )


def _recorded(stepping: Stepping, trace: Trace, turns: list[Turn], first: int) -> Interleaving:
    if not turns or not trace.event_count:
        return Interleaving((), (), (), ())
    begin = stepping.seat.times[turns[first].first]
    seat = stepping.seat
    end = trace.end if len(turns) == len(stepping.turns) else seat.times[turns[-1].end]
    return interleaving(trace, begin, max(end, begin), limit=MOST, shorten=False)


def _is_shown(actor: Actor, offer: Offer | None, public: bool) -> bool:
    if actor.is_main or not actor.process:
        return True
    if actor.phase is Phase.ENDED:
        return False
    # A thread of the library's own works unseen, until leaf operations are looked at.
    return offer is not None and not (offer.helper and public)


def _columns(
    actors: list[Actor], trace: Trace, who: Mapping[int, Identity], names: Mapping[str, str]
) -> tuple[Column, ...]:
    by_pid = {process.pid: process.process for process in trace.processes}
    threads: dict[int, int] = {}
    found = []
    for number, actor in enumerate(actors):
        process = by_pid.get(actor.pid, -1)
        known = who.get(process)
        if known is None:
            known = Identity(-1 - number, "M" if number == 0 else "·", 0, names[actor.name], "")
        elif not actor.is_main:
            threads[process] = threads.get(process, 0) + 1
            label = f"{known.label}{thread_letters(threads[process])}"
            known = replace(known, label=label)
        over = actor.phase is Phase.ENDED
        found.append(Column(actor.name, known, names[actor.name], over))
    return _numbered(found, {actor.name for actor in actors if actor.is_main})


def _numbered(columns: list[Column], mains: set[str]) -> tuple[Column, ...]:
    """Columns with the numbers to press: those of the badges where they tell all apart."""
    labels = [column.who.label for column in columns if column.actor in mains]
    apart = len(set(labels)) == len(labels)
    found, next_free = [], 0
    for column in columns:
        key = ""
        if column.actor in mains:
            label = "0" if column.who.label == "M" else column.who.label
            key = label if apart and label.isdecimal() else str(next_free)
            next_free += 1
        found.append(replace(column, key=key))
    return tuple(found)
