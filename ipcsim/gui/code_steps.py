"""An addition in place, opened: ``counter.value += 1`` reads, adds, and writes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen

from ipcsim.gui.code_marks import READ, WRITTEN, Mark
from ipcsim.gui.theme import Theme
from ipcsim.language import _

_IN_PLACE = re.compile(r"\S\s*(\+|-|\*\*|\*|//|/|%|<<|>>|&|\||\^|@)=\s*([^=#\s][^#]*)")
_LONGEST = 8


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of a statement, and how many of them somebody has done."""

    texts: tuple[str, ...]
    done: int


def steps(text: str, on_line: Iterable[Mark]) -> Steps | None:
    """The steps of a line for who has done something there last; None where there are none.

    Args:
        text: of the line.
        on_line: who is there.
    """
    acting = [mark for mark in on_line if mark.done]
    found = _IN_PLACE.search(text)
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
    done = {READ: 2, WRITTEN: 3}[found.done]
    for number, (text, width) in enumerate(
        zip(found.texts, _widths(found, font, theme), strict=True)
    ):
        place = QRectF(x, box.top(), width, box.height())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.pressed if number < done else colours.background)
        if number == done:
            painter.setPen(QPen(colours.text, 1.5 * theme.scale))
        painter.drawRoundedRect(place, theme.px(4), theme.px(4))
        painter.setPen(colours.text if number == done else colours.dim)
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
        x += width + theme.px(5)


def _widths(found: Steps, font: QFont, theme: Theme) -> list[float]:
    metrics = QFontMetricsF(font)
    return [metrics.horizontalAdvance(text) + theme.px(14) for text in found.texts]
