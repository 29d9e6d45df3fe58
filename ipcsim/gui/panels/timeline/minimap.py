"""The whole run in a strip: how many processes were on the move, where something went wrong, and
which part is visible."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from ipcsim.gui.look.theme import Theme, mix
from ipcsim.gui.panels.lanes.tiles import lane_tiles
from ipcsim.gui.panels.row import Row
from ipcsim.gui.panels.time_axis import TimeAxis
from ipcsim.trace.kinds import MOVING
from ipcsim.trace.trace import Trace

SAMPLED = 24
"""Of more processes a sample stands for all."""
LEAST = 14
"""Width of the handle at 100 %, however short the visible part is."""
BEHIND = 0.05
"""At most this share of the strip is empty since what is there isn't looked at in every frame."""


class Minimap(Row):
    """The strip; the frame over it can be dragged."""

    def __init__(self, theme: Theme, axis: TimeAxis) -> None:
        super().__init__(theme)
        self._axis = axis
        self._activity: NDArray[np.float64] = np.zeros(0)
        self._wrongs: list[float] = []
        self._seen = 0
        """ns of the run that had passed when it was looked at."""

    def refresh(self, run: Trace) -> None:
        """Take in what has been recorded since; not for every frame."""
        axis = self._axis
        extent = self._seen = max(axis.end - axis.begin, 1)
        processes = [p.process for p in run.processes]
        processes = processes[:: -(-len(processes) // SAMPLED)] if processes else []
        width = max(self.box.width, 1)
        total = np.zeros(width)
        for process in processes:
            states, _holding = lane_tiles(run, process).view(axis.begin, axis.begin + extent, width)
            total += states == MOVING
        self._activity = total / max(len(processes), 1)
        times = run.wrongs(axis.begin, axis.end)["time"]
        self._wrongs = np.unique(((times - axis.begin) / extent).round(3)).tolist()
        self.stale()

    @property
    def seen(self) -> float:
        """Which share of the run it shows; the rest has come since, and is empty."""
        return min(self._seen / max(self._axis.end - self._axis.begin, 1), 1.0)

    def time_at(self, x: float) -> int:
        """The moment at ``x`` of the scene."""
        axis = self._axis
        share = (x - self.box.x) / max(self.box.width, 1)
        return axis.begin + round(share * (axis.end - axis.begin))

    def frame(self) -> QRectF:
        """The visible part, within the box."""
        axis = self._axis
        extent = max(axis.end - axis.begin, 1)
        left = (axis.t0 - axis.begin) / extent * self.box.width
        right = (axis.t1 - axis.begin) / extent * self.box.width
        least = self.theme.px(LEAST)
        if right - left < least:
            left = min(max((left + right - least) / 2, 0.0), self.box.width - least)
            right = left + least
        return QRectF(left, 0, right - left, self.box.height)

    def draw(self, painter: QPainter) -> None:
        theme, palette, axis = self.theme, self.theme.palette, self._axis
        height, width = self.box.height, self.box.width
        ground = mix(palette.background, palette.object, 0.14)
        painter.fillRect(QRectF(0, 0, width, height), ground)
        if self._activity.size:
            self._draw_activity(painter, ground)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.red)
        tall, thick, reach = height * 0.4, theme.px(2), self.seen * width
        painter.drawRects(
            [QRectF(share * reach - 1, height - tall, thick, tall) for share in self._wrongs]
        )
        if not axis.whole:
            frame = self.frame()
            shade = QColor(palette.background)
            shade.setAlpha(150)
            painter.fillRect(QRectF(0, 0, frame.left(), height), shade)
            painter.fillRect(QRectF(frame.right(), 0, width - frame.right(), height), shade)
            line = theme.px(1.5)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(palette.text, line))
            half = line / 2
            painter.drawRoundedRect(
                frame.adjusted(half, half, -half, -half), theme.px(2), theme.px(2)
            )

    def cursor_x(self) -> float:
        """Where the cursor is, in the scene."""
        axis = self._axis
        share = (axis.cursor - axis.begin) / max(axis.end - axis.begin, 1)
        return self.box.x + share * self.box.width

    def _draw_activity(self, painter: QPainter, ground: QColor) -> None:
        # One row of pixels, stretched: brightness is the share of processes on the move.
        colour, back = self.theme.palette.object, ground
        share = self._activity[:, None]
        ends = [np.array([c.red(), c.green(), c.blue()], float) for c in (back, colour)]
        mixed = (ends[0] * (1 - share) + ends[1] * share).astype(np.uint32)
        row = 0xFF000000 | mixed[:, 0] << 16 | mixed[:, 1] << 8 | mixed[:, 2]
        row = np.ascontiguousarray(row, np.uint32)
        image = QImage(row.data, row.size, 1, 4 * row.size, QImage.Format.Format_RGB32)
        target = QRectF(0, 0, self.box.width * self.seen, self.box.height)
        painter.drawImage(target, image, QRectF(0, 0, row.size, 1))
        painter.setPen(Qt.PenStyle.NoPen)
