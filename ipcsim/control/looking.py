"""Which steps only look, so that the same steps again would find the same, if nobody else acts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from ipcsim.control.steps import TIMEOUT, Step
from ipcsim.operations import Op

_LOCKS: Final = frozenset({Op.ACQUIRE, Op.TRY_ACQUIRE, Op.RELEASE})
_ASKS: Final = frozenset({Op.READ, Op.COUNT, Op.POLL, Op.WAIT, Op.TRY_ACQUIRE, Op.STAT, Op.QUERY})
_MAY_FAIL: Final = frozenset({Op.OPEN, Op.NAME})
_LOOKS: Final = _ASKS | _LOCKS | {Op.SLEEP}


def looks(step: Step) -> bool:
    """Whether a step by itself changes nothing, or only a lock that may be given back."""
    operation = step.operation
    if operation.op in _MAY_FAIL:
        # Who makes a file to be the only one, and finds that there is one, has only looked.
        return step.result < 0 or (operation.op is Op.OPEN and not operation.arg)
    return operation.op in _LOOKS


def only_look(steps: Iterable[Step]) -> bool:
    """Whether steps of one actor look at something and do nothing else; a lock may be held
    meanwhile (a Value has one)."""
    held: Counter[str] = Counter()
    looked = False
    for step in steps:
        if not looks(step):
            return False
        op = step.operation.op
        looked = looked or op in _ASKS or op in _MAY_FAIL
        took = op is Op.ACQUIRE and step.what != TIMEOUT
        if took or (op is Op.TRY_ACQUIRE and step.result == 1):
            held[step.operation.object] += 1
        elif op is Op.RELEASE:
            held[step.operation.object] -= 1
    return looked and not any(held.values())
