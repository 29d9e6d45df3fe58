"""Tells when a program isn't the same twice under the same choices, and names the likely cause."""

from __future__ import annotations

import linecache
import re
from collections.abc import Sequence
from typing import Final

from ipcsim.control.steps import Candidate, Line, Step
from ipcsim.explore.plan import Run
from ipcsim.language import _
from ipcsim.operations import Op


class NotTheSameTwice(RuntimeError):
    """The same choices led to different operations: exploration can't say anything."""

    def __init__(self, sentence: str, actor: str, line: Line | None) -> None:
        super().__init__(sentence)
        self.actor = actor
        self.line = line


def _key(candidate: Candidate) -> tuple[object, ...]:
    operation = candidate.operation
    return (
        candidate.actor,
        candidate.enabled,
        candidate.choices,
        operation.op,
        operation.object,
        operation.call,
        operation.line,
    )


def check_same(
    before: Sequence[Candidate], now: Sequence[Candidate], steps: Sequence[Step]
) -> None:
    """Compare what was offered after the same choices in two runs.

    Args:
        steps: what came before, in the second run.

    Raises:
        NotTheSameTwice: they differ; it says where.
    """
    if len(before) == len(now) and all(
        a is b or _key(a) == _key(b) for a, b in zip(before, now, strict=True)
    ):
        return
    first = {candidate.actor: candidate for candidate in before}
    second = {candidate.actor: candidate for candidate in now}
    for actor in [*first, *(a for a in second if a not in first)]:
        one, other = first.get(actor), second.get(actor)
        if one is None or other is None:
            # Who only waits for the others' end may have been left out.
            seen = one or other
            if seen is not None and not seen.enabled and seen.operation.op is Op.JOIN:
                continue
        elif _key(one) == _key(other):
            continue
        raise _diagnosis(actor, one, other, steps)


def check_repeated(first: Run, second: Run) -> None:
    """Compare two runs with the same choices.

    Raises:
        NotTheSameTwice: they differ.
    """
    one, other = first.execution, second.execution
    for index, (before, now) in enumerate(zip(one.offered, other.offered, strict=False)):
        check_same(before, now, other.steps[:index])
    if one.outcome.key != other.outcome.key:
        sentence = _(
            "The program is not the same twice: under the same schedule it ended once with "
            "“{one}” and once with “{other}”"
        ).format(one=one.outcome.sentence, other=other.outcome.sentence)
        raise NotTheSameTwice(sentence + _suspects(one.steps), "", None)


_SUSPECTS: Final = re.compile(
    r"\b(random\w*\.|secrets\.|uuid\.|time\.(time|monotonic|perf_counter)|datetime\.|os\.environ|"
    r"os\.getenv|os\.urandom|os\.getpid|getpid\(|hash\(|\bid\(|set\(|glob|listdir|scandir)"
)


def _suspects(steps: Sequence[Step]) -> str:
    """Lines of the program's files that ask for something that differs from run to run."""
    paths = dict.fromkeys(s.operation.line.path for s in steps if s.operation.line is not None)
    found = []
    for path in paths:
        for number, text in enumerate(linecache.getlines(path), 1):
            code = text.partition("#")[0]
            if _SUSPECTS.search(code) and not code.lstrip().startswith(("import ", "from ")):
                found.append(_("line {number}: {text}").format(number=number, text=text.strip()))
    if not found:
        return ""
    return _(". It may come from {lines}").format(lines="; ".join(found[:3]))


def _diagnosis(
    actor: str, one: Candidate | None, other: Candidate | None, steps: Sequence[Step]
) -> NotTheSameTwice:
    last = next((step for step in reversed(steps) if step.actor == actor), None)
    after = last.operation.line if last else None
    sentence = _(
        "{actor} is not the same twice: under the same schedule it came to {one} in one run "
        "and to {other} in another"
    ).format(actor=actor, one=_words(one), other=_words(other))
    return NotTheSameTwice(sentence + _suspects(steps), actor, after)


def _words(candidate: Candidate | None) -> str:
    if candidate is None:
        return _("nothing")
    operation = candidate.operation
    if operation.line is None:
        return operation.call
    return _("{call} (line {number})").format(call=operation.call, number=operation.line.number)
