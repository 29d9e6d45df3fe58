"""What the mouse does on the timeline.

Wheel: magnify around the pointer (over the names: scroll the lanes; with Shift or sideways: pan).
Drag: pan. Click: move the cursor. Shift and drag: select from mark to mark. Drag on the minimap:
move the visible part.
"""

from __future__ import annotations

from enum import Enum, auto

from ipcsim.gui.panels.time_axis import TimeAxis
from ipcsim.gui.panels.timeline.layout import Layout
from ipcsim.gui.panels.timeline.minimap import Minimap

NOTCH = 120
"""Angle that Qt reports for a notch of a wheel."""
ZOOM = 1.25
"""Magnification by a notch."""
STILL = 4
"""A press that moves less is a click, in pixels."""


class _Doing(Enum):
    NOTHING = auto()
    PRESSED = auto()
    PANNING = auto()
    SELECTING = auto()
    CURSOR = auto()
    FRAME = auto()


class Gestures:
    """Turns positions of the mouse into movements of the axis; knows no widget."""

    def __init__(self, axis: TimeAxis, minimap: Minimap) -> None:
        self._axis = axis
        self._minimap = minimap
        self._doing = _Doing.NOTHING
        self._start = 0.0
        self._from = (0, 0)
        self._anchor = 0

    def time_at(self, layout: Layout, x: float) -> int:
        """The moment under a column of the scene."""
        return self._axis.at((x - layout.left) / max(layout.right - layout.left, 1))

    def x_of(self, layout: Layout, time: int) -> float:
        """The column of the scene where a moment is."""
        return layout.left + self._axis.share(time) * (layout.right - layout.left)

    def press(self, layout: Layout, x: float, y: float, selecting: bool) -> None:
        """The left button goes down."""
        axis = self._axis
        self._start = x
        self._from = (axis.t0, axis.t1)
        if y >= layout.minimap.y - STILL and x >= layout.left:
            self._doing = _Doing.FRAME
            frame = self._minimap.frame()
            if not frame.left() <= x - layout.left <= frame.right():
                self._centre(x)
            self._from = (axis.t0, axis.t1)
            self._anchor = self._minimap.time_at(x)
        elif x < layout.left:
            self._doing = _Doing.NOTHING
        elif selecting:
            self._doing = _Doing.SELECTING
            self._anchor = self.time_at(layout, x)
        elif abs(x - self.x_of(layout, axis.cursor)) <= STILL or y >= layout.axis.y:
            # Taking hold of the cursor, or reading along the axis.
            self._doing = _Doing.CURSOR
            if y >= layout.axis.y:
                axis.set_cursor(self.time_at(layout, x), reveal=False)
        else:
            self._doing = _Doing.PRESSED

    def move(self, layout: Layout, x: float) -> None:
        """The mouse moves with the left button down."""
        axis = self._axis
        if self._doing is _Doing.PRESSED and abs(x - self._start) >= STILL:
            self._doing = _Doing.PANNING
        if self._doing is _Doing.PANNING:
            width = layout.right - layout.left
            delta = round((self._start - x) / max(width, 1) * (self._from[1] - self._from[0]))
            if not axis.whole:
                axis.show(self._from[0] + delta, self._from[1] + delta)
        elif self._doing is _Doing.SELECTING:
            axis.set_marks(self._anchor, self.time_at(layout, x))
        elif self._doing is _Doing.CURSOR:
            x = min(max(x, layout.left), layout.right)
            axis.set_cursor(self.time_at(layout, x), reveal=False)
        elif self._doing is _Doing.FRAME and not axis.whole:
            delta = self._minimap.time_at(x) - self._anchor
            axis.show(self._from[0] + delta, self._from[1] + delta)

    def release(self, layout: Layout, x: float) -> bool:
        """The left button goes up; whether it was a click that moved the cursor."""
        doing, self._doing = self._doing, _Doing.NOTHING
        if doing is _Doing.SELECTING and abs(x - self._start) < STILL:
            self._axis.set_marks()
        if doing is not _Doing.PRESSED:
            return False
        self._axis.set_cursor(self.time_at(layout, x), reveal=False)
        return True

    def wheel(self, layout: Layout, x: float, sideways: float, notches: float) -> None:
        """The wheel turns over the rows; ``sideways`` and ``notches`` count notches."""
        axis = self._axis
        if sideways:
            axis.pan(round(-sideways * axis.width / 10))
        if notches and x >= layout.left:
            axis.zoom(ZOOM**notches, around=self.time_at(layout, min(x, layout.right)))

    def _centre(self, x: float) -> None:
        axis = self._axis
        if not axis.whole:
            middle = self._minimap.time_at(x)
            axis.show(middle - axis.width // 2, middle + axis.width - axis.width // 2)
