"""Which shared memory is used in ways that can't be seen?"""

from __future__ import annotations

import numpy as np

from ipcsim.analysis.finding import NOTICE, Finding, locations, place_of
from ipcsim.analysis.sites import sites
from ipcsim.events import Kind
from ipcsim.language import _, grouped, ngettext
from ipcsim.trace import slices
from ipcsim.trace.accesses import accesses
from ipcsim.trace.conflicts import conflicts
from ipcsim.trace.history import History
from ipcsim.trace.objects import CELLS, PROXIES
from ipcsim.trace.order import life_order
from ipcsim.trace.passed_over import MOST_ELEMENTS
from ipcsim.trace.sentences import names


def find(trace: History) -> list[Finding]:
    """A notice for each block that several processes have at hand at the same time."""
    found = []
    for facts in trace.registry.all:
        obj = facts.object
        if facts.kind in CELLS | PROXIES and _too_many(trace, obj):
            found.append(_passed_over(trace, obj))
        if not len(trace.store.of(obj, Kind.RAW_ACCESS)):
            continue
        first = sites(trace, obj, Kind.RAW_ACCESS).first
        actors = trace.store.actor.view[np.array(first, np.uint32)].tolist()
        processes = list(dict.fromkeys(trace.actors[actor].process for actor in actors))
        heirs = _heirs(trace, first, facts.created_by)
        if not heirs and not _at_once(trace, first, actors):
            continue
        processes = list(dict.fromkeys(processes + heirs))
        found.append(
            Finding(
                "not_known",
                _(
                    "{who} can use the raw memory of {name}: what they read and write there can't "
                    "be seen, so whether they get in each other's way is not known."
                ).format(
                    who=names([trace.processes[process].name for process in processes]),
                    name=trace.objects[obj].name,
                ),
                _(
                    "get_obj(), buf, RawValue and RawArray, and NumPy arrays over them, are plain "
                    "memory: nobody sees an access, and nothing locks it."
                ),
                tuple(processes),
                (obj,),
                locations(*(place_of(trace, ordinal) for ordinal in first[:4])),
                trace.store.time(first[0]),
                tuple(int(trace.store.where.view[ordinal]) for ordinal in first[:8]),
                severity=NOTICE,
                remedy=_("A lock of one's own round every access, or parts that don't overlap."),
                reference="multiprocessing: Shared ctypes Objects",
            )
        )
    return found


def _too_many(trace: History, obj: int) -> bool:
    """Whether accesses were passed over that may be in somebody's way."""
    one = accesses(trace, obj)
    if obj in conflicts(trace).unknown:
        return True
    return one.slices.left_out and len(np.unique(one.column("actor"))) > 1


def _passed_over(trace: History, obj: int) -> Finding:
    """An object with more elements than are looked at."""
    count = len(accesses(trace, obj).passed_over)
    return Finding(
        "not_known",
        ngettext(
            "{count} access to {name} was not looked at element by element: there are too many. "
            "Whether it gets in others' way, and whether an update was lost, is not known.",
            "{count} accesses to {name} were not looked at element by element: there are too "
            "many. Whether they get in each other's way, and whether updates were lost, is not "
            "known.",
            count,
        ).format(count=grouped(count), name=trace.objects[obj].name),
        _(
            "Of an array the first {elements} elements are followed, and slices of it until they "
            "have {opened} elements in all. Nothing puts the other accesses in order."
        ).format(elements=grouped(MOST_ELEMENTS), opened=grouped(slices.MOST_OPENED)),
        (),
        (obj,),
        time=trace.begin,
        severity=NOTICE,
        remedy=_("Run it with a smaller array or fewer rounds."),
    )


def _heirs(trace: History, ordinals: list[int], maker: int | None) -> list[int]:
    """Who has got it from those who have nothing but the memory, and go on having it.

    A forked process gets it unseen.
    """
    bare = {
        trace.process_of_row(row): trace.store.time(ordinal)
        for ordinal in ordinals
        for row in [int(trace.store.where.view[ordinal])]
        if trace.raw.arg(row)
    }
    forked = [
        info.process
        for info in trace.processes
        if info.parent in bare and info.started > bare[info.parent] and info.start_method == "fork"
    ]
    return [*(process for process in bare if process != maker), *forked]


def _at_once(trace: History, ordinals: list[int], actors: list[int]) -> bool:
    """Whether two of the threads may use it at the same time, as far as starts and ends tell."""
    clocks = life_order(trace).clocks
    pairs = sorted(zip(ordinals, actors, strict=True))[:32]
    return any(
        one != other and not clocks.before(one, early, other, late)
        for at, (early, one) in enumerate(pairs)
        for late, other in pairs[at + 1 :]
    )
