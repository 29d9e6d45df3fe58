"""One plot of one quantity over the visible time, and its label with the values at the cursor."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from ipcsim.gui.look.theme import Theme, mix
from ipcsim.gui.panels.row import Row, text_flags
from ipcsim.gui.panels.time_axis import TimeAxis
from ipcsim.gui.panels.timeline.layout import Box, Layout
from ipcsim.gui.panels.timeline.steps import Columns, columns, draw_dashes, draw_gap, draw_steps
from ipcsim.gui.panels.timeline.watched import Watched, difference, lines, number
from ipcsim.trace.trace import Trace

RIGHT = Qt.AlignmentFlag.AlignRight
LEFT = Qt.AlignmentFlag.AlignLeft
MIDDLE = Qt.AlignmentFlag.AlignVCenter

NARROWEST = 80
"""Percent: letters of a label are drawn so much narrower before it is shortened."""
_NOTHING = Columns(*(np.zeros(0) for _side in range(4)))


class Plot(Row):
    """The curve. Its label is a row of its own, since that changes with the cursor."""

    def __init__(self, theme: Theme, axis: TimeAxis) -> None:
        super().__init__(theme)
        self._axis = axis
        self.run: Trace | None = None
        self.watched: Watched | None = None
        self.label = PlotLabel(self)
        self.actual = _NOTHING
        self.expected = _NOTHING
        self.bound: float | None = None
        self.range = (0.0, 1.0)

    def arrange(self, box: Box, layout: Layout) -> None:
        """Take a place, and the gutter's part at its left for the label."""
        self.place(box)
        self.label.place(Box(0, box.y, layout.gutter, box.height))

    def show_quantity(self, run: Trace | None, watched: Watched | None) -> None:
        """Plot something else."""
        if run is not self.run or watched != self.watched:
            self.run, self.watched = run, watched
            self.stale()

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self.label.set_theme(theme)

    def stale(self) -> None:
        super().stale()
        self.label.stale()

    def setVisible(self, visible: bool) -> None:
        super().setVisible(visible)
        self.label.setVisible(visible)

    def values(self) -> tuple[float, float]:
        """Value and expected value at the cursor; not a number where there is none."""
        run, watched = self.run, self.watched
        if run is None or watched is None:
            return float("nan"), float("nan")
        cursor = self._axis.cursor
        if watched.what == "rate":
            # A rate is one of a stretch of time: the stretch drawn at the cursor.
            return self.actual.at(self._axis.share(cursor) * self.box.width), float("nan")
        value = _value(run, watched.object, watched.what, cursor)
        if watched.what != "value":
            return value, float("nan")
        return value, _value(run, watched.object, "expected", cursor)

    @property
    def mapping(self) -> tuple[float, float]:
        """y = first + second * value, within the box."""
        low, high = self.range
        inset = self.theme.px(6)
        factor = -(self.box.height - 2 * inset) / (high - low)
        return self.box.height - inset - low * factor, factor

    def draw(self, painter: QPainter) -> None:
        run, watched, axis = self.run, self.watched, self._axis
        if run is None or watched is None:
            return
        width, end = self.box.width, run.end
        series = run.series(watched.object, watched.what)
        self.bound = series.bound if watched.what == "depth" else None
        self.actual = columns(series, axis.t0, axis.t1, end, width)
        self.expected = _NOTHING
        if watched.what == "value":
            expected = run.series(watched.object, "expected")
            self.expected = columns(expected, axis.t0, axis.t1, end, width)
        self.range = self._fit()
        self._draw_frame(painter)
        palette = self.theme.palette
        thick = 1.6 * self.theme.px(10) / 10
        painter.save()
        painter.setClipRect(0, 0, width, self.box.height)
        if watched.what == "value":
            shade = mix(palette.background, palette.red, 0.24 if self.theme.dark else 0.18)
            draw_gap(painter, self.expected, self.actual, self.mapping, shade)
            draw_dashes(painter, self.expected, self.actual, self.mapping, thick, palette.dim)
        elif watched.what in ("depth", "waiting"):
            ground = mix(palette.background, palette.object, 0.22)
            zero = Columns(
                self.actual.left,
                self.actual.right,
                np.zeros(self.actual.left.size),
                np.zeros(self.actual.left.size),
            )
            draw_gap(painter, self.actual, zero, self.mapping, ground)
        dense = mix(palette.background, palette.text, 0.62)
        draw_steps(painter, self.actual, self.mapping, thick, palette.text, dense)
        painter.restore()
        # The label shows the range, which is known only now.
        self.label.stale()

    def _fit(self) -> tuple[float, float]:
        ranges = [r for r in (self.actual.range(), self.expected.range()) if r is not None]
        if not ranges:
            return 0.0, 1.0
        low, high = min(r[0] for r in ranges), max(r[1] for r in ranges)
        if self.watched is not None and self.watched.what != "value":
            low = 0.0
            # An unbounded or far bound would press the curve to the ground.
            if self.bound is not None and self.bound <= 4 * max(high, 1.0):
                high = max(high, self.bound)
        return (low, high) if high > low else (low, low + 1.0)

    def _draw_frame(self, painter: QPainter) -> None:
        theme, palette = self.theme, self.theme.palette
        thick = theme.px(1)
        base, factor = self.mapping
        y = round(base + factor * self.range[0])
        painter.fillRect(QRectF(0, y, self.box.width, thick), palette.border)
        if self.bound is not None and self.bound <= self.range[1]:
            edges = np.array([0.0, float(self.box.width)])
            line = Columns(edges[:1], edges[1:], *(np.array([self.bound], float),) * 2)
            none = Columns(edges[:1], edges[1:], *(np.array([np.inf]),) * 2)
            draw_dashes(painter, line, none, self.mapping, thick, palette.dim)

    def range_texts(self) -> tuple[str, str]:
        """The lowest and highest value of the scale."""
        return number(self.range[0]), number(self.range[1])


class PlotLabel(Row):
    """Name of the object, its values at the cursor, and the ends of the scale."""

    def __init__(self, plot: Plot) -> None:
        super().__init__(plot.theme)
        self._plot = plot

    def draw(self, painter: QPainter) -> None:
        plot, theme, palette = self._plot, self.theme, self.theme.palette
        watched = plot.watched
        if watched is None:
            return
        value, expected = plot.values()
        texts = lines(watched, value, expected, plot.bound)
        small, strong = theme.font(12), theme.font(12, 600)
        metrics = QFontMetricsF(strong)
        height = metrics.height() + theme.px(1)
        left = theme.px(12)
        low, high = plot.range_texts()
        ends = QFontMetricsF(small)
        gap = theme.px(6)
        shown = [(watched.name, strong, palette.text)]
        shown += [(text, small, palette.dim) for text in texts]
        if watched.what == "value" and expected == expected and len(texts) == 2:
            shown[-1] = (texts[-1], strong, palette.text)
            lost = expected - value
            if lost:
                if 4 * height > self.box.height + theme.px(3):
                    # The sum of the other two says it.
                    del shown[1]
                said = difference(watched, lost)
                shown.append((said, strong, palette.red))
        painter.setFont(small)
        painter.setPen(palette.faint)
        edge = self.box.width - theme.px(6)
        base, factor = plot.mapping
        middle = [base + factor * v for v in plot.range]
        # The object's name matters more than the number at the top of its axis.
        taken = QFontMetricsF(strong).horizontalAdvance(watched.name) + theme.px(6)
        if taken + ends.horizontalAdvance(high) > edge - left:
            high = ""
        last, rows = shown[-1], len(shown) * height
        if rows > self.box.height - 0.8 * height:
            # And the last figure more than the number at its foot.
            taken = QFontMetricsF(last[1]).horizontalAdvance(last[0]) + gap
            if taken + ends.horizontalAdvance(low) > edge - left:
                low = ""
        for level, text in zip(middle, (low, high), strict=True):
            y = min(max(level, height / 2), self.box.height - height / 2)
            box = QRectF(0, y - height / 2, edge, height)
            painter.drawText(box, text_flags(RIGHT, MIDDLE), text)
        top = 0.0
        for text, font, colour in shown:
            if top + height > self.box.height + theme.px(3):
                break
            room = float(self.box.width - left - theme.px(1))
            if top < height / 2:
                room -= ends.horizontalAdvance(high) + gap
            elif top + height > self.box.height - 0.8 * height:
                room -= ends.horizontalAdvance(low) + gap
            wide = QFontMetricsF(font).horizontalAdvance(text)
            if wide > room > 0:
                # Rather narrow letters than a figure without its beginning.
                font = QFont(font)
                font.setStretch(max(NARROWEST, int(100 * room / wide) - 1))
            painter.setFont(font)
            painter.setPen(colour)
            painter.drawText(
                QRectF(left, top, room + theme.px(2), height),
                text_flags(LEFT, MIDDLE),
                QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideMiddle, room),
            )
            top += height


def _value(run: Trace, object: int, what: str, time: int) -> float:
    _times, _low, high = run.series(object, what).view(time, time + 1, 1)
    return float(high[-1]) if len(high) else float("nan")
