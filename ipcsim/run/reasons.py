"""Why somebody can't go on, for a person who thinks of the program's calls: what the library waits
for inside them, by names that the program never gave, is said as what it means."""

from __future__ import annotations

from typing import Final

from ipcsim.control.objects import Objects
from ipcsim.control.steps import Candidate
from ipcsim.language import _
from ipcsim.operations import Op

_CHANNELS: Final = {Op.RECEIVE, Op.POLL, Op.WAIT, Op.ACCEPT}
_CONNECTED: Final = ".conn."
"""In the name of a channel that a proxy has dialled for itself."""


def plain_reason(candidate: Candidate, objects: Objects, helper: bool) -> str:
    """The reason of a candidate that can't go on, one sentence.

    Args:
        helper: it is in the library's own code, at work for others.
    """
    operation = candidate.operation
    if operation.op is Op.ACQUIRE:
        shared = objects.get(operation.object)
        if shared.internal and not shared.holder:
            return _("waits until another wakes it")
    elif operation.op in _CHANNELS:
        if helper:
            return _("waits for something to do")
        if _CONNECTED in objects.title(operation.object):
            return _("waits for the answer")
    return candidate.reason
