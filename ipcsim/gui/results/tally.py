"""What many runs came to, in a few rows: the right result, and each way of being wrong."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from ipcsim.gui.findings.grade import Grade
from ipcsim.gui.results.kind_names import name_of_kind
from ipcsim.gui.results.results import Result
from ipcsim.language import _


@dataclass(frozen=True, slots=True)
class Row:
    """Runs that came to the same."""

    text: str
    count: int
    grade: Grade


def tally(results: Sequence[Result]) -> list[Row]:
    """Group the results, the most frequent first.

    A race prints another number each time: such results are one row with its range.
    """
    groups: dict[tuple[Grade, str], list[Result]] = defaultdict(list)
    for one in results:
        kind = _kind(one) if one.grade else one.word
        groups[one.grade, kind].append(one)
    rows = [
        Row(_told(kind, [one.word for one in group]), len(group), grade)
        for (grade, kind), group in groups.items()
    ]
    return sorted(rows, key=lambda row: -row.count)


def _told(kind: str, words: Sequence[str]) -> str:
    """A kind and what was printed, unless that is the same word."""
    printed = _range(words)
    return kind if printed == kind else f"{kind}: {printed}"


def _kind(result: Result) -> str:
    if result.timed_out:
        return _("hung")
    for kind in result.kinds:
        return name_of_kind(kind)
    if not result.exit_code and not result.stopped:
        return _("another result")
    return _("stopped") if result.stopped else _("exit code {code}").format(code=result.exit_code)


def _range(words: Sequence[str]) -> str:
    """``7471 … 15507 of 20000``; a single word is itself."""
    different = sorted(set(words))
    if len(different) == 1:
        return different[0]
    numbers = [re.match(r"-?\d+", word) for word in different]
    if all(numbers):
        values = sorted(int(match[0]) for match in numbers if match)
        rest = {
            word[match.end() :] for word, match in zip(different, numbers, strict=True) if match
        }
        end = rest.pop() if len(rest) == 1 else ""
        return f"{values[0]} … {values[-1]}{end}"
    return _("{count} different results").format(count=len(different))
