"""An addition in place, opened: ``counter.value += 1`` reads, adds, and writes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen

from ipcsim.gui.look.badge import draw_badge
from ipcsim.gui.look.identity import Identity
from ipcsim.gui.look.theme import Theme
from ipcsim.gui.program.code_marks import BADGES, READ, WRITTEN, Mark
from ipcsim.language import _

_IN_PLACE = re.compile(r"\S\s*(\+|-|\*\*|\*|//|/|%|<<|>>|&|\||\^|@)=\s*([^=#\s][^#]*)")
_LONGEST = 8


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of a statement, and how many of them somebody has done."""

    texts: tuple[str, ...]
    done: int
    before: tuple[tuple[int, Identity], ...] = ()
    """Stepped: who stands before which of them."""


def steps(text: str, on_line: Iterable[Mark]) -> Steps | None:
    """The steps of a line for who has done something there last; None where there are none.

    Args:
        text: of the line.
        on_line: who is there.
    """
    marks = list(on_line)
    acting = [mark for mark in marks if mark.done]
    found = _IN_PLACE.search(text)
    before = tuple((mark.part, mark.who) for mark in marks if mark.part >= 0)
    if found is not None and before:
        return Steps((_("read"), _operation(*found.groups()), _("write")), 0, before)
    if found is None or not acting:
        return None
    last = max(acting, key=lambda mark: mark.since)
    return Steps((_("read"), _operation(*found.groups()), _("write")), last.done)


def _operation(sign: str, operand: str) -> str:
    operand = operand.strip()
    operand = operand if len(operand) <= _LONGEST else "…"
    if sign == "+":
        return _("add {value}").format(value=operand)
    if sign == "-":
        return _("subtract {value}").format(value=operand)
    return f"{sign} {operand}"


def strip_width(found: Steps, font: QFont, theme: Theme) -> float:
    """Pixels that the row of boxes takes."""
    return sum(_widths(found, font, theme)) + theme.px(5) * (len(found.texts) - 1)


def draw_steps(painter: QPainter, box: QRectF, found: Steps, font: QFont, theme: Theme) -> None:
    """Draw the boxes, their right end at the right of ``box``: done filled, the next outlined."""
    colours = theme.palette
    painter.setFont(font)
    x = box.right() - strip_width(found, font, theme)
    # Who has read has nothing else to do than to add: what comes next is the write.
    done = {READ: 2, WRITTEN: 3}.get(
        found.done, min((part for part, _who in found.before), default=0)
    )
    outlined = {part for part, _who in found.before} or {done}
    for number, (text, width) in enumerate(
        zip(found.texts, _widths(found, font, theme), strict=True)
    ):
        place = QRectF(x, box.top(), width, box.height())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.pressed if number < done else colours.background)
        if number in outlined:
            painter.setPen(QPen(colours.text, 1.5 * theme.scale))
        painter.drawRoundedRect(place, theme.px(4), theme.px(4))
        painter.setPen(colours.text if number in outlined else colours.dim)
        waiting = [who for part, who in found.before if part == number]
        room = place.adjusted(0, 0, -_badges_width(len(waiting), font), 0)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)
        _draw_badges(painter, place, waiting, font, theme)
        painter.setFont(font)
        x += width + theme.px(5)


def _widths(found: Steps, font: QFont, theme: Theme) -> list[float]:
    metrics = QFontMetricsF(font)
    counts = [sum(part == n for part, _who in found.before) for n in range(len(found.texts))]
    return [
        metrics.horizontalAdvance(text) + theme.px(14) + _badges_width(count, font)
        for text, count in zip(found.texts, counts, strict=True)
    ]


def _badges_width(count: int, font: QFont) -> float:
    """Pixels for the badges of who stands before a part."""
    return min(count, BADGES) * QFontMetricsF(font).height() * 1.1


def _draw_badges(
    painter: QPainter, place: QRectF, who: Sequence[Identity], font: QFont, theme: Theme
) -> None:
    size = QFontMetricsF(font).height() * 1.1
    x = place.right() - _badges_width(len(who), font) - theme.px(2)
    for one in who[:BADGES]:
        draw_badge(painter, QPointF(x + size / 2, place.center().y()), size * 0.46, one, theme)
        x += size
