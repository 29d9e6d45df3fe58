"""How a lesson's fixed variant differs from the one that went wrong, in one sentence."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ipcsim.analysis import Finding
from ipcsim.language import _
from ipcsim.run.lesson import Lesson, LessonError, Variant
from ipcsim.run.lessons import find_variant

_MOST: Final = 3
"""Lines that are shown."""


@dataclass(frozen=True, slots=True)
class _Change:
    begin: int
    """The first line in the flawed program, and the line after the last."""
    end: int
    removed: dict[str, int]
    """Lines without their indentation, with their numbers in the flawed program ..."""
    added: dict[str, int]
    """... and in the fixed one."""


def fix_of(lesson: Lesson | None, variant: Variant | None) -> Variant | None:
    """The repaired variant, if the one that is chosen has a flaw and there is one."""
    if lesson is None or variant is None or variant.verdict == "clean":
        return None
    others = [one for one in lesson.variants if one is not variant]
    clean = [one for one in others if one.verdict == "clean" or one.name == "fixed"]
    clean.sort(key=lambda one: one.name != "fixed")
    return clean[0] if clean and variant.name != "fixed" else None


def says_how_fixed(lesson: str | None) -> Callable[[Finding], str]:
    """What tells of a run's findings how the fixed variant differs.

    Args:
        lesson: ``NAME/VARIANT``; None for a program that is no lesson's.
    """
    try:
        found = find_variant(lesson) if lesson else None
    except LessonError:
        found = None
    fix = fix_of(found.lesson, found.variant) if found is not None else None
    if found is None or fix is None:
        return lambda _finding: ""
    flawed, fixed = found.program, fix.program
    known: dict[tuple[str, ...], str] = {}

    def said(finding: Finding) -> str:
        places = finding.locations
        if places not in known:
            known[places] = difference(flawed, fixed, places)
        return known[places]

    return said


def difference(flawed: Path, fixed: Path, locations: Iterable[str]) -> str:
    """How the fixed program differs, next to where a finding points; empty if it can't be said.

    Args:
        locations: as ``file:line``.
    """
    try:
        before, after = flawed.read_text("utf-8"), fixed.read_text("utf-8")
        changes = _changes(before, after)
    except (OSError, ValueError, SyntaxError):
        return ""
    lines = [int(n) for n in (place.rpartition(":")[2] for place in locations) if n.isdigit()]
    if not changes:
        return ""
    nearest = min(changes, key=lambda change: min((_far(change, n) for n in lines), default=0))
    new = {text: n for text, n in nearest.added.items() if text not in nearest.removed}
    if new:
        return _("The fixed variant has, at line {line}: {code}").format(
            line=min(new.values()), code=_code(new)
        )
    gone = {text: n for text, n in nearest.removed.items() if text not in nearest.added}
    elsewhere = {text: n for one in changes for text, n in one.added.items() if text in gone}
    if elsewhere:
        return _("In the fixed variant this comes at line {line}: {code}").format(
            line=min(elsewhere.values()), code=_code(elsewhere)
        )
    return _("The fixed variant is without line {line}: {code}").format(
        line=min(gone.values(), default=nearest.begin), code=_code(gone)
    )


def _code(lines: dict[str, int]) -> str:
    shown = [f"`{text}`" for text in list(lines)[:_MOST]]
    return " ".join(shown) + (" …" if len(lines) > _MOST else "")


def _far(change: _Change, line: int) -> int:
    if line < change.begin:
        return change.begin - line
    return max(0, line - max(change.end - 1, change.begin))


def _changes(before: str, after: str) -> list[_Change]:
    """Where they differ in what is executed."""
    old, new = _statements(before), _statements(after)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    found = []
    for what, i, j, k, m in matcher.get_opcodes():
        removed = {text.strip(): n for n, text in enumerate(old[i:j], i + 1) if text.strip()}
        added = {text.strip(): n for n, text in enumerate(new[k:m], k + 1) if text.strip()}
        if what != "equal" and removed.keys() != added.keys():
            found.append(_Change(i + 1, j + 1, removed, added))
    return found


def _statements(text: str) -> list[str]:
    """The lines of a program, empty where there are only comments or docstrings."""
    lines = [line if not line.lstrip().startswith("#") else "" for line in text.splitlines()]
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            for number in range(node.lineno - 1, node.end_lineno or node.lineno):
                lines[number] = ""
    return lines
