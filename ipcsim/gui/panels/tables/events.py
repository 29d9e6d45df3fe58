"""The panel of events: filters above a table that follows the cursor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QToolButton, QVBoxLayout
from PySide6.QtWidgets import QWidget as Widget

from ipcsim.gui.look.identity import Identity
from ipcsim.gui.look.theme import Theme
from ipcsim.gui.panels.tables.columns import Columns
from ipcsim.gui.panels.tables.delegate import CellDelegate
from ipcsim.gui.panels.tables.event_filter import Wanted, families
from ipcsim.gui.panels.tables.events_model import (
    OBJECT,
    OPERATION,
    PROCESS,
    SENTENCE,
    TIME,
    VALUE,
    EventsModel,
)
from ipcsim.gui.panels.tables.header import Header
from ipcsim.gui.panels.tables.long_table import LongTable
from ipcsim.gui.panels.time_axis import TimeAxis
from ipcsim.language import _, grouped, ngettext
from ipcsim.trace.trace import Trace

WIDTHS = (64, 80, 76, 60, 60, 44, 120)
"""Of the columns at 100 %, at least; all have what they need."""
LOW = 78
"""Pixels at 100 %: a panel lower than this has no room for filters and rows."""
MOST = 220
"""A name that needs more is shortened in its middle."""


class EventsPanel(Widget):
    """Filters, count, table."""

    process_clicked = Signal(int)
    line_filtered = Signal(str, int)
    """Only events at a line of a file are shown; line 0: of all lines again."""

    def __init__(self, theme: Theme, axis: TimeAxis) -> None:
        super().__init__()
        self._theme = theme
        self._axis = axis
        self._trace: Trace | None = None
        self._shown_at: int | None = None
        """The moment whose event was brought into sight."""
        self._names: tuple[int, int] = (-1, -1)
        self._fitted: tuple[object, ...] = ()
        self.model = EventsModel(theme, self)
        self.table = LongTable(self.model, theme, row_height=24)
        self._header = Header(theme, self.table.view)
        self.table.view.setHorizontalHeader(self._header)
        self._delegate = CellDelegate(theme)
        self.table.view.setItemDelegate(self._delegate)
        self.process = QComboBox()
        self.object = QComboBox()
        self.kind = QComboBox()
        self.text = QLineEdit()
        self.line = QToolButton()
        self.count = QLabel()
        self.empty = QLabel()
        self._bar = Widget()
        self._filters = QHBoxLayout(self._bar)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._bar)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.empty, 1)
        layout.addWidget(self.table, 1)
        # A call may be long; what happened is read to its end, and says object and value, too.
        most = {OPERATION: MOST, OBJECT: MOST, VALUE: MOST, SENTENCE: 0}
        self._columns = Columns(self.table, most, (VALUE, OBJECT))
        self._fill()
        self._connect()
        self.set_theme(theme)

    def _fill(self) -> None:
        self.text.setPlaceholderText(_("name, operation or value"))
        self.text.setClearButtonEnabled(True)
        self.line.setToolTip(_("Show the events of all lines"))
        self.line.hide()
        self.kind.addItem(_("all kinds"), None)
        for family in families():
            self.kind.addItem(family.title, family)
        for box in (self.process, self.object, self.kind):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self._filters.addWidget(box)
        self._filters.addWidget(self.text, 1)
        self._filters.addWidget(self.line)
        self._filters.addWidget(self.count)
        self._fill_names()

    def _connect(self) -> None:
        for box in (self.process, self.object, self.kind):
            box.currentIndexChanged.connect(self._filter)
        self.text.textChanged.connect(self._filter)
        self.line.clicked.connect(lambda: self.filter_line("", 0))
        self.table.row_clicked.connect(self._clicked)
        self._axis.cursor_changed.connect(self._follow)

    def set_theme(self, theme: Theme) -> None:
        """Take another look."""
        self._theme = theme
        self.model.theme = theme
        self._delegate.theme = theme
        self._header.theme = theme
        edge = theme.px(8)
        self._filters.setContentsMargins(edge, theme.px(3), edge, theme.px(3))
        self._filters.setSpacing(theme.px(6))
        self.count.setStyleSheet(f"color:{theme.palette.dim.name()};")
        self.empty.setStyleSheet(f"color:{theme.palette.dim.name()};padding:{theme.px(12)}px;")
        for column, width in enumerate(WIDTHS):
            least = max(theme.px(width), self._header.room_of(column))
            self.table.view.setColumnWidth(column, least)
        self._fitted = ()
        self._columns.forget()
        self._fit()
        self.table.view.horizontalHeader().setMinimumSectionSize(theme.px(40))
        self.table.set_theme(theme)
        self._columns.fit(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()
        self._columns.fit(self._theme)

    def _make_room(self) -> None:
        """A low panel, as at 250 %, shows events rather than filters that nobody uses."""
        low = self.height() < self._theme.px(LOW)
        self._bar.setVisible(not low or not self.model.wanted.everything)

    def set_run(self, trace: Trace) -> None:
        """Show another run."""
        self._trace = trace
        self._shown_at = None
        self._names = (-1, -1)
        self._fitted = ()
        self._columns.forget()
        self.model.set_trace(trace)
        self.filter_line("", 0)

    def refresh(self, identities: Mapping[int, Identity]) -> None:
        """Take in what has been recorded since the last frame."""
        trace = self._trace
        if trace is None:
            return
        self.model.identities = identities
        names = (len(trace.processes), len(trace.objects))
        if names != self._names:
            self._names = names
            self._fill_names()
        self._fit()
        grown, axis = self.model.grow(), self._axis
        if (grown and axis.following) or self.model.current < 0 or axis.cursor != self._shown_at:
            self._follow()
        elif grown:
            # Who looks elsewhere isn't pulled away.
            self.table.refresh()
        self._say_count()
        if self.isVisible():
            self._columns.fit(self._theme)

    def filter_line(self, file: str, line: int) -> None:
        """Only events at a line of the program; line 0 is all lines."""
        wanted = replace(self.model.wanted, file=file if line else "", line=line)
        self.line.setVisible(bool(line))
        self.line.setText(_("line {line} ✕").format(line=line))
        self._take(wanted)
        self.line_filtered.emit(wanted.file, line)

    def filter_process(self, process: int | None) -> None:
        """Only events of a process; None is all."""
        self.process.setCurrentIndex(max(self.process.findData(process), 0))

    def _fit(self) -> None:
        """Widen the columns of times and names to what is in them; a person's own width stays."""
        trace, theme = self._trace, self._theme
        if trace is None:
            return
        latest = self.model.time_text(trace.end)
        key = (len(latest), self._names)
        if key == self._fitted:
            return
        self._fitted = key
        names = [p.name for p in trace.processes]
        advance = QFontMetricsF(theme.font(13)).horizontalAdvance
        pad = theme.px(8 + 6)
        wanted = {
            TIME: advance(latest) + pad,
            PROCESS: max(map(advance, names), default=0.0) + pad + theme.px(18 + 6),
        }
        for column, width in wanted.items():
            least = self.table.view.columnWidth(column)
            width = min(round(width), theme.px(MOST))
            self.table.view.setColumnWidth(column, max(least, width))

    def _filter(self) -> None:
        self._take(
            replace(
                self.model.wanted,
                process=self.process.currentData(),
                object=self.object.currentData(),
                family=self.kind.currentData(),
                text=self.text.text().strip(),
            )
        )

    def _take(self, wanted: Wanted) -> None:
        self.model.set_wanted(wanted)
        self._make_room()
        self.table.refresh()
        self._follow()
        self._say_count()

    def _fill_names(self) -> None:
        trace = self._trace
        processes = [(p.name, p.process) for p in trace.processes] if trace else []
        objects = [(o.name, o.object) for o in trace.objects if not o.internal] if trace else []
        self._offer(self.process, _("all processes"), processes)
        self._offer(self.object, _("all objects"), objects)

    def _offer(self, box: QComboBox, everything: str, items: list[tuple[str, int]]) -> None:
        chosen = box.currentData()
        box.blockSignals(True)
        box.clear()
        box.addItem(everything, None)
        for name, number in items:
            box.addItem(name, number)
        box.setCurrentIndex(max(box.findData(chosen), 0) if chosen is not None else 0)
        box.blockSignals(False)

    def _follow(self) -> None:
        if not self.isVisible():
            return
        self._shown_at = self._axis.cursor
        self.table.set_current(self.model.row_until(self._shown_at))
        self._columns.fit(self._theme)

    def _clicked(self, row: int) -> None:
        event = self.model.told(row)
        if event is None:
            return
        self._axis.set_cursor(event.time)
        # Of several events of one stamp the clicked one is meant.
        self.table.set_current(row, reveal=False)
        self.process_clicked.emit(event.process)

    def _say_count(self) -> None:
        shown, trace = self.model.total(), self._trace
        total = trace.event_count if trace is not None else 0
        figure = grouped(shown)
        text = ngettext("{count} event", "{count} events", shown).format(count=figure)
        if not self.model.wanted.everything:
            text = _("{shown} of {total}").format(shown=figure, total=grouped(total))
        self.count.setText(text)
        self.empty.setVisible(not shown)
        self.empty.setText(
            _("No event matches the filter.") if total else _("Nothing has happened yet.")
        )
        self.table.setVisible(bool(shown))
