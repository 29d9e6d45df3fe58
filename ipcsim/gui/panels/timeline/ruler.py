"""The axis of time: marks with their labels, and the cursor's own."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from ipcsim.gui.look.theme import Theme
from ipcsim.gui.panels.row import Row, text_flags
from ipcsim.gui.panels.time_axis import TimeAxis
from ipcsim.gui.panels.time_text import moment, step_for

CENTRE = Qt.AlignmentFlag.AlignHCenter
LEFT = Qt.AlignmentFlag.AlignLeft
MIDDLE = Qt.AlignmentFlag.AlignVCenter


class Ruler(Row):
    """Marks at round times since the beginning of the run."""

    def __init__(self, theme: Theme, axis: TimeAxis) -> None:
        super().__init__(theme)
        self._axis = axis
        self._covered = (0.0, 0.0)

    def cover(self, left: float, right: float) -> None:
        """No labels between two columns of the scene: the cursor's own stands there."""
        self._covered = left - self.box.x, right - self.box.x
        self.stale()

    @property
    def step(self) -> int:
        """Distance of the marks in ns."""
        metrics = QFontMetricsF(self.theme.font(12))
        axis = self._axis
        longest = moment(axis.t1 - axis.begin, max(axis.width // 10, 1))
        room = max(map(metrics.horizontalAdvance, (longest, "000.000 s"))) * 1.3
        return step_for(axis.width, self.box.width / room)

    @property
    def marks(self) -> range:
        """Times of the marks, ns since the beginning; none before anything has run."""
        axis, step = self._axis, self.step
        if axis.end <= axis.begin:
            return range(0)
        first = -((axis.begin - axis.t0) // step) * step
        return range(first, axis.t1 - axis.begin + 1, step)

    def draw(self, painter: QPainter) -> None:
        axis, palette = self._axis, self.theme.palette
        painter.setFont(self.theme.font(12))
        metrics = painter.fontMetrics()
        step = self.step
        tick = self.theme.px(4)
        thick = self.theme.px(1)
        painter.fillRect(QRectF(0, 0, self.box.width, thick), palette.border)
        for time in self.marks:
            x = axis.share(axis.begin + time) * self.box.width
            if not 0 <= x <= self.box.width:
                continue
            painter.fillRect(QRectF(round(x - thick / 2), 0, thick, tick), palette.outline)
            text = moment(time, step)
            width = metrics.horizontalAdvance(text) + 2
            # The first and the last label stay inside.
            left = min(max(x - width / 2, 0.0), self.box.width - width)
            if self._covered[0] < left + width and left < self._covered[1]:
                continue
            painter.setPen(palette.dim)
            box = QRectF(left, tick, width, self.box.height - tick)
            painter.drawText(box, text_flags(LEFT, MIDDLE), text)


class Pill(Row):
    """The cursor's moment, written over the axis."""

    def __init__(self, theme: Theme, axis: TimeAxis) -> None:
        super().__init__(theme)
        self._axis = axis

    @property
    def text(self) -> str:
        """As exact as everywhere else, whatever the marks' labels are."""
        return self._axis.text(self._axis.cursor)

    @property
    def wanted_width(self) -> int:
        """Room for the text."""
        metrics = QFontMetricsF(self.theme.font(12, 600))
        return round(metrics.horizontalAdvance(self.text)) + self.theme.px(14)

    def draw(self, painter: QPainter) -> None:
        palette = self.theme.palette
        box = QRectF(0, 0, self.box.width, self.box.height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.text)
        radius = self.theme.px(4)
        painter.drawRoundedRect(box, radius, radius)
        painter.setPen(palette.background)
        painter.setFont(self.theme.font(12, 600))
        painter.drawText(box, text_flags(CENTRE, MIDDLE), self.text)
