"""Does every lesson show on this machine what it promises?

A lecturer rehearses before the lecture: machines differ in cores and speed, and a race that shows
on one may hide on another. Each variant of a lesson is run, watched, and judged by the ``check`` of
its ``lesson.toml``: from its output, exit code and whether it hangs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ipcsim.language import _
from ipcsim.run.lessons import Check, Lesson, Variant
from ipcsim.run.session import Session
from ipcsim.run.spec import BESIDE_A_WINDOW, RunSpec
from ipcsim.supervisor.messages import Ended, Output

GIVE_UP_S = 20.0
"""A variant that doesn't hang on purpose ends much earlier; this is for a machine in trouble."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What one run of a variant showed."""

    lesson: Lesson
    variant: Variant
    as_promised: bool
    """The broken one showed its flaw, the fixed one didn't."""
    reason: str
    """Why not; empty if as promised."""
    duration_s: float


def judge(check: Check, exit_code: int, output: str, timed_out: bool) -> str:
    """What is missing for a run to be as its check says; empty if nothing is.

    Args:
        check: of the variant.
        exit_code: of the main process.
        output: everything written to stdout.
        timed_out: whether the run had to be ended.
    """
    if check.hangs:
        return "" if timed_out else _("it ended instead of hanging")
    if timed_out:
        return _("it did not end")
    if check.exit_code is not None and exit_code != check.exit_code:
        return _("exit code {code} instead of {wanted}").format(
            code=exit_code, wanted=check.exit_code
        )
    if check.output and not re.search(check.output, output, re.MULTILINE):
        last = output.strip().splitlines()[-1:] or [_("nothing")]
        return _("it printed: {line}").format(line=last[0])
    return ""


def rehearse(
    lesson: Lesson, variant: Variant, start_method: str | None, idle: Callable[[], None]
) -> Rehearsal:
    """Run one variant, watched, and judge it.

    Args:
        lesson: the lesson.
        variant: one of its variants.
        start_method: None leaves it to Python.
        idle: called between polls, for a window to stay alive.
    """
    timeout = variant.check.after_s if variant.check.hangs else GIVE_UP_S
    # As the lecture's window is going to run it.
    spec = RunSpec(
        program=variant.program,
        timeout=timeout,
        terminal="pty",
        nice=BESIDE_A_WINDOW,
        lesson=lesson.name,
        start_method=start_method,
    )
    pieces: list[bytes] = []
    ended: Ended | None = None
    with Session(spec) as session:
        while ended is None:
            for message in session.poll():
                if isinstance(message, Output) and message.stream == 1:
                    pieces.append(message.data)
                elif isinstance(message, Ended):
                    ended = message
            idle()
            if ended is None:
                session.wait(0.02)
    output = b"".join(pieces).decode(errors="replace").replace("\r\n", "\n")
    reason = judge(variant.check, ended.exit_code, output, ended.timed_out)
    return Rehearsal(lesson, variant, not reason, reason, ended.duration_s)


def rehearse_lessons(
    lessons: list[Lesson],
    start_method: str | None = None,
    idle: Callable[[], None] = lambda: None,
) -> Iterator[Rehearsal]:
    """Rehearse every variant of every lesson that shows itself in a free run, one after another."""
    for lesson in lessons:
        for variant in lesson.variants:
            if lesson.needs_step and variant.verdict != "clean":
                continue
            yield rehearse(lesson, variant, start_method, idle)
