"""When what a finding tells began."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ipcsim.analysis import Finding
from ipcsim.analysis.finding import Wait
from ipcsim.events import Kind
from ipcsim.trace.trace import Trace


def begin_of(trace: Trace, finding: Finding) -> int:
    """When what a finding tells began, ns: its first event; of a deadlock, what led to it."""
    times = [trace.raw.time(row) for row in finding.events]
    circle = {actor for actor, _obj in finding.circle}
    for wait in finding.waits:
        if wait.actor in circle:
            times += _led_to(trace, wait, finding.objects)
    return min([*times, finding.time])


def _led_to(trace: Trace, wait: Wait, objects: Sequence[int]) -> list[int]:
    """When who waits in a deadlock took what the others want, else did anything before, ns."""
    store = trace.store
    mine = store.of_actor(wait.actor)
    mine = mine[store.times(mine) < trace.raw.time(wait.row)]
    took = (store.kind.view[mine] == Kind.ACQUIRED) & np.isin(store.object.view[mine], objects)
    found: list[int] = store.times(mine[took] if took.any() else mine)[-1:].tolist()
    return found
