"""What is drawn over the lanes: messages from sender to receiver, and what went wrong."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QPolygonF

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
RIM = 1
"""Pixels round a tick."""
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

    def xs(self, times: Array) -> list[float]:
        """Where moments are, in pixels of the lanes."""
        layout = self.layout
        shares = (times - self.axis.t0) / self.axis.width
        found: list[float] = (layout.left + shares * (layout.right - layout.left)).tolist()
        return found

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
    found = run.messages(axis.t0, axis.t1, LINES)
    for sender, receiver, sent, received, taken in zip(
        found["sender"].tolist(),
        found["receiver"].tolist(),
        field.xs(found["sent"]),
        field.xs(found["received"]),
        (found["received"] >= 0).tolist(),
        strict=True,
    ):
        source, target = field.middles.get(sender), field.middles.get(receiver)
        if source is None:
            continue
        if taken and target is not None:
            lines.append(QLineF(sent, source, received, target))
        else:
            dots.append(QPointF(sent, source))
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
    chosen = found[firsts]
    # Drawn once and copied: hundreds of polygons, each with its rim, take milliseconds.
    tick = _tick(theme, size, painter.device().devicePixelRatio())
    corner = QPointF(tick.width(), tick.height()) / tick.devicePixelRatio()
    for x, process in zip(field.xs(chosen["time"]), chosen["process"].tolist(), strict=True):
        if process not in field.middles:
            continue
        middle = field.middles[process]
        bottom = middle + (0.56 * layout.lane if tall else layout.lane / 2 + size)
        painter.drawPixmap(QPointF(x - corner.x() / 2, bottom - corner.y() + RIM), tick)


def _tick(theme: Theme, size: float, ratio: float) -> QPixmap:
    """A red triangle of twice ``size`` in width, its rim in the ground's colour."""
    wide, tall = 2 * (size + RIM), 1.8 * size + 2 * RIM
    tick = QPixmap(math.ceil(wide * ratio), math.ceil(tall * ratio))
    tick.setDevicePixelRatio(ratio)
    tick.fill(Qt.GlobalColor.transparent)
    painter = QPainter(tick)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.palette.background, 1))
    painter.setBrush(theme.palette.red)
    middle, bottom = tick.width() / ratio / 2, tick.height() / ratio - RIM
    painter.drawPolygon(
        QPolygonF(
            [
                QPointF(middle, bottom - 1.8 * size),
                QPointF(middle + size, bottom),
                QPointF(middle - size, bottom),
            ]
        )
    )
    painter.end()
    return tick
