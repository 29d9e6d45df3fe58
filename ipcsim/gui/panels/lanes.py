"""The lanes: what each process did, every message, every wrong."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen, QPolygonF

from ipcsim.gui.badge import draw_badge
from ipcsim.gui.identity import Identity
from ipcsim.gui.panels.lane_image import lane_rows
from ipcsim.gui.panels.layout import FULL_LANES, Layout
from ipcsim.gui.panels.order import Order, arrange, groups
from ipcsim.gui.panels.row import Row, text_flags
from ipcsim.gui.panels.source import Run
from ipcsim.gui.panels.time_axis import TimeAxis
from ipcsim.gui.theme import Theme, mix
from ipcsim.language import _

LINES = 240
"""So many messages are lines; more would be a wall, so a sample is drawn, pale, and called one."""


class Lanes(Row):
    """One lane for each process, names at the left."""

    def __init__(self, theme: Theme, axis: TimeAxis) -> None:
        super().__init__(theme)
        self._axis = axis
        self.run: Run | None = None
        self.identities: Mapping[int, Identity] = {}
        self.processes: list[int] = []
        self.order = Order.START
        self.selected: int | None = None
        self.offset = 0
        self._layout: Layout | None = None
        self._patterns: dict[int, int] = {}

    def arrange(self, layout: Layout) -> None:
        """Take other sizes."""
        self._layout = layout
        self.place(layout.lanes)
        self.scroll_to(self.offset)

    def sort(self) -> None:
        """Put the lanes into the wanted order, by what is visible now."""
        processes = arrange(self.identities, self.order, self._states)
        if processes != self.processes:
            self.processes = processes
            self.stale()

    def set_patterns(self, patterns: dict[int, int]) -> None:
        """Which pattern stands for which object that can be held."""
        if patterns != self._patterns:
            self._patterns = patterns
            self.stale()

    def scroll_to(self, offset: int) -> None:
        """Show lanes from ``offset`` pixels on."""
        if self._layout is None:
            return
        room = self._layout.content - self._layout.lanes.height
        offset = min(max(offset, 0), max(room, 0))
        if offset != self.offset:
            self.offset = offset
            self.stale()

    def lane_at(self, y: float) -> int | None:
        """The process whose lane is at ``y`` of the scene."""
        if self._layout is None or not self.box.y <= y < self.box.bottom:
            return None
        number = int((y - self.box.y + self.offset) // self._layout.lane)
        return self.processes[number] if 0 <= number < len(self.processes) else None

    def lane_top(self, process: int) -> int:
        """Where the process's lane begins, in the scene; may be out of sight."""
        assert self._layout is not None
        number = self.processes.index(process)
        return self.box.y + number * self._layout.lane - self.offset

    def wanted_width(self) -> float:
        """Width of the column of names that shows them whole."""
        if len(self.identities) > FULL_LANES:
            return 0.0
        metrics = QFontMetricsF(self.theme.font(13, 600))
        names = (who.name for who in self.identities.values() if who.colour)
        longest = max(map(metrics.horizontalAdvance, names), default=0.0)
        return longest + self.theme.px(12 + 20 + 6 + 10)

    def rows(self, process: int, width: int, height: int, ratio: float) -> NDArray[np.uint32]:
        """The pixels of one lane, also for one that is fanned out."""
        run, axis = self.run, self._axis
        assert run is not None
        states, holding = run.lane(process).view(axis.t0, axis.t1, width)
        palette = self.theme.palette
        colour = self.theme.identity(self.identities[process].colour)
        return lane_rows(
            states,
            self._slots(holding),
            height,
            colour.rgb(),
            palette.object.rgb(),
            palette.background.rgb(),
            shift=axis.t0 * width // axis.width,
            unit=max(1, round(self.theme.px(1) * ratio)),
        )

    def draw(self, painter: QPainter) -> None:
        layout = self._layout
        if self.run is None or layout is None or not self.processes:
            return
        self._draw_lanes(painter, layout)
        painter.save()
        painter.setClipRect(layout.left, 0, layout.right - layout.left, self.box.height)
        self._draw_messages(painter, layout, self.run)
        self._draw_wrongs(painter, layout, self.run)
        painter.restore()
        if len(self.processes) <= FULL_LANES:
            self._draw_names(painter, layout)
        else:
            self._draw_groups(painter, layout)
        self._draw_scroll(painter, layout)

    def _states(self, process: int) -> NDArray[np.uint8]:
        if self.run is None:
            return np.zeros(0, np.uint8)
        return self.run.lane(process).view(self._axis.t0, self._axis.t1, 400)[0]

    def _slots(self, holding: NDArray[np.int32]) -> NDArray[np.int32]:
        if not self._patterns or not (holding >= 0).any():
            return np.full(holding.size, -1, np.int32)
        table = np.full(max(max(self._patterns), int(holding.max())) + 2, -1, np.int32)
        for number, pattern in self._patterns.items():
            table[number] = pattern
        # Index -1, nothing held, is the table's last entry.
        slots: NDArray[np.int32] = table[holding]
        return slots

    def _visible(self, layout: Layout) -> range:
        first = self.offset // layout.lane
        last = -(-(self.offset + self.box.height) // layout.lane)
        return range(first, min(last, len(self.processes)))

    def _draw_lanes(self, painter: QPainter, layout: Layout) -> None:
        ratio = painter.device().devicePixelRatio()
        width = round((layout.right - layout.left) * ratio)
        height = round(layout.lane * ratio)
        visible = self._visible(layout)
        if not visible or width < 1:
            return
        pixels = np.empty((height * len(visible), width), np.uint32)
        for place, number in enumerate(visible):
            pixels[place * height : (place + 1) * height] = self.rows(
                self.processes[number], width, height, ratio
            )
        image = QImage(pixels.data, width, len(pixels), 4 * width, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        painter.drawImage(layout.left, visible.start * layout.lane - self.offset, image)

    def _middle(self, layout: Layout, process: int) -> float:
        # A little above the lane's middle: there is the bar.
        share = 0.44 if layout.lane >= 12 else 0.5
        return (self.processes.index(process) + share) * layout.lane - self.offset

    def _draw_messages(self, painter: QPainter, layout: Layout, run: Run) -> None:
        axis = self._axis
        found = run.messages(axis.t0, axis.t1, 4 * LINES)
        if not len(found):
            return
        sampled = len(found) > LINES
        found = found[:: -(-len(found) // LINES)]
        width = layout.right - layout.left
        centre = {process: self._middle(layout, process) for process in self.processes}
        lines, dots = [], []
        for message in found:
            source, target = int(message["sender"]), int(message["receiver"])
            if source not in centre:
                continue
            start = QPointF(layout.left + axis.share(int(message["sent"])) * width, centre[source])
            if int(message["received"]) < 0 or target not in centre:
                dots.append(start)
                continue
            x = layout.left + axis.share(int(message["received"])) * width
            lines.append(QLineF(start, QPointF(x, centre[target])))
        colour = QColor(self.theme.palette.text)
        ground = QColor(self.theme.palette.background)
        thick = self.theme.px(1) if len(lines) > 60 else 1.4 * self.theme.px(1)
        # A rim of the ground's colour keeps a line visible across bars of its own brightness.
        if len(lines) <= 60:
            ground.setAlpha(170)
            painter.setPen(QPen(ground, thick + 2 * self.theme.px(1)))
            painter.drawLines(lines)
        colour.setAlpha(60 if sampled else 255 if len(lines) <= 60 else 130)
        painter.setPen(QPen(colour, thick))
        painter.drawLines(lines)
        if sampled:
            self._say(painter, layout, _("a sample of the messages: zoom in to see each"))
        elif len(lines) <= 60:
            painter.setBrush(colour)
            painter.setPen(Qt.PenStyle.NoPen)
            for line in lines:
                painter.drawEllipse(line.p2(), 2 * thick, 2 * thick)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour, thick))
            for dot in dots:
                painter.drawEllipse(dot, 2 * thick, 2 * thick)

    def _say(self, painter: QPainter, layout: Layout, text: str) -> None:
        theme = self.theme
        painter.setFont(theme.font(12))
        width = painter.fontMetrics().horizontalAdvance(text) + theme.px(12)
        height = painter.fontMetrics().height() + theme.px(2)
        box = QRectF(layout.right - width, self.box.height - height, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.palette.background)
        painter.drawRoundedRect(box, theme.px(4), theme.px(4))
        painter.setPen(theme.palette.dim)
        painter.drawText(box, text_flags(Qt.AlignmentFlag.AlignCenter), text)

    def _draw_wrongs(self, painter: QPainter, layout: Layout, run: Run) -> None:
        axis = self._axis
        width = layout.right - layout.left
        size = min(self.theme.px(5), max(layout.lane, self.theme.px(3)))
        numbers = {process: number for number, process in enumerate(self.processes)}
        seen: set[tuple[int, int]] = set()
        painter.setPen(QPen(self.theme.palette.background, 1))
        painter.setBrush(self.theme.palette.red)
        for time, process, _what in run.wrongs(axis.t0, axis.t1):
            number = numbers.get(process)
            if number is None:
                continue
            x = layout.left + axis.share(time) * width
            place = (number, int(x // (2 * size)))
            if place in seen:
                continue
            seen.add(place)
            bottom = (number + 1) * layout.lane - self.offset + (0 if layout.lane >= 12 else size)
            painter.drawPolygon(
                QPolygonF(
                    [
                        QPointF(x, bottom - 1.8 * size),
                        QPointF(x + size, bottom),
                        QPointF(x - size, bottom),
                    ]
                )
            )

    def _draw_names(self, painter: QPainter, layout: Layout) -> None:
        theme = self.theme
        radius = min(layout.lane * 0.42, theme.px(10))
        for number in self._visible(layout):
            process = self.processes[number]
            who = self.identities[process]
            top = number * layout.lane - self.offset
            middle = self._middle(layout, process)
            chosen = process == self.selected
            if chosen:
                painter.fillRect(
                    QRectF(0, top, layout.gutter - theme.px(6), layout.lane), theme.palette.line
                )
            left = theme.px(12) + radius
            draw_badge(painter, QPointF(left, middle), radius, who, theme)
            font = theme.font(13, 600 if chosen else 400)
            painter.setFont(font)
            painter.setPen(theme.palette.text)
            x = left + radius + theme.px(6)
            room = layout.gutter - x - theme.px(6)
            name = _("main") if who.colour == 0 else who.name
            text = QFontMetricsF(font).elidedText(name, Qt.TextElideMode.ElideMiddle, room)
            painter.drawText(
                QRectF(x, middle - layout.lane / 2, room + theme.px(6), layout.lane),
                text_flags(Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignLeft),
                text,
            )

    def _draw_groups(self, painter: QPainter, layout: Layout) -> None:
        theme = self.theme
        font = theme.font(12, 600)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        line = metrics.height()
        below = 0.0
        for first, count, who in groups(self.processes, self.identities):
            top = max(first * layout.lane - self.offset, 0)
            bottom = min((first + count) * layout.lane - self.offset, self.box.height)
            if bottom <= 0 or top >= self.box.height:
                continue
            y = max((top + bottom - line) / 2, below)
            if y + line > self.box.height + 1:
                continue
            below = y + line
            colour = theme.identity(who.colour)
            edge = QRectF(layout.gutter - theme.px(5), top, theme.px(2), bottom - top - 1)
            painter.fillRect(edge, colour)
            name = _("main") if who.colour == 0 else who.role
            room = layout.gutter - theme.px(20)
            tail = f" × {count}" if count > 1 else ""
            text = metrics.elidedText(
                name, Qt.TextElideMode.ElideMiddle, room - metrics.horizontalAdvance(tail)
            )
            # On a light ground identity colours are for shapes: text must be darker.
            painter.setPen(
                theme.palette.dim
                if who.colour == 0
                else colour
                if theme.dark
                else mix(colour, theme.palette.text, 0.45)
            )
            painter.drawText(
                QRectF(theme.px(12), y, room, line),
                text_flags(Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignLeft),
                text + tail,
            )

    def _draw_scroll(self, painter: QPainter, layout: Layout) -> None:
        if layout.content <= self.box.height:
            return
        share = self.box.height / layout.content
        top = self.offset * share
        width = self.theme.px(4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.theme.palette.outline)
        painter.drawRoundedRect(
            QRectF(self.theme.px(2), top, width, self.box.height * share), width / 2, width / 2
        )
