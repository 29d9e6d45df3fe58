"""What stands at the right of a program's lines: who is there now, and what the other variant has.

Nothing of Qt in here: it is worked out, not drawn.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ipcsim.gui.look.identity import Identity
from ipcsim.language import _
from ipcsim.supervisor.messages import State
from ipcsim.trace.moment import ActorAt, Moment, ProcessAt

READ, WRITTEN = 1, 2
BADGES = 6
"""More than this on one line become a pill for each colour; there are as many colours."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A process, or one of its threads, at a line."""

    who: Identity
    thread: int
    waiting: bool
    wrong: bool
    done: int = 0
    """What of a reading and writing statement it has done: READ, WRITTEN, or 0."""
    since: int = 0
    """When it did that, ns."""
    part: int = -1
    """Stepped: the part of such a statement that comes next, 0 to read, 2 to write; -1 neither."""


@dataclass(frozen=True, slots=True)
class Pill:
    """Several of one colour at a line."""

    colour: int
    text: str
    processes: tuple[int, ...]


def marks(
    moment: Moment, who: Mapping[int, Identity], file: str, each: bool = False
) -> dict[int, list[Mark]]:
    """Who is at which line (from 1) of a file; main first, then by number.

    Args:
        each: each operation is looked at: also say who has read and who has written.
    """
    result: dict[int, list[Mark]] = defaultdict(list)
    known = [process for process in moment.processes if process.process in who]
    for process in sorted(known, key=lambda p: who[p.process].rank):
        wrong = process.state in (State.CRASHED, State.KILLED)
        if process.state.over and not wrong:
            continue
        for actor in process.actors:
            place = actor.place
            if place is None or place.file != file or (actor.thread and actor.state.over):
                continue
            waiting = actor.state in (State.WAITING, State.ASLEEP)
            done = _done(moment, process, actor) if each else 0
            since = actor.since if done else 0
            part = _PARTS.get(actor.operation.partition(" ")[0], -1) if _stepped(actor) else -1
            mark = Mark(who[process.process], actor.thread, waiting, wrong, done, since, part)
            result[place.line].append(mark)
    return dict(result)


_PARTS = {"read": 0, "write": 2}


def _stepped(actor: ActorAt) -> bool:
    """Whether its operation is one that it hasn't made yet."""
    return actor.state is State.READY


def _done(moment: Moment, process: ProcessAt, actor: ActorAt) -> int:
    if actor.object not in moment.cells or actor.state is not State.RUNNING:
        return 0
    return READ if any(chip.object == actor.object for chip in process.chips) else WRITTEN


def elsewhere(moment: Moment, file: str) -> dict[str, int]:
    """How many processes are in which other file."""
    result: dict[str, int] = defaultdict(int)
    for process in moment.processes:
        if process.state.over:
            continue
        for actor in process.actors:
            if actor.place is not None and actor.place.file != file:
                result[actor.place.file] += 1
    return dict(result)


def pills(on_line: Iterable[Mark]) -> list[Pill]:
    """The many on one line, told by colour: ``17 · 14 wait``."""
    groups: dict[int, list[Mark]] = defaultdict(list)
    for mark in on_line:
        groups[mark.who.colour].append(mark)
    result = []
    for colour, group in groups.items():
        waiting = sum(mark.waiting for mark in group)
        text = str(len(group))
        if waiting:
            text = _("{count} · {waiting} wait").format(count=len(group), waiting=waiting)
        result.append(Pill(colour, text, tuple(mark.who.process for mark in group)))
    return result


@dataclass(frozen=True, slots=True)
class Difference:
    """How this variant's lines differ from the other's. Lines are numbered from 1."""

    changed: frozenset[int]
    """Lines that the other has differently or not at all."""
    missing: frozenset[int]
    """Lines before which the other has some that are missing here."""


def difference(lines: list[str], other: list[str]) -> Difference:
    """Compare two variants of a program."""
    changed: set[int] = set()
    missing: set[int] = set()
    matcher = difflib.SequenceMatcher(None, lines, other, autojunk=False)
    for operation, begin, end, _other_begin, _other_end in matcher.get_opcodes():
        if operation in ("replace", "delete"):
            changed.update(range(begin + 1, end + 1))
        elif operation == "insert":
            missing.add(begin + 1)
    return Difference(frozenset(changed), frozenset(missing))
