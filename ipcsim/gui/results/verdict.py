"""What a run has come to, from its output, its end and its findings."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ipcsim.analysis import Finding
from ipcsim.gui.findings.grade import Grade, grade
from ipcsim.gui.output.text import last_line
from ipcsim.gui.results.results import Result
from ipcsim.run.lesson import Check, Lesson, Variant
from ipcsim.supervisor.messages import Ended, Message, Output


class OutputTail:
    """The end of what a run has printed: enough for its last lines."""

    KEPT = 4096

    def __init__(self, telling: Sequence[str] = ()) -> None:
        """Nothing printed yet.

        Args:
            telling: patterns of the line that the run has come to, the likeliest first.
        """
        self._bytes = b""
        self._telling = telling

    def take(self, messages: Sequence[Message]) -> None:
        """Keep the end of what has come to stdout."""
        pieces: list[bytes] = []
        left = self.KEPT
        # Of a recording there may be a gigabyte: what isn't kept is not read.
        for message in reversed(messages):
            if isinstance(message, Output) and message.stream == 1:
                pieces.append(message.data)
                left -= len(pieces[-1])
                if left <= 0:
                    break
        if pieces:
            self._bytes = (self._bytes + b"".join(reversed(pieces)))[-self.KEPT :]

    @property
    def text(self) -> str:
        """What is kept, lines ending as everywhere."""
        return self._bytes.decode(errors="replace").replace("\r\n", "\n").replace("\r", "\n")

    @property
    def line(self) -> str:
        """The line that tells what the run has come to; else the last one with something on it."""
        text = self.text
        for pattern in self._telling:
            found = re.search(pattern, text, re.MULTILINE)
            # What is told by many lines is told by none of them.
            if found is not None and found.group().strip() and found.group().count("\n") <= 1:
                begin = text.rfind("\n", 0, found.start()) + 1
                return text[begin:].partition("\n")[0].strip()
        return last_line(text)


def telling_lines(lesson: Lesson | None, variant: Variant | None) -> list[str]:
    """Patterns of what a lesson's programs print of what they are there to show."""
    if lesson is None or variant is None:
        return []
    variants = sorted(lesson.variants, key=lambda one: one.name != variant.name)
    return [one.check.output for one in variants if one.check.output]


def repaired_check(lesson: Lesson | None, variant: Variant | None) -> Check | None:
    """How a variant's output looks, or would if it were repaired; None if that isn't known."""
    variants = lesson.variants if lesson is not None else ()
    clean = [one for one in variants if one.verdict == "clean" and one.check.output]
    # Those that are right needn't print the same: a queue and one by priority.
    clean.sort(key=lambda one: (one is not variant, one.name != "fixed"))
    return clean[0].check if clean else None


def make_result(
    name: str, ended: Ended, tail: OutputTail, found: Sequence[Finding], check: Check | None
) -> Result:
    """The result of a run.

    Args:
        name: of what was run.
        ended: its end.
        tail: of its output.
        found: its findings; notices don't count.
        check: of a repaired program: a race that only shows in the output is wrong, too.
    """
    wrong = [finding for finding in found if finding.is_wrong]
    right = check is None or bool(re.search(check.output, tail.text, re.MULTILINE))
    return Result(
        name=name,
        last_line=tail.line,
        exit_code=ended.exit_code,
        duration_s=ended.duration_s,
        timed_out=ended.timed_out,
        stopped=ended.stopped and not ended.timed_out,
        findings=tuple(finding.sentence for finding in wrong),
        kinds=tuple(dict.fromkeys(finding.kind for finding in wrong)),
        right=right,
        worst=max(map(grade, found), default=Grade.FINE),
    )
