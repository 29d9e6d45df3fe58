"""What is drawn over the lanes: messages from sender to receiver, and what went wrong."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from ipcsim.events import Kind
from ipcsim.gui.look.theme import Theme
from ipcsim.gui.panels.time_axis import TimeAxis
from ipcsim.gui.panels.timeline.layout import FULL_LANES, Layout
from ipcsim.gui.panels.timeline.watched import ENDS
from ipcsim.language import _
from ipcsim.trace.columns import Array
from ipcsim.trace.objects import QUEUES
from ipcsim.trace.trace import Trace

LINES = 240
"""So many messages are lines; more would be a wall, so a sample is drawn, pale, and called one."""
FEW = 60
"""So many have room for a rim and an arrow's head."""


@dataclass(frozen=True, slots=True)
class Field:
    """What the marks are drawn on."""

    run: Trace
    axis: TimeAxis
    layout: Layout
    middles: dict[int, float]
    """y of each process's bar, in pixels of the lanes."""

    def x(self, time: int) -> float:
        """Column of a moment."""
        layout = self.layout
        return layout.left + self.axis.share(time) * (layout.right - layout.left)

    def columns(self, times: Array, width: float) -> Array:
        """In which column of ``width`` pixels moments are."""
        pixels = (times - self.axis.t0) * ((self.layout.right - self.layout.left) / self.axis.width)
        found: Array = (pixels // width).astype(np.int64)
        return found


def count_messages(run: Trace, t0: int, t1: int) -> int:
    """How many messages are sent between two times."""
    store = run.store
    span = np.array([store.count_until(t0 - 1), store.count_until(t1)], np.uint32)
    count = 0
    for info in run.objects:
        kind = Kind.PUT if info.kind in QUEUES else Kind.SEND if info.kind in ENDS else None
        if kind is not None:
            first, end = store.of(info.object, kind).searchsorted(span).tolist()
            count += end - first
    return count


def draw_messages(painter: QPainter, theme: Theme, field: Field) -> str:
    """Draw a slanted line from each put to its get; a sentence where that is not all of it."""
    run, axis = field.run, field.axis
    sampled = count_messages(run, axis.t0, axis.t1) > LINES
    if sampled and len(field.middles) > FULL_LANES:
        return _("too many messages for lines: zoom in")
    lines, dots = [], []
    for message in run.messages(axis.t0, axis.t1, LINES):
        source = field.middles.get(int(message["sender"]))
        target = field.middles.get(int(message["receiver"]))
        if source is None:
            continue
        start = QPointF(field.x(int(message["sent"])), source)
        if int(message["received"]) < 0 or target is None:
            dots.append(start)
        else:
            lines.append(QLineF(start, QPointF(field.x(int(message["received"])), target)))
    _draw_lines(painter, theme, lines, dots, 60 if sampled else 255 if len(lines) <= FEW else 130)
    return _("a sample of the messages: zoom in to see each") if sampled else ""


def _draw_lines(
    painter: QPainter, theme: Theme, lines: list[QLineF], dots: list[QPointF], alpha: int
) -> None:
    colour, ground = QColor(theme.palette.text), QColor(theme.palette.background)
    few = len(lines) <= FEW
    thick = (1.4 if few else 1.0) * theme.px(1)
    colour.setAlpha(alpha)
    if few:
        # A rim of the ground's colour keeps a line visible across bars of its own brightness.
        ground.setAlpha(170)
        painter.setPen(QPen(ground, thick + 2 * theme.px(1)))
        painter.drawLines(lines)
    painter.setPen(QPen(colour, thick))
    painter.drawLines(lines)
    if not few:
        return
    painter.setBrush(colour)
    painter.setPen(Qt.PenStyle.NoPen)
    for line in lines:
        painter.drawEllipse(line.p2(), 2 * thick, 2 * thick)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour, thick))
    for dot in dots:
        painter.drawEllipse(dot, 2 * thick, 2 * thick)


def draw_wrongs(painter: QPainter, theme: Theme, field: Field) -> None:
    """Draw a red tick below the lane for each; of those in one place only one."""
    layout = field.layout
    tall = layout.lane >= 12
    size = min(theme.px(5), max(layout.lane, theme.px(3)))
    found = field.run.wrongs(field.axis.t0, field.axis.t1)
    places = field.columns(found["time"], 2 * size) << 32 | found["process"]
    _places, firsts = np.unique(places, return_index=True)
    painter.setPen(QPen(theme.palette.background, 1))
    painter.setBrush(theme.palette.red)
    for time, process in found[firsts].tolist():
        if process not in field.middles:
            continue
        x = field.x(time)
        middle = field.middles[process]
        bottom = middle + (0.56 * layout.lane if tall else layout.lane / 2 + size)
        painter.drawPolygon(
            QPolygonF(
                [
                    QPointF(x, bottom - 1.8 * size),
                    QPointF(x + size, bottom),
                    QPointF(x - size, bottom),
                ]
            )
        )
