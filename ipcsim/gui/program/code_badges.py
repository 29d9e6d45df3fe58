"""The badges at the right end of a line of the program: who is there."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen

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
    ground: QColor,
    theme: Theme,
) -> list[Target]:
    """Draw badges from ``right`` to the left, of many a pill for each state; in that order.

    Args:
        painter: what on.
        box: the line's, pixels.
        right: where the last one ends, pixels.
        on_line: who is there; at least one.
        metrics: of the program's text.
        ground: the row's colour.
        theme: the look.
    """
    badges: list[Target] = []
    end = right + theme.px(10)

    def hide(disc: QRectF) -> None:
        """What a long line has there: half a character would look like another one."""
        left = disc.left() - theme.px(3)
        painter.fillRect(QRectF(left, box.top(), end - left, box.height()), ground)

    # Those of two lines below each other don't touch.
    height = min(box.height() * 0.94, float(theme.px(22)))
    middle = box.center().y()
    if len(on_line) <= BADGES:
        for mark in reversed(on_line):
            centre = QPointF(right - height / 2, middle)
            disc = QRectF(right - height, middle - height / 2, height, height)
            hide(disc)
            draw_badge(painter, centre, height / 2, mark.who, theme, mark.waiting)
            if mark.wrong:
                painter.setPen(QPen(theme.palette.red, 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(centre, height / 2 + 1, height / 2 + 1)
            badges.append((disc, mark.who.process))
            end = right = disc.left() - theme.px(3)
        return badges
    for pill in reversed(pills(on_line)):
        width = max(metrics.horizontalAdvance(pill.text) + theme.px(14), theme.px(36))
        disc = QRectF(right - width, middle - height / 2, width, height)
        hide(disc)
        draw_pill(painter, disc, pill.text, theme.identity(pill.colour), theme)
        badges.append((disc, pill.processes[0]))
        end = right = disc.left() - theme.px(4)
    return badges
