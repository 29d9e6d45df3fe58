"""The virtual clock: it moves on when nobody can go on by himself, to the first timeout."""

from __future__ import annotations

from collections.abc import Sequence

from ipcsim.control import enabling
from ipcsim.control.asked import Asked, Asker
from ipcsim.control.steps import TIMEOUT, Candidate
from ipcsim.operations import Op


def wake_in_time(asking: Sequence[Asker], candidates: list[Candidate]) -> None:
    """Where only sleepers can go on, a timeout that passes before they wake may come first."""
    if not any(one.operation.op is Op.SLEEP for one in candidates):
        return
    sleepers = [
        actor.since_ns + one.operation.arg
        for actor, one in zip(asking, candidates, strict=True)
        if one.enabled and one.operation.op is Op.SLEEP
    ]
    if not sleepers or len(sleepers) < sum(one.enabled for one in candidates):
        return
    for index, (actor, one) in enumerate(zip(asking, candidates, strict=True)):
        timeout = one.operation.arg
        if (
            not one.enabled
            and one.operation.op in enabling.TIMED
            and 0 <= timeout <= min(sleepers) - actor.since_ns
        ):
            candidates[index] = Candidate(one.actor, one.operation, True, "", (TIMEOUT,))


def advance(talk: Asked, asking: Sequence[Asker], candidates: list[Candidate]) -> list[Candidate]:
    """Nobody can go on: the clock advances to the first timeout, whose wait may then end."""
    timed = [
        (actor.since_ns + actor.request.arg, index)
        for index, actor in enumerate(asking)
        if actor.request is not None
        and actor.request.arg >= 0
        and actor.operation is not None
        and actor.operation.op in enabling.TIMED
    ]
    if timed:
        moment, index = min(timed)
        talk.clock_ns = max(talk.clock_ns, moment)
        late = candidates[index]
        what = "" if late.operation.op is Op.SLEEP else TIMEOUT
        candidates[index] = Candidate(late.actor, late.operation, True, "", (what,))
    return candidates
