"""Which quantities of a run can be plotted, and in which words."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass

from ipcsim.events import Kind, ObjectKind
from ipcsim.language import _, grouped, ngettext
from ipcsim.trace.accesses import accesses
from ipcsim.trace.kinds import WAITS
from ipcsim.trace.moment import ObjectInfo
from ipcsim.trace.objects import BARRIERS, FLAGS, GATES, PROXIES, QUEUES
from ipcsim.trace.slices import SLICES
from ipcsim.trace.trace import Trace

HOLDABLE = GATES - FLAGS - BARRIERS
ARRAYS = frozenset((ObjectKind.ARRAY, ObjectKind.SHAREABLE_LIST))
CELLS = frozenset((ObjectKind.VALUE,)) | ARRAYS
ENDS = frozenset((ObjectKind.PIPE_END,))
_RECEIVED: frozenset[int] = frozenset((Kind.GET, Kind.RECV))
_MOVES: dict[tuple[bool, bool], frozenset[int]] = {
    (True, False): frozenset(map(int, WAITS)),
    (False, True): _RECEIVED,
    # Of memory without a lock no access is seen, of slices no value.
    (False, False): frozenset(map(int, Kind)) - {int(Kind.RAW_ACCESS), *map(int, SLICES)},
}
LONG_NS = 1_000_000_000
"""Who has waited so long at an object makes its plot the interesting one."""


@dataclass(frozen=True, slots=True)
class Watched:
    """One quantity of one object."""

    object: int
    name: str
    what: str
    """As ``trace.series`` calls it: depth, waiting, value or rate."""
    summed: bool = False
    """Whether the value is the sum of an array's elements."""

    @property
    def title(self) -> str:
        """For a chip: the object's name and, where it has several quantities, which."""
        return _("{name} /s").format(name=self.name) if self.what == "rate" else self.name


@dataclass(frozen=True, slots=True)
class Traffic:
    """What an object has seen so far."""

    events: int
    moves: int
    """How many of them change what its plot shows; 0: the plot is a level line at 0."""
    part: str = ""
    """The name of the one part of a manager's object that holds a number."""


def plottable(
    objects: Iterable[ObjectInfo],
    traffic: Callable[[int], Traffic],
    hanging: Container[int] = (),
) -> tuple[list[Watched], int]:
    """All quantities, and how many of them have anything to show: those come first.

    First where a run hangs, then by events; a barrier, at which everybody waits by design, behind
    what is waited for in vain; throughput last.

    Args:
        objects: of the run.
        traffic: what an object has seen.
        hanging: what :func:`long_waits` has found.
    """
    seen = [(o, traffic(o.object)) for o in objects if not o.internal and o.owner is None]
    seen = [pair for pair in seen if pair[1].events]
    seen.sort(key=lambda p: (p[0].object not in hanging, p[0].kind in BARRIERS, -p[1].moves))
    first, rates, still = list[Watched](), list[Watched](), list[Watched]()
    for info, has in seen:
        if info.kind in QUEUES:
            first.append(Watched(info.object, info.name, "depth"))
            (rates if has.moves else still).append(Watched(info.object, info.name, "rate"))
        elif info.kind in GATES:
            (first if has.moves else still).append(Watched(info.object, info.name, "waiting"))
        elif info.kind in CELLS:
            if has.moves:
                first.append(Watched(info.object, info.name, "value", info.kind in ARRAYS))
        elif info.kind in ENDS:
            (rates if has.moves else still).append(Watched(info.object, info.name, "rate"))
        elif has.part:
            first.append(Watched(info.object, has.part, "value"))
    return first + rates + still, len(first) + len(rates)


def traffic_of(trace: Trace, number: int) -> Traffic:
    """What an object has seen. A gate's plot moves where somebody has waited, a tube's rate where
    something has been received."""
    store, kind = trace.store, trace.objects[number].kind
    kinds = store.kinds_of(number)
    count = sum(len(store.of(number, one)) for one in kinds)
    if kind in PROXIES:
        part = _only_number(trace, number)
        return Traffic(count, count, part)
    moving = _MOVES[kind in GATES, kind in QUEUES | ENDS]
    return Traffic(count, sum(len(store.of(number, Kind(one))) for one in kinds if one in moving))


def _only_number(trace: Trace, number: int) -> str:
    """The name of the only part that has been read or written of what a manager keeps, if it is a
    number: the sum of several would be of nothing."""
    found = accesses(trace, number)
    found.advance()
    parts = [part for part, writes in found.writes.items() if len(writes)]
    if len(parts) != 1 or not trace.series(number, "value").highest:
        return ""
    return found.parts.name(parts[0])


def long_waits(trace: Trace) -> dict[int, int]:
    """For how long (ns) somebody has been waiting at an object in the end, where a run hangs: all
    processes wait, and some for long.

    Only each thread's last event is looked at: in a deadlock that is the wait that never ended.
    """
    store, longest = trace.store, dict[int, int]()
    if not _stands(trace):
        return longest
    for actor in trace.actors:
        mine = store.of_actor(actor.actor)
        if not len(mine):
            continue
        last = int(mine[-1])
        if int(store.kind.view[last]) not in WAITS:
            continue
        ended = trace.processes[actor.process].ended
        waited = (trace.end if ended is None else ended) - store.time(last)
        number = int(store.object.view[last])
        if waited >= LONG_NS:
            longest[number] = max(waited, longest.get(number, 0))
    return longest


def _stands(trace: Trace) -> bool:
    """Whether the main threads of all living processes wait."""
    for info in trace.processes:
        if info.ended is not None or info.is_server or info.is_pool_worker:
            continue
        if not info.actors or not len(mine := trace.store.of_actor(info.actors[0])):
            return False
        if int(trace.store.kind.view[int(mine[-1])]) not in WAITS:
            return False
    return True


def nothing_to_plot(objects: Iterable[ObjectInfo]) -> str:
    """The sentence where plots would be."""
    if any(not o.internal for o in objects):
        return _("Nothing here has a quantity that changes over time: nothing to plot.")
    return _("No queue, lock or value in this program: nothing to plot.")


def number(value: float) -> str:
    """A figure as people read it: 9 840, 0.5."""
    if value == int(value) or abs(value) >= 1000:
        return grouped(int(value))
    return f"{value:.3g}"


def lines(watched: Watched, value: float, expected: float, bound: float | None) -> list[str]:
    """What stands under an object's name: its quantity at the cursor.

    Args:
        watched: which quantity.
        value: at the cursor; not a number before the first.
        expected: of a shared value, had no update been lost; not a number where none can be.
        bound: of a queue.
    """
    if value != value:
        return [_quantity(watched)]
    if watched.what == "depth":
        depth = number(value)
        if bound is None:
            return [_("depth {depth}").format(depth=depth)]
        return [_("depth {depth} of {bound}").format(depth=depth, bound=number(bound))]
    if watched.what == "waiting":
        count = int(value)
        return [ngettext("{count} waits", "{count} wait", count).format(count=count)]
    if watched.what == "rate":
        return [_("{rate} /s").format(rate=number(round(value)))]
    if expected != expected:
        return [_("sum {value}").format(value=number(value)) if watched.summed else number(value)]
    if watched.summed:
        return [
            _("expected sum {value}").format(value=number(expected)),
            _("actual sum {value}").format(value=number(value)),
        ]
    return [
        _("expected {value}").format(value=number(expected)),
        _("actual {value}").format(value=number(value)),
    ]


def difference(watched: Watched, lost: float) -> str:
    """What stands under a value that isn't what it would be had no update been lost.

    Args:
        lost: by how much it is less.
    """
    count = number(abs(lost))
    if watched.summed and lost < 0:
        # Of single elements amounts were lost, of their sum none.
        return _("{count} too many").format(count=count)
    return _("lost {count}").format(count=count)


def _quantity(watched: Watched) -> str:
    return {
        "depth": _("depth"),
        "waiting": _("processes waiting"),
        "rate": _("messages a second"),
        "value": _("value"),
    }[watched.what]
