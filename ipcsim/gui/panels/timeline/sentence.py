"""What stands where plots would be."""

from __future__ import annotations

from PySide6.QtWidgets import QGraphicsTextItem

from ipcsim.gui.look.theme import Theme
from ipcsim.gui.panels.timeline.layout import Layout
from ipcsim.gui.panels.timeline.watched import nothing_to_plot
from ipcsim.language import _
from ipcsim.trace.trace import Trace


class Sentence(QGraphicsTextItem):
    """Says why there is nothing, in the middle of the room for it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme

    def set_theme(self, theme: Theme) -> None:
        """Take another look, with the next ``arrange``."""
        self._theme = theme

    def arrange(self, layout: Layout, run: Trace | None, nobody: bool) -> None:
        """Stand where nothing is plotted, if there is room; ``nobody``: no process is known."""
        theme = self._theme
        empty = layout.axis.y - layout.lanes.bottom
        shown = run is not None and not layout.plots and empty >= theme.px(40)
        self.setVisible(shown)
        if not shown or run is None:
            return
        self.setPlainText(
            _("Nothing has happened yet.") if nobody else nothing_to_plot(run.objects)
        )
        self.setFont(theme.font(13))
        self.setDefaultTextColor(theme.palette.dim)
        self.setTextWidth(layout.axis.width)
        y = layout.lanes.bottom + (empty - self.boundingRect().height()) / 2
        self.setPos(layout.left - 4, y)
