"""The badges at the right end of a line of the program: who is there."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen

from ipcsim.gui.look.badge import draw_badge, draw_pill
from ipcsim.gui.look.theme import Theme
from ipcsim.gui.program.code_marks import BADGES, Mark, pills

Target = tuple[QRectF, int]
"""Where it stands, and the process that a click on it selects."""


def draw_marks(
    painter: QPainter,
    box: QRectF,
    right: float,
    on_line: list[Mark],
    metrics: QFontMetrics,
    theme: Theme,
) -> list[Target]:
    """Draw badges from ``right`` to the left, of many a pill for each state; in that order.

    Args:
        painter: what on.
        box: the line's, pixels.
        right: where the last one ends, pixels.
        on_line: who is there; at least one.
        metrics: of the program's text.
        theme: the look.
    """
    badges: list[Target] = []
    height = min(box.height() * 1.05, float(theme.px(22)))
    middle = box.center().y()
    if len(on_line) <= BADGES:
        for mark in reversed(on_line):
            centre = QPointF(right - height / 2, middle)
            draw_badge(painter, centre, height / 2, mark.who, theme, mark.waiting)
            if mark.wrong:
                painter.setPen(QPen(theme.palette.red, 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(centre, height / 2 + 1, height / 2 + 1)
            disc = QRectF(right - height, middle - height / 2, height, height)
            badges.append((disc, mark.who.process))
            right = disc.left() - theme.px(3)
        return badges
    for pill in reversed(pills(on_line)):
        width = max(metrics.horizontalAdvance(pill.text) + theme.px(14), theme.px(36))
        disc = QRectF(right - width, middle - height / 2, width, height)
        draw_pill(painter, disc, pill.text, theme.identity(pill.colour), theme)
        badges.append((disc, pill.processes[0]))
        right = disc.left() - theme.px(4)
    return badges
