"""The panel under the stage: Timeline, Interleaving, Events, on one axis of time."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QElapsedTimer, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QStackedWidget,
    QTabBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ipcsim.gui.identity import Identity
from ipcsim.gui.panels.events import EventsPanel
from ipcsim.gui.panels.interleaving import InterleavingPanel
from ipcsim.gui.panels.order import Order
from ipcsim.gui.panels.playback import Player
from ipcsim.gui.panels.selection import sentence
from ipcsim.gui.panels.time_axis import TimeAxis
from ipcsim.gui.panels.timeline import Timeline
from ipcsim.gui.panels.transport import Transport
from ipcsim.gui.theme import Theme
from ipcsim.language import _
from ipcsim.trace.trace import Trace

PANELS = ("timeline", "interleaving", "events")
FRAME_MS = 16
SORTABLE = 7
"""From so many processes on, sorting them is offered."""


class PanelTabs(QWidget):
    """Owns the axis of time and the player, which the shell connects its keys to."""

    process_clicked = Signal(int)
    panel_changed = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.axis = TimeAxis()
        self.player = Player(self.axis)
        self._theme = theme
        self._trace: Trace | None = None
        self._identities: dict[int, Identity] = {}
        self._selected: int | None = None
        self._corner: tuple[bool, ...] = ()
        self._pages: dict[str, QWidget] = {}
        self._watch = QElapsedTimer()
        self._beat = QTimer(self)
        self._beat.setInterval(FRAME_MS)
        self._beat.setTimerType(Qt.TimerType.PreciseTimer)
        self._since_beat = QElapsedTimer()
        self.timeline = Timeline(theme, self.axis)
        self.interleaving = InterleavingPanel(theme, self.axis)
        self.events = EventsPanel(theme, self.axis)
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setElideMode(Qt.TextElideMode.ElideNone)
        self.tabs.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for title in (_("Timeline"), _("Interleaving"), _("Events")):
            self.tabs.addTab(title)
        self.statistic = QLabel()
        self.statistic.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.statistic.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.order_button = QToolButton()
        self.copy_button = QToolButton()
        self.live_button = QToolButton()
        self._menu = QMenu(self.order_button)
        self._stack = QStackedWidget()
        for panel in (self.timeline, self.interleaving, self.events):
            self._stack.addWidget(panel)
        self.transport = Transport(theme, self.axis, self.player)
        self.transport.hide()
        self._header = self._make_header()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._header)
        layout.addWidget(self._stack, 1)
        self._connect()
        self.set_theme(theme)
        self._show_order(Order.START)

    def _make_header(self) -> QWidget:
        header = QWidget()
        row = QHBoxLayout(header)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.tabs)
        row.addWidget(self.transport, 1)
        row.addWidget(self.statistic, 1)
        row.addWidget(self.order_button)
        row.addWidget(self.copy_button)
        row.addWidget(self.live_button)
        self.live_button.setText(_("live ▸"))
        self.live_button.setToolTip(_("Stay at the end of the run (End)"))
        self.copy_button.setText(_("copy ▾"))
        self.copy_button.setMenu(self.interleaving.menu)
        self.copy_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        for button in (self.order_button, self.copy_button, self.live_button):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setCursor(Qt.CursorShape.PointingHandCursor)
        self._menu.addAction(_("in order of start"), lambda: self.set_order(Order.START))
        self._menu.addAction(_("longest wait first"), lambda: self.set_order(Order.WAIT))
        self.order_button.setMenu(self._menu)
        self.order_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return header

    def _connect(self) -> None:
        self.tabs.currentChanged.connect(self._changed)
        self.live_button.clicked.connect(lambda: self.player.end())
        self.timeline.process_clicked.connect(self.process_clicked)
        self.interleaving.process_clicked.connect(self.process_clicked)
        self.events.process_clicked.connect(self.process_clicked)
        self.player.changed.connect(self._play_changed)
        self._beat.timeout.connect(self._tick)
        self.axis.follow_changed.connect(self._show_follow)
        self.axis.marks_changed.connect(self._show_statistic)

    # --- what the shell tells

    def set_run(self, trace: Trace) -> None:
        """Show another run: empty, growing, or whole."""
        self._trace = trace
        self._identities = {}
        self.player.set_trace(trace)
        self.transport.set_trace(trace)
        self.axis.reset(trace.begin, trace.end)
        for panel in (self.timeline, self.interleaving, self.events):
            panel.set_run(trace)
        self._watch.invalidate()
        self._show_follow()
        self.refresh({})

    def refresh(self, identities: Mapping[int, Identity]) -> None:
        """Take in what has been recorded since the last frame; once in each frame.

        Args:
            identities: of all processes, by number; who isn't in the recording yet has no lane.
        """
        trace = self._trace
        if trace is None:
            return
        elapsed = self._watch.restart() / 1000 if self._watch.isValid() else 1.0
        if not self._watch.isValid():
            self._watch.start()
        self.axis.grow(trace.begin, trace.end)
        known = {p.process for p in trace.processes}
        identities = {process: who for process, who in identities.items() if process in known}
        if identities != self._identities:
            self._identities = identities
        self._show_corner()
        if self.current == "timeline":
            self.timeline.refresh(self._identities, elapsed)
        elif self.current == "interleaving":
            self.interleaving.refresh(self._identities)
        elif self.current == "events":
            self.events.refresh(self._identities)

    def set_theme(self, theme: Theme) -> None:
        """Take another look."""
        self._theme = theme
        for panel in (self.timeline, self.interleaving, self.events):
            panel.set_theme(theme)
        self.transport.set_theme(theme)
        self._style()
        self._show_statistic()
        self._show_follow()

    def select(self, process: int | None) -> None:
        """Mark a process in every panel."""
        self._selected = process
        self.timeline.select(process)
        self._show_statistic()

    def set_order(self, order: Order) -> None:
        """Sort the lanes otherwise."""
        self.timeline.set_order(order)
        self._show_order(order)

    def filter_line(self, file: str, line: int) -> None:
        """Show the events at a line of the program; line 0 shows all again."""
        self.events.filter_line(file, line)
        if line:
            self.show_page("events")

    # --- pages

    @property
    def current(self) -> str:
        """Name of the visible page: one of :data:`PANELS`, or of the pages that were added."""
        return self._names[self.tabs.currentIndex()]

    def show_page(self, name: str) -> None:
        """Bring a page to the front.

        Raises:
            ValueError: there is no such page.
        """
        if name not in self._names:
            raise ValueError(f"no page {name!r}: one of {', '.join(self._names)}")
        self.tabs.setCurrentIndex(self._names.index(name))

    def next_page(self) -> None:
        """The page to the right; after the last the first."""
        self.tabs.setCurrentIndex((self.tabs.currentIndex() + 1) % self.tabs.count())

    def add_page(self, name: str, title: str, page: QWidget) -> None:
        """Take in a page from elsewhere, which has no room of its own now."""
        self._pages[name] = page
        self._stack.addWidget(page)
        self.tabs.addTab(title)

    def remove_page(self, name: str) -> None:
        """Give a page back to whoever added it."""
        number = self._names.index(name)
        page = self._pages.pop(name)
        self._stack.removeWidget(page)
        self.tabs.removeTab(number)

    # --- time

    def step(self, direction: int, process: int | None = None) -> None:
        """Go to the next (1) or previous (-1) event, of one process or of any."""
        if direction > 0:
            self.player.next_event(process)
        else:
            self.player.previous_event(process)

    def to_begin(self) -> None:
        """Go to the beginning of the run."""
        self.player.home()

    def to_end(self) -> None:
        """Go to the end of the run; live, stay there."""
        self.player.end()

    # --- inside

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_corner()
        self._arrange()

    def _room(self) -> int:
        """Pixels beside the tabs and the buttons at the right."""
        buttons = (self.order_button, self.copy_button, self.live_button)
        others = [self.tabs, *(b for b in buttons if b.isVisibleTo(self))]
        return self.width() - sum(w.sizeHint().width() for w in others) - self._theme.px(6)

    def _arrange(self) -> None:
        """Transport and statistic share what the tabs leave."""
        told = bool(self.statistic.text())
        self.transport.fit(self._room(), not told)
        row = self._header.layout()
        assert isinstance(row, QHBoxLayout)
        row.setStretchFactor(self.transport, 0 if told else 1)
        self.statistic.setVisible(told or not self.transport.isVisibleTo(self))

    @property
    def _names(self) -> tuple[str, ...]:
        return (*PANELS, *self._pages)

    def _play_changed(self) -> None:
        if self.player.playing and not self._beat.isActive():
            self._since_beat.start()
            self._beat.start()
        elif not self.player.playing:
            self._beat.stop()

    def _tick(self) -> None:
        self.player.tick(self._since_beat.restart() / 1000)

    def _changed(self, index: int) -> None:
        if not 0 <= index < len(self._names):
            return
        self._stack.setCurrentIndex(index)
        self.refresh(self._identities)
        self.panel_changed.emit(self.current)

    def _show_order(self, order: Order) -> None:
        texts = {Order.START: _("in order of start ▾"), Order.WAIT: _("longest wait first ▾")}
        self.order_button.setText(texts[order])
        self._show_corner()

    def _show_corner(self) -> None:
        hall = self._theme.presenting
        many = len(self._identities) >= SORTABLE
        self.order_button.setVisible(self.current == "timeline" and many and not hall)
        self.copy_button.setVisible(self.current == "interleaving" and not hall)
        trace = self._trace
        growing = trace is not None and bool(trace.event_count) and trace.ended is None
        self.live_button.setVisible(growing and not hall)
        played = trace is not None and bool(trace.event_count) and not hall
        fits = self._room() >= self.transport.least
        shown = played and not (growing and self.axis.following) and fits
        if shown != self.transport.isVisibleTo(self):
            self.transport.setVisible(shown)
            self.transport.show_position()
        buttons = (self.order_button, self.copy_button, self.live_button)
        corner = (shown, *(b.isVisibleTo(self) for b in buttons))
        if corner != self._corner:
            self._corner = corner
            self._arrange()

    def _show_follow(self) -> None:
        palette = self._theme.palette
        colour = palette.link if self.axis.following else palette.dim
        self.live_button.setStyleSheet(self._button_style(colour.name()))
        self._show_corner()

    def _show_statistic(self) -> None:
        selection, text = self.axis.selection, ""
        if selection is not None and self._trace is not None:
            text = sentence(self._trace, selection, self._identities, self._selected)
        self.statistic.setText(text)
        self._arrange()
        self.tabs.setVisible(not self._theme.presenting)
        self._header.setVisible(not self._theme.presenting or bool(text))

    def _button_style(self, colour: str) -> str:
        theme = self._theme
        return (
            f"QToolButton{{border:none;background:transparent;color:{colour};"
            f"font-size:{theme.text_px(13)}px;font-weight:600;padding:0 {theme.px(6)}px;}}"
            f"QToolButton:hover{{color:{theme.palette.text.name()};}}"
            "QToolButton::menu-indicator{image:none;}"
        )

    def _style(self) -> None:
        theme, palette = self._theme, self._theme.palette
        self.tabs.setStyleSheet(
            f"QTabBar{{background:transparent;}}"
            f"QTabBar::tab{{background:transparent;border:none;color:{palette.dim.name()};"
            f"font-size:{theme.text_px(13)}px;padding:{theme.px(5)}px {theme.px(3)}px;"
            f"margin:0 {theme.px(16)}px 0 {theme.px(12)}px;"
            f"border-bottom:{theme.px(2)}px solid transparent;}}"
            f"QTabBar::tab:selected{{color:{palette.text.name()};font-weight:600;"
            f"border-bottom-color:{palette.link.name()};}}"
            f"QTabBar::tab:hover{{color:{palette.text.name()};}}"
        )
        self.statistic.setFont(theme.font(13))
        self.statistic.setStyleSheet(f"color:{palette.link.name()};")
        for button in (self.order_button, self.copy_button):
            button.setStyleSheet(self._button_style(palette.link.name()))
        self._header.setFixedHeight(max(theme.px(32), theme.text_px(13) + theme.px(12)))
        header = self._header.layout()
        if header is not None:
            header.setContentsMargins(0, 0, theme.px(6), 0)
