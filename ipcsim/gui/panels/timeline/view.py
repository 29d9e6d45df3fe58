"""The timeline: lanes, plots, axis and minimap under one cursor.

A pyqtgraph GraphicsView whose rows are images. pyqtgraph's own PlotItems, four of them with axes,
took 6.3 ms a frame of panning, and curves thicker than one pixel 7.8 ms (DESIGN: the whole panel
has 7 ms); rows drawn from per-pixel views take a third and cost the same for any history.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pyqtgraph
from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from ipcsim.gui.look.identity import Identity
from ipcsim.gui.look.theme import Theme
from ipcsim.gui.panels.lanes.lanes import Lanes
from ipcsim.gui.panels.lanes.order import Order
from ipcsim.gui.panels.time_axis import TimeAxis
from ipcsim.gui.panels.timeline.chips import Chips
from ipcsim.gui.panels.timeline.cursor import FanOut, Marks
from ipcsim.gui.panels.timeline.gestures import NOTCH, Gestures
from ipcsim.gui.panels.timeline.layout import FULL_LANES, Layout, lay_out
from ipcsim.gui.panels.timeline.minimap import BEHIND, Minimap
from ipcsim.gui.panels.timeline.needle import Needle
from ipcsim.gui.panels.timeline.plots import Plot
from ipcsim.gui.panels.timeline.quantities import Quantities
from ipcsim.gui.panels.timeline.ruler import Ruler
from ipcsim.gui.panels.timeline.sentence import Sentence
from ipcsim.gui.panels.timeline.watched import HOLDABLE, Watched
from ipcsim.trace.trace import Trace

MOST_PLOTS = 4
SETTLE_S = 0.5
"""How often what needn't be fresh in every frame is looked at: minimap, order, choice of plots."""


class Timeline(pyqtgraph.GraphicsView):  # type: ignore[misc]
    """The widget."""

    process_clicked = Signal(int)

    def __init__(self, theme: Theme, axis: TimeAxis, parent: QWidget | None = None) -> None:
        super().__init__(parent, useOpenGL=False, background=theme.palette.background)
        self._theme = theme
        self.axis = axis
        self._run: Trace | None = None
        self._version = self._settled = -1
        self._identities: Mapping[int, Identity] = {}
        self._since = SETTLE_S
        self._pressed = False
        self._later: dict[Callable[[], None], None] = {}
        """What is drawn anew in the frames to come, one of them in each."""
        self.quantities = Quantities()
        self.lanes = Lanes(theme, axis)
        self.plots = [Plot(theme, axis) for _number in range(MOST_PLOTS)]
        self.ruler = Ruler(theme, axis)
        self.minimap = Minimap(theme, axis)
        self.needle = Needle(theme, axis, self.ruler, self.minimap)
        self._fan = FanOut(theme, self.lanes)
        self._marks = Marks(theme, axis)
        self._sentence = Sentence(theme)
        self.chips = Chips(self.viewport(), theme)
        self.gestures = Gestures(axis, self.minimap)
        self._layout = lay_out(200, 100, 0, 0, theme)
        scene = self.scene()
        rows = [self.lanes, *self.plots, *(p.label for p in self.plots), self.ruler, self.minimap]
        for item in (*rows, self._marks, self._fan):
            scene.addItem(item)
        self.needle.add_to(scene)
        scene.addItem(self._sentence)
        self.setAntialiasing(True)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setMinimumSize(200, 80)
        self.chips.chosen.connect(self.plot)
        axis.view_changed.connect(self._view_changed)
        axis.cursor_changed.connect(self._cursor_changed)
        axis.marks_changed.connect(self._marks.update)

    # --- what the panel is told

    @property
    def shown(self) -> list[Watched]:
        """What is plotted, from top to bottom."""
        return [p.watched for p in self.plots if p.isVisible() and p.watched is not None]

    @property
    def zones(self) -> Layout:
        """Where everything is."""
        return self._layout

    def set_theme(self, theme: Theme) -> None:
        """Take another look."""
        self._theme = theme
        self.setBackground(theme.palette.background)
        for item in (self.lanes, *self.plots, self.ruler, self.minimap, self._fan):
            item.set_theme(theme)
        for part in (self.needle, self._marks, self._sentence, self.chips):
            part.set_theme(theme)
        self._arrange()

    def set_run(self, run: Trace) -> None:
        """Show another run."""
        self._run = run
        self._version = self._settled = -1
        self._later.clear()
        self.quantities.begin()
        self.lanes.run = run
        self.lanes.scroll_to(0)
        self._since = SETTLE_S

    def set_order(self, order: Order) -> None:
        """Sort the lanes otherwise."""
        self.lanes.order = order
        self.lanes.sort()

    def select(self, process: int | None) -> None:
        """Mark a process's lane."""
        if process != self.lanes.selected:
            self.lanes.selected = process
            self.lanes.stale()

    def plot(self, watched: Watched) -> None:
        """Plot a quantity in place of the one shown longest ago."""
        self.quantities.want(watched, self.shown, max(1, len(self._layout.plots)))
        self._arrange()

    def refresh(
        self, identities: Mapping[int, Identity], elapsed: float, pressed: bool = False
    ) -> None:
        """Take in what the run has become.

        Args:
            identities: of all processes.
            elapsed: seconds since the last call.
            pressed: frames come late: lanes and plots aren't drawn in the same one, since
                :meth:`prepare` is called in those between.
        """
        run = self._run
        if run is None:
            return
        self._pressed = pressed
        while self._later and not pressed:
            self.prepare()
        changed = run.version != self._version
        newcomers = identities != self._identities
        self._since += elapsed
        if changed or newcomers:
            self._version = run.version
            self._identities = dict(identities)
            self.lanes.identities = self._identities
            self._stale()
        if newcomers:
            self.lanes.sort()
        # After the end nobody comes again to look.
        last = run.ended is not None and run.version != self._settled
        if newcomers or last or self._since >= SETTLE_S:
            self._since, self._settled = 0.0, run.version
            self._share(self._settle)
        elif self.minimap.seen < 1 - BEHIND:
            self.minimap.refresh(run)
        self._arrange_chips(self._layout)

    def prepare(self) -> None:
        """In a frame in which the timeline isn't refreshed: do what was put off, or take in some of
        what has been recorded."""
        if not self._later:
            self.lanes.prepare()
            return
        first = next(iter(self._later))
        del self._later[first]
        first()

    def _share(self, part: Callable[[], None]) -> None:
        if self._pressed and self.axis.following:
            self._later[part] = None
        else:
            part()

    # --- sizes

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if event is not None:
            self._arrange()

    def _arrange(self) -> None:
        theme, width, height = self._theme, self.viewport().width(), self.viewport().height()
        many, names = len(self._identities), self.lanes.wanted_width()
        offered, series = self.quantities.offered, self.quantities.plotted
        row = len(offered) > series or any(one.what in ("depth", "rate") for one in offered)
        layout = lay_out(width, height, many, series, theme, names, row)
        self._layout = layout
        self.lanes.arrange(layout)
        chosen = self.quantities.chosen()
        for number, plot in enumerate(self.plots):
            if number < len(layout.plots):
                plot.arrange(layout.plots[number], layout)
                plot.show_quantity(self._run, chosen[number])
            plot.setVisible(number < len(layout.plots))
        self.ruler.place(layout.axis)
        self.minimap.place(layout.minimap)
        self.needle.reach(layout)
        self._marks.arrange(layout)
        self._fan.fan(None, layout)
        self._arrange_chips(layout)
        self._sentence.arrange(layout, self._run, nobody=not self._identities)
        self._place_cursor()

    def _arrange_chips(self, layout: Layout) -> None:
        box = layout.chips
        self.chips.setVisible(box is not None)
        if box is not None:
            self.chips.offer(self.quantities.offered, self.shown)
            width = box.width - round(self.lanes.note_width)
            self.chips.put(QRect(box.x, box.y, width, box.height - self._theme.px(4)))

    # --- following

    def _settle(self) -> None:
        run = self._run
        assert run is not None
        self.minimap.refresh(run)
        if self.lanes.order is Order.WAIT:
            self.lanes.sort()
        holdable = [o.object for o in run.objects if o.kind in HOLDABLE and not o.internal]
        self.lanes.set_patterns({number: place for place, number in enumerate(holdable)})
        self.quantities.take(run)
        self._arrange()

    def _stale(self) -> None:
        self.lanes.stale()
        self._share(self._stale_plots)
        if self._fan.isVisible():
            self._fan.stale()

    def _stale_plots(self) -> None:
        for plot in self.plots:
            if plot.isVisible():
                plot.stale()

    def _view_changed(self) -> None:
        self._stale()
        self._share(self._stale_axis)
        self._marks.update()
        self._place_cursor()

    def _stale_axis(self) -> None:
        self.ruler.stale()
        self.minimap.stale()

    def _cursor_changed(self) -> None:
        for plot in self.plots:
            if plot.isVisible():
                plot.label.stale()
        self._place_cursor()

    def _place_cursor(self) -> None:
        self.needle.place(self._layout, self.gestures.x_of(self._layout, self.axis.cursor))

    # --- the mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        x, y = event.position().x(), event.position().y()
        process = self.lanes.lane_at(y)
        if process is not None and x < self._layout.left:
            self.process_clicked.emit(process)
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self.gestures.press(self._layout, x, y, shift)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x, y = event.position().x(), event.position().y()
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.gestures.move(self._layout, x)
        else:
            self._hover(x, y)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        x, y = event.position().x(), event.position().y()
        if self.gestures.release(self._layout, x):
            process = self.lanes.lane_at(y)
            if process is not None:
                self.process_clicked.emit(process)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.axis.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        x, turned = event.position().x(), event.angleDelta()
        event.accept()
        if x < self._layout.left:
            self.lanes.scroll_by(-round(turned.y() / NOTCH * 48))
            return
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        up, side = turned.y() / NOTCH, turned.x() / NOTCH
        self.gestures.wheel(self._layout, x, side + (up if shift else 0.0), 0.0 if shift else up)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._fan.fan(None, self._layout)

    def _hover(self, x: float, y: float) -> None:
        process = self.lanes.lane_at(y) if len(self.lanes.processes) > FULL_LANES else None
        self._fan.fan(process, self._layout)
        near = abs(x - self.gestures.x_of(self._layout, self.axis.cursor)) <= 4
        on_rows = self._layout.left <= x and y < self._layout.axis.y
        shape = Qt.CursorShape.SizeHorCursor if near and on_rows else Qt.CursorShape.ArrowCursor
        if self.viewport().cursor().shape() != shape:
            self.viewport().setCursor(shape)

    def point_of(self, time: int, process: int) -> QPoint:
        """Where a moment of a process is, in the widget: for tests and for pointing at it."""
        x = round(self.gestures.x_of(self._layout, time))
        return QPoint(x, self.lanes.lane_top(process) + self._layout.lane // 2)
