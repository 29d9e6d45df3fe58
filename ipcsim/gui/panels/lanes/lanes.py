"""The lanes: what each process did, every message, every wrong."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QGraphicsSimpleTextItem

from ipcsim.gui.look.identity import Identity
from ipcsim.gui.look.theme import Theme
from ipcsim.gui.panels.lanes.image import lane_rows, stripe
from ipcsim.gui.panels.lanes.marks import Field, draw_messages, draw_wrongs
from ipcsim.gui.panels.lanes.names import Names, draw_names
from ipcsim.gui.panels.lanes.order import Order, arrange
from ipcsim.gui.panels.lanes.tiles import lane_tiles
from ipcsim.gui.panels.row import Row
from ipcsim.gui.panels.time_axis import TimeAxis
from ipcsim.gui.panels.timeline.layout import FULL_LANES, Layout
from ipcsim.trace.trace import Trace

COARSE = 6
"""Pixels: lanes lower than this have half the columns."""
PREPARED = 8
"""At most so many lanes take in what is new in each frame in which they aren't drawn."""
TURNS = 3
"""In so many such frames it is each lane's turn."""


class Lanes(Row):
    """One lane for each process, names at the left."""

    def __init__(self, theme: Theme, axis: TimeAxis) -> None:
        super().__init__(theme)
        self._axis = axis
        self.run: Trace | None = None
        self.identities: Mapping[int, Identity] = {}
        self.processes: list[int] = []
        self.order = Order.NUMBER
        self.selected: int | None = None
        self.offset = 0
        """How far the lanes are scrolled, in pixels: always by whole lanes."""
        self._turned = 0
        """How far somebody wants them to be."""
        self._prepared = 0
        """From which lane on it is to be prepared."""
        self._layout: Layout | None = None
        self._patterns: dict[int, int] = {}
        self._note = QGraphicsSimpleTextItem(self)

    def arrange(self, layout: Layout) -> None:
        """Take other sizes."""
        self._layout = layout
        self.place(layout.lanes)
        self._place_note()
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
        """Show lanes from about ``offset`` pixels on."""
        if self._layout is None:
            return
        room = self._layout.content - self._layout.lanes.height
        self._turned = min(max(offset, 0), max(room, 0))
        offset = round(self._turned / self._layout.lane) * self._layout.lane
        if offset != self.offset:
            self.offset = offset
            self.stale()

    def scroll_by(self, delta: int) -> None:
        """Move the lanes up by so many pixels; little by little they are moved, too."""
        self.scroll_to(self._turned + delta)

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
        states, holding = lane_tiles(run, process).view(axis.t0, axis.t1, width)
        palette = self.theme.palette
        colour = self.theme.identity(self.identities[process].colour)
        return lane_rows(
            states,
            self._slots(holding) if stripe(height)[1] else holding,
            height,
            colour.rgb(),
            palette.object.rgb(),
            palette.background.rgb(),
            shift=axis.t0 * width // axis.width,
            unit=max(1, round(self.theme.px(1) * ratio)),
        )

    def prepare(self) -> None:
        """Take in what has happened since, of some lanes, without drawing them."""
        if self.run is not None:
            turn = [*self.processes[self._prepared :], *self.processes[: self._prepared]]
            few = turn[: min(PREPARED, -(-len(turn) // TURNS))]
            self._prepared = (self._prepared + len(few)) % max(1, len(turn))
            for process in few:
                self.run.lane(process).bring_forward()

    def draw(self, painter: QPainter) -> None:
        layout = self._layout
        if self.run is None or layout is None or not self.processes:
            return
        self._draw_lanes(painter, layout)
        painter.save()
        painter.setClipRect(layout.left, 0, layout.right - layout.left, self.box.height)
        field = Field(self.run, self._axis, layout, self._middles(layout))
        self._say(draw_messages(painter, self.theme, field))
        draw_wrongs(painter, self.theme, field)
        painter.restore()
        names = Names(self.processes, self.identities, self.selected, self.offset, self.box.height)
        draw_names(painter, self.theme, layout, names)
        self._draw_scroll(painter, layout)

    def _states(self, process: int) -> NDArray[np.uint8]:
        if self.run is None:
            return np.zeros(0, np.uint8)
        return lane_tiles(self.run, process).view(self._axis.t0, self._axis.t1, 400)[0]

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
        height = round(layout.lane * ratio)
        # Of very low lanes two columns are one: half the work, and nobody can see the difference.
        coarse = 2 if layout.lane < COARSE else 1
        width = round((layout.right - layout.left) * ratio / coarse)
        visible = self._visible(layout)
        if not visible or width < 1:
            return
        pixels = np.empty((height * len(visible), width), np.uint32)
        for place, number in enumerate(visible):
            pixels[place * height : (place + 1) * height] = self.rows(
                self.processes[number], width, height, ratio
            )
        image = QImage(pixels.data, width, len(pixels), 4 * width, QImage.Format.Format_RGB32)
        top = visible.start * layout.lane - self.offset
        area = QRectF(layout.left, top, layout.right - layout.left, len(pixels) / ratio)
        painter.drawImage(area, image, QRectF(image.rect()))

    def _middles(self, layout: Layout) -> dict[int, float]:
        # A little above the lane's middle: there is the bar.
        share = 0.44 if layout.lane >= 12 else 0.5
        return {
            process: (number + share) * layout.lane - self.offset
            for number, process in enumerate(self.processes)
        }

    @property
    def note_width(self) -> float:
        """Pixels that what is written below the lanes takes, with a gap; 0: nothing is."""
        width: float = self._note.boundingRect().width()
        return width + self.theme.px(24) if self._note.text() else 0.0

    def _say(self, text: str) -> None:
        """Write below the lanes, at the right; the chips there leave room for it."""
        if text != self._note.text():
            self._note.setText(text)
            self._place_note()

    def _place_note(self) -> None:
        note, theme = self._note, self.theme
        note.setFont(theme.font(12))
        note.setBrush(theme.palette.dim)
        # At the right end stands the cursor.
        size = note.boundingRect()
        note.setPos(self.box.width - size.width() - theme.px(8), self.box.height + theme.px(2))
        layout = self._layout
        below = layout.plots[0].y if layout is not None and layout.plots else self.box.bottom * 2
        note.setVisible(below >= self.box.bottom + theme.px(2) + size.height())

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
