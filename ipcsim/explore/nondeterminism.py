"""Tells when a program isn't the same twice under the same choices, and names the likely cause."""

from __future__ import annotations

from collections.abc import Sequence

from ipcsim.control.steps import Candidate, Line, Step
from ipcsim.language import _


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
        if one is not None and other is not None and _key(one) == _key(other):
            continue
        raise _diagnosis(actor, one, other, steps)
    raise _diagnosis(before[0].actor, before[0], now[0], steps)


def _diagnosis(
    actor: str, one: Candidate | None, other: Candidate | None, steps: Sequence[Step]
) -> NotTheSameTwice:
    last = next((step for step in reversed(steps) if step.actor == actor), None)
    after = last.operation.line if last else None
    sentence = _(
        "{actor} is not the same twice: under the same schedule it came to {one} in one run "
        "and to {other} in another"
    ).format(actor=actor, one=_words(one), other=_words(other))
    return NotTheSameTwice(sentence, actor, after)


def _words(candidate: Candidate | None) -> str:
    if candidate is None:
        return _("nothing")
    operation = candidate.operation
    if operation.line is None:
        return operation.call
    return _("{call} (line {number})").format(call=operation.call, number=operation.line.number)
