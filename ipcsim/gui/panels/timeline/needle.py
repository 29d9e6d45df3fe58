"""The cursor over the timeline: a line through all rows, its time below, and where it is in the
whole run."""

from __future__ import annotations

from pyqtgraph import GraphicsScene

from ipcsim.gui.look.theme import Theme
from ipcsim.gui.panels.time_axis import TimeAxis
from ipcsim.gui.panels.timeline.cursor import Line
from ipcsim.gui.panels.timeline.layout import Box, Layout
from ipcsim.gui.panels.timeline.minimap import Minimap
from ipcsim.gui.panels.timeline.ruler import Pill, Ruler


class Needle:
    """Keeps the parts of the cursor together."""

    def __init__(self, theme: Theme, axis: TimeAxis, ruler: Ruler, minimap: Minimap) -> None:
        self._theme, self._axis = theme, axis
        self._ruler, self._minimap = ruler, minimap
        self.line = Line(theme)
        self._map_line = Line(theme)
        self._pill = Pill(theme, axis)

    def add_to(self, scene: GraphicsScene) -> None:
        """Stand over what is in the scene already."""
        for item in (self.line, self._map_line, self._pill):
            scene.addItem(item)

    def set_theme(self, theme: Theme) -> None:
        """Take another look."""
        self._theme = theme
        for item in (self.line, self._map_line, self._pill):
            item.set_theme(theme)

    def reach(self, layout: Layout) -> None:
        """How far down the lines go."""
        self.line.reach(layout.axis.y)
        self._map_line.reach(layout.minimap.height)

    def place(self, layout: Layout, x: float) -> None:
        """Stand at a column of the scene, if the cursor is visible."""
        axis = self._axis
        visible = axis.t0 <= axis.cursor <= axis.t1 and axis.end > axis.begin
        self.line.setVisible(visible)
        self.line.setPos(round(x), 0)
        self._map_line.setVisible(axis.end > axis.begin)
        self._map_line.setPos(round(self._minimap.cursor_x()), layout.minimap.y)
        self._pill.setVisible(visible)
        width = self._pill.wanted_width
        left = min(max(round(x) - width // 2, layout.left), layout.right - width)
        inset = self._theme.px(3)
        box = Box(left, layout.axis.y + inset, width, layout.axis.height - 2 * inset)
        self._pill.place(box)
        self._pill.stale()
        gap = self._theme.px(4)
        covered = (left - gap, left + width + gap) if visible else (0, 0)
        self._ruler.cover(*covered)
