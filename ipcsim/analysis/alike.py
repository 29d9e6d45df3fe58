"""The same said of many objects is said once: programs make queues and locks in loops."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Final

from ipcsim.analysis.finding import Finding
from ipcsim.language import _
from ipcsim.trace.history import History
from ipcsim.trace.sentences import names

MOST: Final = 3
"""So few stand side by side."""
_OF_AN_OBJECT: Final = frozenset(
    (
        *("lost_update", "possible_lost_update", "data_race", "check_then_act", "inconsistent"),
        *("not_known", "never_received", "never_closed", "never_unlinked", "never_acknowledged"),
        *("convoy", "unfair", "passed_over", "back_pressure", "changed_copy"),
    )
)
_Key = tuple[str, str, bool, tuple[str, ...]]


def alike(trace: History, found: list[Finding]) -> list[Finding]:
    """The findings; of each kind that the same lines have with many objects only the first, which
    names the others."""
    groups: dict[_Key, list[Finding]] = defaultdict(list)
    for one in found:
        if one.kind in _OF_AN_OBJECT and len(one.objects) == 1:
            groups[one.kind, one.severity, one.happened, one.locations].append(one)
    first: dict[int, Finding] = {}
    left_out: set[int] = set()
    for group in groups.values():
        if len({one.objects for one in group}) > MOST:
            first[id(group[0])] = _of_all(trace, group)
            left_out.update(map(id, group[1:]))
    return [first.get(id(one), one) for one in found if id(one) not in left_out]


def _of_all(trace: History, group: list[Finding]) -> Finding:
    first = group[0]
    objects = tuple(dict.fromkeys(obj for one in group for obj in one.objects))
    others = names([trace.objects[obj].name for obj in objects[1:]])
    return replace(
        first,
        sentence=_("{sentence} The same goes for {others}.").format(
            sentence=first.sentence, others=others
        ),
        processes=tuple(dict.fromkeys(p for one in group for p in one.processes)),
        objects=objects,
    )
