"""Which quantities of a run can be plotted, and in which words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ipcsim.events import ObjectKind
from ipcsim.language import _, grouped, ngettext
from ipcsim.trace.kinds import WAITS
from ipcsim.trace.moment import ObjectInfo
from ipcsim.trace.objects import BARRIERS, FLAGS, GATES, QUEUES
from ipcsim.trace.trace import Trace

HOLDABLE = GATES - FLAGS - BARRIERS
CELLS = frozenset((ObjectKind.VALUE, ObjectKind.ARRAY))
ENDS = frozenset((ObjectKind.PIPE_END,))
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


def plottable(
    objects: Iterable[ObjectInfo],
    events: Callable[[int], int],
    waits: Mapping[int, int] = MappingProxyType({}),
) -> list[Watched]:
    """All quantities, throughput last: first where somebody waits longest, then by events.

    Args:
        objects: of the run.
        events: how many events an object has had.
        waits: what :func:`long_waits` has found.
    """
    seen = [(o, events(o.object)) for o in objects if not o.internal and o.owner is None]
    seen = [pair for pair in seen if pair[1]]
    seen.sort(key=lambda pair: (-waits.get(pair[0].object, 0), -pair[1]))
    first, rates = [], []
    for info, _count in seen:
        if info.kind in QUEUES:
            first.append(Watched(info.object, info.name, "depth"))
            rates.append(Watched(info.object, info.name, "rate"))
        elif info.kind in GATES:
            first.append(Watched(info.object, info.name, "waiting"))
        elif info.kind in CELLS:
            summed = info.kind == ObjectKind.ARRAY
            first.append(Watched(info.object, info.name, "value", summed))
        elif info.kind in ENDS:
            rates.append(Watched(info.object, info.name, "rate"))
    return first + rates


def events_of(trace: Trace, number: int) -> int:
    """How many events an object has had; of a gate how often somebody has waited at it.

    Where nobody ever did there is nothing to see, however often it was passed: that counts as one.
    """
    store = trace.store
    kinds = store.kinds_of(number)
    count = sum(len(store.of(number, kind)) for kind in kinds)
    if trace.objects[number].kind not in GATES:
        return count
    waited = sum(len(store.of(number, kind)) for kind in kinds if kind in WAITS)
    return waited or min(count, 1)


def long_waits(trace: Trace) -> dict[int, int]:
    """For how long (ns) somebody has been waiting at an object in the end, if it is long.

    Only each thread's last event is looked at: in a deadlock that is the wait that never ended.
    """
    store, longest = trace.store, dict[int, int]()
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
        expected: of a shared value, had no update been lost; else not a number.
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
        return [number(value)]
    if watched.summed:
        return [
            _("expected sum {value}").format(value=number(expected)),
            _("actual sum {value}").format(value=number(value)),
        ]
    return [
        _("expected {value}").format(value=number(expected)),
        _("actual {value}").format(value=number(value)),
    ]


def _quantity(watched: Watched) -> str:
    return {
        "depth": _("depth"),
        "waiting": _("processes waiting"),
        "rate": _("messages a second"),
        "value": _("value"),
    }[watched.what]
