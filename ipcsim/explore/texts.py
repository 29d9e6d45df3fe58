"""What the text of a program tells that no run of it shows."""

from __future__ import annotations

import linecache
import re
from collections.abc import Iterable, Iterator
from typing import Final

from ipcsim.control.steps import Unseen
from ipcsim.explore.outcomes import Tally
from ipcsim.language import _

_CELLS: Final = re.compile(r"\b(RawArray|RawValue|Array|Value)\(")
_VIEWS: Final = re.compile(r"\b(memoryview|frombuffer|as_array|from_buffer|addressof|memmove)\(")
_UNTAMED: Final = re.compile(r"\b(os\.urandom|secrets\.\w+|uuid\.uuid[14]|random\.SystemRandom)\(")
"""Chance that control leaves to the system."""
_CHANCE: Final = re.compile(r"\brandom\.\w+\(|^from random import")
_CLOCK: Final = re.compile(
    r"\btime\.(time|monotonic|perf_counter)(_ns)?\(|\bdatetime\.(now|utcnow|today)\("
)


def unseen_views(tally: Tally) -> list[Unseen]:
    """Calls that give access to shared values other than one by one, or to the system's chance."""
    found = []
    for path in _paths(tally):
        lines = linecache.getlines(path)
        calls = [*_matches(lines, _UNTAMED)]
        if any(_CELLS.search(line) for line in lines):
            calls += _matches(lines, _VIEWS)
        found += [Unseen("call", "", f"{call[1]}()", number) for number, call in calls]
    return found


def made_the_same(tally: Tally) -> list[str]:
    """What differs from run to run by itself, and doesn't under control."""
    said = []
    for path in _paths(tally):
        lines = linecache.getlines(path)
        for wanted, sentence in (
            (_CHANCE, _("random numbers (line {line}) were the same in every run")),
            (_CLOCK, _("the clock (line {line}) is virtual: only waits make it go on")),
        ):
            said += [sentence.format(line=n) for n, _call in _matches(lines, wanted)][:1]
    return said


def _matches(lines: Iterable[str], wanted: re.Pattern[str]) -> Iterator[tuple[int, re.Match[str]]]:
    for number, text in enumerate(lines, 1):
        match = wanted.search(text.partition("#")[0])
        if match:
            yield number, match


def _paths(tally: Tally) -> list[str]:
    """The program's files, as far as runs came to them."""
    steps = (step for kind in tally.kinds.values() for step in kind.shortest.steps)
    lines = (step.operation.line for step in steps)
    return list(dict.fromkeys(line.path for line in lines if line is not None))
