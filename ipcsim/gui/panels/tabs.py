"""The panel under the stage: Timeline, Interleaving, Events, on one axis of time."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QElapsedTimer, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QMenu, QStackedWidget, QVBoxLayout, QWidget

from ipcsim.gui.look.identity import Identity
from ipcsim.gui.look.theme import Theme
from ipcsim.gui.panels.lanes.order import Order
from ipcsim.gui.panels.player.playback import Player
from ipcsim.gui.panels.player.transport import Transport
from ipcsim.gui.panels.tab_header import Offered, TabHeader
from ipcsim.gui.panels.tables.events import EventsPanel
from ipcsim.gui.panels.tables.interleaving import InterleavingPanel
from ipcsim.gui.panels.time_axis import TimeAxis
from ipcsim.gui.panels.timeline.selection import sentence
from ipcsim.gui.panels.timeline.view import Timeline
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
    asked_for = Signal()
    """Somebody wants to see a page."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.axis = TimeAxis()
        self.player = Player(self.axis)
        self._trace: Trace | None = None
        self._identities: dict[int, Identity] = {}
        self._selected: int | None = None
        self._pages: dict[str, QWidget] = {}
        self._menus: dict[str, QMenu] = {}
        self._panel = PANELS[0]
        self._watch = QElapsedTimer()
        self._beat = QTimer(self)
        self._beat.setInterval(FRAME_MS)
        self._beat.setTimerType(Qt.TimerType.PreciseTimer)
        self._since_beat = QElapsedTimer()
        self.timeline = Timeline(theme, self.axis)
        self.interleaving = InterleavingPanel(theme, self.axis)
        self.events = EventsPanel(theme, self.axis)
        self._stack = QStackedWidget()
        for panel in (self.timeline, self.interleaving, self.events):
            self._stack.addWidget(panel)
        self.transport = Transport(theme, self.axis, self.player)
        self.header = TabHeader(theme, self.transport, self.interleaving.menu)
        self.tabs = self.header.tabs
        for title in (_("Timeline"), _("Interleaving"), _("Events")):
            self.tabs.addTab(title)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(self._stack, 1)
        self._connect()
        self.set_theme(theme)

    def _connect(self) -> None:
        self.tabs.currentChanged.connect(self._changed)
        self.header.live.clicked.connect(lambda: self.player.end())
        self.header.order_wanted.connect(self.set_order)
        self.timeline.process_clicked.connect(self.process_clicked)
        self.interleaving.process_clicked.connect(self.process_clicked)
        self.events.process_clicked.connect(self.process_clicked)
        for panel in (self.interleaving, self.events):
            panel.table.left_end.connect(self._hold)
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

    def refresh(self, identities: Mapping[int, Identity], pressed: bool = False) -> None:
        """Take in what has been recorded since the last frame; once in each frame.

        Args:
            identities: of all processes, by number; who isn't in the recording yet has no lane.
            pressed: frames come late, and there are some in which only :meth:`prepare` is called.
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
        self._offer()
        if self.current == "timeline":
            self.timeline.refresh(self._identities, elapsed, pressed)
        elif self.current == "interleaving":
            self.interleaving.refresh(self._identities)
        elif self.current == "events":
            self.events.refresh(self._identities)

    def prepare(self) -> None:
        """Take in some of what has been recorded, so that the next refresh has less to do."""
        if self.current == "timeline":
            self.timeline.prepare()

    def set_theme(self, theme: Theme) -> None:
        """Take another look."""
        for panel in (self.timeline, self.interleaving, self.events):
            panel.set_theme(theme)
        self.header.set_theme(theme)
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
        self.header.show_order(order)
        self._offer()

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

    @property
    def empty(self) -> bool:
        """Whether there is no run yet that the pages could show something of."""
        return self._trace is None or not self._trace.event_count

    def has_page(self, name: str) -> bool:
        """Whether there is such a page now."""
        return name in self._names

    def show_page(self, name: str) -> None:
        """Bring a page to the front.

        Raises:
            ValueError: there is no such page.
        """
        if name not in self._names:
            raise ValueError(f"no page {name!r}: one of {', '.join(self._names)}")
        self.tabs.setCurrentIndex(self._names.index(name))
        self.asked_for.emit()

    def next_page(self) -> None:
        """The page to the right; after the last the first."""
        self.tabs.setCurrentIndex((self.tabs.currentIndex() + 1) % self.tabs.count())
        self.asked_for.emit()

    def add_page(self, name: str, title: str, page: QWidget, menu: QMenu | None = None) -> None:
        """Take in a page from elsewhere, which has no room of its own now.

        Args:
            menu: of what there is no room for on the page.
        """
        self._pages[name] = page
        if menu is not None:
            self._menus[name] = menu
        self._stack.addWidget(page)
        self.tabs.addTab(title)
        self._offer()

    def remove_page(self, name: str) -> None:
        """Give a page back to whoever added it; in its place comes the panel that was seen last."""
        number = self._names.index(name)
        if self.current == name:
            self.tabs.setCurrentIndex(self._names.index(self._panel))
        page = self._pages.pop(name)
        self._menus.pop(name, None)
        self._stack.removeWidget(page)
        self.tabs.removeTab(number)
        self._offer()

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
        if 0 <= index < len(PANELS):
            self._panel = PANELS[index]
        if not 0 <= index < len(self._names):
            return
        focus = QApplication.focusWidget()
        self._stack.setCurrentIndex(index)
        if QApplication.focusWidget() is not focus:
            # It was on the page before: nobody has asked for the first field of this one.
            self.window().setFocus(Qt.FocusReason.OtherFocusReason)
        self.refresh(self._identities)
        self.panel_changed.emit(self.current)

    @property
    def _growing(self) -> bool:
        trace = self._trace
        going_on = trace is not None and trace.ended is None and not trace.cut_off
        return going_on and not self.empty

    def _hold(self) -> None:
        """Who looks at rows further up stays there, whatever comes."""
        if self._growing:
            self.axis.follow(False)

    def _offer(self) -> None:
        page, some, growing = self.current, not self.empty, self._growing
        menu = self._menus.get(page)
        self.header.offer(
            Offered(
                order=page == "timeline" and len(self._identities) >= SORTABLE,
                copy=page == "interleaving",
                live=growing,
                more=None if menu is None or menu.isEmpty() else menu,
                transport=some and not (growing and self.axis.following),
            )
        )

    def _show_follow(self) -> None:
        self.header.show_following(self.axis.following)
        self._offer()

    def _show_statistic(self) -> None:
        selection, text = self.axis.selection, ""
        if selection is not None and self._trace is not None:
            text = sentence(self._trace, selection, self._identities, self._selected)
        self.header.say(text)
