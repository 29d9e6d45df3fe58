"""Who is who: the number and colour by which every view shows a process.

Up to six processes beside main have a colour each and a number: that of their own name where it is
free (``philosopher-3`` is 3, in whatever order the system starts them), else the next free one, in
the order in which their parents have started them: who speaks first is chance. A
manager's server comes behind those whom it serves. Beyond that colour can't tell them apart: it
says the *role* (the target function), and the number says who within it.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

OWN_COLOURS = 6
_SERVER = "BaseManager._run_server"
"""The role of a manager's process."""


class Known(Protocol):
    """What is needed of a process; ``ProcessInfo`` and ``ProcessAt`` both have it."""

    @property
    def process(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def is_main(self) -> bool: ...
    @property
    def started(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Identity:
    """How a process is shown."""

    process: int
    label: str
    """What its badge says: ``M`` for main, else a number."""
    colour: int
    """For ``Theme.identity``: 0 is main's neutral."""
    name: str
    role: str

    @property
    def rank(self) -> tuple[int, int]:
        """By what several are put in order: main first, then colour by colour, by number."""
        return self.colour, int(self.label) if self.label.isdecimal() else 0


def identities(processes: Iterable[Known], expected: int = 0) -> dict[int, Identity]:
    """The identity of each process, by its number.

    Args:
        processes: in order of appearance.
        expected: how many processes beside main the run is going to have, where that is known:
            colours then don't change while they start.
    """
    known = list(processes)
    others = sorted((p for p in known if not p.is_main), key=lambda p: p.started)
    result = {p.process: Identity(p.process, "M", 0, p.name, p.role) for p in known if p.is_main}
    servers = sum(p.role == _SERVER for p in others)
    if max(len(others), expected + servers) <= OWN_COLOURS:
        taken: set[int] = set()
        for process in others:
            own, first = _own_number(process), 1
            if process.role == _SERVER and expected:
                # Its class counts its servers; the program's own numbers are the workers'.
                own, first = 0, expected + 1
            free = (n for n in itertools.count(first) if n not in taken)
            number = own if 0 < own <= OWN_COLOURS and own not in taken else next(free)
            taken.add(number)
            colour = (number - 1) % OWN_COLOURS + 1
            result[process.process] = Identity(
                process.process, str(number), colour, process.name, process.role
            )
        return result
    groups: dict[str, list[Known]] = defaultdict(list)
    for process in others:
        groups[process.role].append(process)
    for colour, group in enumerate(groups.values(), 1):
        for number, process in zip(_numbers(group), group, strict=True):
            result[process.process] = Identity(
                process.process, str(number), colour, process.name, process.role
            )
    return result


def thread_letters(thread: int) -> str:
    """``a`` for a process's first further thread, ..., ``z``, ``aa``, ``ab``, ...: never twice.

    Args:
        thread: counted from 1.
    """
    letters = ""
    while thread > 0:
        thread, letter = divmod(thread - 1, 26)
        letters = chr(ord("a") + letter) + letters
    return letters


def _own_number(process: Known) -> int:
    """The number at the end of a process's name, ``consumer-7``; 0 if there is none."""
    match = re.search(r"(\d+)$", process.name)
    return int(match.group(1)) if match else 0


def _numbers(group: list[Known]) -> list[int]:
    """The numbers of their own names, if those differ; else their order."""
    numbers = [_own_number(process) for process in group]
    if all(numbers) and len(set(numbers)) == len(numbers):
        return numbers
    return list(range(1, len(group) + 1))
