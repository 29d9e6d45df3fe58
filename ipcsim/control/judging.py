"""How a controlled execution has ended: its outcome, as a person would say it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from ipcsim.control.actors import Actor
from ipcsim.control.file_keys import is_file, overwritten_unread
from ipcsim.control.objects import Objects
from ipcsim.control.steps import Candidate, Outcome, Step
from ipcsim.operations import Op

_CHANCE: Final = re.compile(r"0x[0-9a-f]{6,}|(?<=psm_)[0-9a-f]{8}")
"""What of an error's message differs from run to run: addresses, names made up."""
_PROGRAM_CALLS: Final = {"put", "send", "send_bytes", "put_nowait"}
_READ: Final = Op.READ
_WRITE: Final = Op.WRITE
CLEAN: Final = Outcome("clean", "ended well", False, "clean")


class Ended(Protocol):
    """An execution that is over."""

    steps: list[Step]

    @property
    def actors(self) -> Mapping[str, Actor]:
        """By name."""

    @property
    def objects(self) -> Objects:
        """What they shared."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """Of how an execution stands in the end. Of the way there only lost updates depend."""

    worse: Outcome | None
    """What counts, whether an update was lost or not."""
    otherwise: Outcome
    """What it comes to if none was."""
    objects: Objects

    def on(self, steps: list[Step], files: bool = False) -> Outcome:
        """The outcome after these steps; ``files``: whether there may be some among what they
        use."""
        return self.worse or _lost_updates(self.objects, steps, files) or self.otherwise


def judge(ended: Ended, stuck: tuple[Candidate, ...], limited: bool) -> Judgement:
    """How an execution that is over is to be judged.

    ``stuck`` are the actors that could not go on; ``limited``: it was ended at its limit of steps.
    """
    worse = _exceptions(ended) or _stuck(ended, stuck) or _exit_codes(ended)
    otherwise = _unreceived(ended)
    if otherwise is None and limited:
        sentence = f"did not end within {len(ended.steps)} steps"
        otherwise = Outcome("livelock", sentence, True, "livelock")
    return Judgement(worse, otherwise or CLEAN, ended.objects)


def outcome(ended: Ended, stuck: tuple[Candidate, ...], limited: bool) -> Outcome:
    """The outcome of an execution that is over, as :func:`judge` says."""
    return judge(ended, stuck, limited).on(ended.steps, files=True)


def _exceptions(ended: Ended) -> Outcome | None:
    raised = [actor for actor in ended.actors.values() if actor.raised]
    if not raised:
        return None
    parts, keys = [], []
    for actor in raised:
        error: dict[str, Any] = actor.raised
        message = _CHANCE.sub("…", f": {error['message']}" if error.get("message") else "")
        where = f" (line {error['line']})" if error.get("line") else ""
        parts.append(f"{actor.name} failed: {error.get('type')}{message}{where}")
        keys.append(f"{error.get('type')}{message}:{error.get('line')}")
    return Outcome(
        "exception",
        "; ".join(parts),
        True,
        "exception " + " ".join(sorted(keys)),
        tuple(actor.name for actor in raised),
    )


def _stuck(ended: Ended, stuck: tuple[Candidate, ...]) -> Outcome | None:
    if not stuck:
        return None
    reasons = [f"{c.actor} {c.reason}" for c in stuck if not _idle(ended, c)]
    lines = sorted(
        f"{c.operation.op.name}@{c.operation.line.number if c.operation.line else 0}"
        for c in stuck
        if not _idle(ended, c)
    )
    return Outcome(
        "deadlock",
        "deadlock: " + "; ".join(reasons),
        True,
        "deadlock " + " ".join(lines),
        tuple(c.actor for c in stuck),
    )


def _idle(ended: Ended, candidate: Candidate) -> bool:
    """A helper thread of the library that waits for work, as it does most of its life."""
    actor = ended.actors[candidate.actor]
    return not actor.is_main and candidate.operation.line is None


def _exit_codes(ended: Ended) -> Outcome | None:
    failed = [a for a in ended.actors.values() if a.is_main and a.exit_code]
    killed = [a for a in ended.actors.values() if a.is_main and _died(ended, a)]
    if killed:
        names = tuple(actor.name for actor in killed)
        return Outcome("killed", f"{', '.join(names)} died", True, f"killed {names}", names)
    if not failed:
        return None
    sentence = ", ".join(f"{actor.name} ended with exit code {actor.exit_code}" for actor in failed)
    key = " ".join(sorted(str(actor.exit_code) for actor in failed))
    return Outcome(
        "exit_code", sentence, True, f"exit codes {key}", tuple(actor.name for actor in failed)
    )


def _died(ended: Ended, actor: Actor) -> bool:
    """It died before its end, and nobody in the program had it killed."""
    end = ended.actors["main"].ended_by
    after_main = 0 <= end < actor.gone_at
    return (
        actor.killed
        and not after_main
        and not any(
            step.operation.op is Op.SIGNAL and step.operation.object == actor.name
            for step in ended.steps
        )
    )


def _lost_updates(objects: Objects, steps: list[Step], files: bool) -> Outcome | None:
    """What one actor has written and another overwrites, which has read what was before."""
    lost = _lost_in_statements(steps)
    if files:
        lost += overwritten_unread(steps)
    if not lost:
        return None

    def title_of(step: Step) -> str:
        return objects.title(step.operation.object.split("\0")[-1])

    # Of those of different objects none is the first in all runs that are one interleaving.
    overwritten, by = min(lost, key=lambda pair: (title_of(pair[1]), pair[1].index))
    title = title_of(by)
    line = by.operation.line
    where = f" (line {line.number})" if line else ""
    sentence = f"{by.actor} overwrites what {overwritten.actor} wrote to {title}, unread{where}"
    return Outcome(
        "lost_update",
        f"lost update: {sentence}" + (f", and {more} more" if (more := len(lost) - 1) else ""),
        True,
        f"lost_update {title} {len(lost)}",
        (overwritten.actor, by.actor),
    )


def _lost_in_statements(steps: list[Step]) -> list[tuple[Step, Step]]:
    """A read and a write of one statement by one actor, with another's write between."""
    reads: dict[tuple[str, str], Step] = {}
    writes: dict[str, Step] = {}
    lost: list[tuple[Step, Step]] = []
    for step in steps:
        operation = step.operation
        op = operation.op
        if op is _READ:
            reads[step.actor, operation.object] = step
        elif op is _WRITE:
            key = operation.object
            read, other = reads.pop((step.actor, key), None), writes.get(key)
            writes[key] = step
            if (
                read is not None
                and other is not None
                and other.index > read.index
                and other.actor != step.actor
                and read.operation.line == operation.line
                and not is_file(key)
            ):
                lost.append((other, step))
    return lost


def _unreceived(ended: Ended) -> Outcome | None:
    left = {
        shared.name: len(shared.sent)
        for shared in ended.objects.by_key.values()
        if shared.sent
        and not shared.internal
        and ended.steps[shared.sent[0]].operation.inside in _PROGRAM_CALLS
    }
    if not left:
        return None
    sentence = ", ".join(f"{count} in {name}" for name, count in left.items())
    return Outcome("unreceived", f"messages never received: {sentence}", True, f"unreceived {left}")
