"""One sentence under the stage: what has just happened, or at full speed what doesn't change."""

from __future__ import annotations

from collections import Counter

import numpy as np

from ipcsim.events import Kind
from ipcsim.language import _, grouped, ngettext
from ipcsim.supervisor.messages import State
from ipcsim.trace.happenings import sentence
from ipcsim.trace.moment import CellAt, Chip, TubeAt
from ipcsim.trace.motions import taken
from ipcsim.trace.operations import operations
from ipcsim.trace.sentences import name_of, names, why
from ipcsim.trace.standing import Standing

QUIET_NS = 500_000_000
"""So long after an end it is said who waits."""
BUSY = 12
"""More telling events than this in half a second are too many to be told one by one."""
_QUIET = (
    Kind.OUTPUT,
    Kind.OUTPUT_TEXT,
    Kind.NOTE,
    Kind.FEED,
    Kind.SENT,
    Kind.REAPED,
    Kind.WOKE,
    Kind.LET_GO,
    Kind.HELD,
    Kind.START,
    Kind.ENDING,
    Kind.DUPLICATED,
    Kind.SERVE,
    Kind.SERVED,
    Kind.POLLED,
    Kind.THREAD_BEGIN,
)
_JOINS = (Kind.JOIN_WAIT, Kind.THREAD_JOIN_WAIT)
_TELLING = np.ones(256, bool)
_TELLING[list(_QUIET)] = False
_LOOK_BACK = 256


def caption(
    now: Standing,
    k_before: int,
    tubes: dict[int, TubeAt],
    cells: dict[int, tuple[CellAt, ...]],
    chips: dict[int, tuple[Chip, ...]],
) -> tuple[str, int | None]:
    """The sentence and the thread it speaks of.

    ``k_before`` is how many events had happened half a second before: many of them are summed up.
    """
    recent = now.store.kind.view[max(k_before, now.k - _LOOK_BACK) : now.k]
    if np.count_nonzero(_TELLING[recent]) > BUSY:
        return _standing(now, tubes, cells)
    start = max(0, now.k - _LOOK_BACK)
    telling = np.flatnonzero(_TELLING[now.store.kind.view[start : now.k]])
    if not len(telling):
        return "", None
    ordinal = int(telling[-1]) + start
    actor = int(now.store.actor.view[ordinal])
    row, obj = int(now.store.where.view[ordinal]), int(now.store.object.view[ordinal])
    kind = int(now.store.kind.view[ordinal])
    waits = ordinal == now.last[actor] and now.states[actor] == State.WAITING
    through = kind in (Kind.RETURNED, Kind.ENDING) or now.over[now.process(actor)]
    if (waits or through) and now.t - now.store.time(ordinal) > QUIET_NS:
        # What happened last is no news any more.
        stuck = _stuck(now)
        if stuck is not None:
            return why(now, stuck), stuck
    if waits:
        return why(now, actor), actor
    label = operations(now.trace).label(row)
    if kind in (Kind.GET, Kind.RECV):
        label = taken(now.trace, ordinal, kind, obj)[1]
    words = sentence(now.trace, row, actor, obj, label)
    if kind == Kind.WRITE:
        words = f"{words} {_stale(now, actor, obj, chips)}".strip()
    return words, actor


def _stuck(now: Standing) -> int | None:
    """Who says best why nothing happens: whoever waits for others to end says least."""
    joining = {
        actor for (_obj, kind), actors in now.waiting.items() if kind in _JOINS for actor in actors
    }
    stuck = [
        actor
        for actor, state in enumerate(now.states)
        if state == State.WAITING and not now.trace.actors[actor].is_feeder
    ]
    return max(stuck, key=lambda a: (a not in joining, int(now.last[a])), default=None)


def _stale(now: Standing, writer: int, obj: int, chips: dict[int, tuple[Chip, ...]]) -> str:
    holders = [
        (now.trace.processes[process].name, chip.label)
        for process, own in sorted(chips.items())
        for chip in own
        if chip.object == obj and chip.stale and process != now.process(writer)
    ]
    if not holders:
        return ""
    labels = sorted({label for _name, label in holders})
    return ngettext(
        "{who} still holds {labels}.", "{who} still hold {labels}.", len(holders)
    ).format(who=names([name for name, _label in holders]), labels=names(labels))


def _standing(
    now: Standing, tubes: dict[int, TubeAt], cells: dict[int, tuple[CellAt, ...]]
) -> tuple[str, int | None]:
    """What doesn't change while much happens."""
    found: list[tuple[int, str, int | None]] = []
    for obj, tube in tubes.items():
        if tube.putters:
            words = _waiters(now, obj, tube.putters, full=True)
            found.append((10 + len(tube.putters), words, None))
        elif len(tube.getters) > 1 and not tube.depth:
            found.append((len(tube.getters), _waiters(now, obj, tube.getters, full=False), None))
    for (obj, kind), waiters in now.waiting.items():
        if kind == Kind.ACQUIRE_WAIT and len(waiters) > 1 and obj >= 0:
            text = ngettext("{count} waits for {name}.", "{count} wait for {name}.", len(waiters))
            name = now.trace.objects[obj].name
            found.append((8 + len(waiters), text.format(count=len(waiters), name=name), None))
    for obj, own in cells.items():
        lost = sum(cell.lost for cell in own)
        if lost:
            name = now.trace.objects[obj].name
            text = ngettext(
                "{count} update of {name} lost so far.",
                "{count} updates of {name} lost so far.",
                lost,
            )
            found.append((1000, text.format(count=grouped(lost), name=name), None))
    if found:
        _weight, words, actor = max(found, key=lambda entry: entry[0])
        return words, actor
    if all(now.over):
        return _("The program has ended."), None
    moving = sum(
        state == State.RUNNING
        for actor, state in enumerate(now.states)
        if not now.trace.actors[actor].thread
    )
    if not moving:
        return _("Every process waits or sleeps."), None
    return ngettext(
        "{count} process is on the move.", "{count} processes are on the move.", moving
    ).format(count=moving), None


def _waiters(now: Standing, obj: int, waiters: tuple[int, ...], full: bool) -> str:
    """A queue is full or empty, and so many of those alike wait for it to change."""
    infos = now.trace.processes
    name = now.trace.objects[obj].name
    role, _count = Counter(infos[now.process(actor)].role for actor in waiters).most_common(1)[0]
    some = sum(infos[now.process(actor)].role == role for actor in waiters)
    alike = sum(
        info.role == role and info.started <= now.t and not now.over[info.process] for info in infos
    )
    if alike == 1:
        who = name_of(now, waiters[0])
        if full:
            return _("{name} is full: {who} waits in put().").format(name=name, who=who)
        return _("{name} is empty: {who} waits in get().").format(name=name, who=who)
    if full:
        text = _("{name} is full: {some} of {all} {role} processes wait in put().")
    else:
        text = _("{name} is empty: {some} of {all} {role} processes wait in get().")
    return text.format(name=name, some=some, all=alike, role=role)
