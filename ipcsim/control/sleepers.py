"""Who waits in the kernel for something that isn't watched, as Linux tells in ``/proc``.

A thread that has been in one and the same sleep for a while, after an operation after which nothing
of ours waits, will say nothing until somebody wakes it: to wait for it any longer is vain. Whether
it has been woken since is told by the same file, so it is waited for again at once. Told is too for
how long a thread that could go on was kept waiting for a processor. Elsewhere nothing is known of
anybody.
"""

from __future__ import annotations

import time
from typing import Final

from ipcsim.control.actors import Actor
from ipcsim.control.steps import Step
from ipcsim.operations import Op

_SLEEPS_S: Final = 0.05
"""Who sleeps for so long without waking waits."""
LOOKS_S: Final = 0.02
"""So often it is worth while to look."""
_OURS: Final = frozenset({Op.START, Op.JOIN, Op.POLL, Op.WAIT, Op.SIGNAL, Op.END, Op.OUTPUT})
"""After these we may wait ourselves for a moment: for a process to begin, to end, to read."""


class Sleepers:
    """Those of the actors who sleep."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[bytes, float]] = {}
        """By actor: its sleep, and since when."""
        self._kept: dict[str, float] = {}
        """By actor: for how long it had been kept from the processor when we looked first."""

    def waits(self, actor: Actor, last: Step | None) -> bool:
        """Whether an actor that hasn't asked yet waits in the kernel; asked again and again.

        Args:
            actor: that was permitted to go on.
            last: its last step.
        """
        if not actor.tid or (last is not None and last.operation.op in _OURS):
            return False
        now = time.monotonic()
        sleep, since = self._seen.get(actor.name, (b"", now))
        # What was seen a moment ago does not count: meanwhile another may have woken it.
        found = _sleep_of(actor)
        if found != sleep:
            since = now
        self._seen[actor.name] = found, since
        return bool(found) and now - since >= _SLEEPS_S

    def kept_s(self, actor: Actor) -> float:
        """For how many seconds others have kept an actor from the processor, since this was asked
        first after it last said something."""
        kept = _kept_s(actor)
        return max(kept - self._kept.setdefault(actor.name, kept), 0.0)

    def has_woken(self, actor: Actor) -> bool:
        """Whether an actor that was found to wait does so no more."""
        sleep, _since = self._seen.get(actor.name, (b"", 0.0))
        if not sleep or _sleep_of(actor) == sleep:
            return False
        del self._seen[actor.name]
        return True

    def is_asleep(self, actor: Actor) -> bool:
        """Whether an actor was found to wait."""
        return bool(self._seen.get(actor.name, (b"",))[0])

    def forget(self, actor: Actor) -> None:
        """It has said something."""
        self._seen.pop(actor.name, None)
        self._kept.pop(actor.name, None)

    def leave(self, actor: Actor) -> None:
        """It is waited for no more, or from now on anew."""
        self._kept.pop(actor.name, None)


def _sleep_of(actor: Actor) -> bytes:
    """What tells one sleep of a thread from another; empty if it isn't asleep, or isn't known."""
    try:
        with open(f"/proc/{actor.pid}/task/{actor.tid}/status", "rb") as file:
            content = file.read()
    except OSError:
        return b""
    if b"\nState:\tS" not in content:
        return b""
    return content[content.rfind(b"\nvoluntary_ctxt_switches") :]


def _kept_s(actor: Actor) -> float:
    """How many seconds of its life a thread that could go on has waited for a processor."""
    try:
        with open(f"/proc/{actor.pid}/task/{actor.tid}/schedstat", "rb") as file:
            return int(file.read().split()[1]) / 1e9
    except (OSError, IndexError):
        return 0.0
