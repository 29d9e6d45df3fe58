"""The panel of the interleaving table: what one draws on the whiteboard, from the real run."""

from __future__ import annotations

from collections.abc import Mapping
from time import perf_counter

from PySide6.QtCore import QElapsedTimer, QPoint, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QGuiApplication, QPixmap, QResizeEvent
from PySide6.QtWidgets import QLabel, QMenu, QVBoxLayout, QWidget

from ipcsim.export.interleaving import Interleaving, as_csv, as_markdown
from ipcsim.gui.look.identity import Identity
from ipcsim.gui.look.theme import Theme
from ipcsim.gui.panels.tables.delegate import CellDelegate
from ipcsim.gui.panels.tables.header import Header
from ipcsim.gui.panels.tables.interleaving_model import InterleavingModel
from ipcsim.gui.panels.tables.long_table import LongTable
from ipcsim.gui.panels.time_axis import TimeAxis
from ipcsim.language import _
from ipcsim.trace.trace import Trace

ROW = 27
"""Height of a row at 100 %; while presenting it is at least 54 pixels."""


LIVE_MS = 200
"""How often the table is made anew while the run goes on."""


class InterleavingPanel(QWidget):
    """The table; it follows the cursor, and a click on a row moves the cursor."""

    process_clicked = Signal(int)

    def __init__(self, theme: Theme, axis: TimeAxis) -> None:
        super().__init__()
        self._theme = theme
        self._axis = axis
        self._trace: Trace | None = None
        self._shown_at: int | None = None
        """The moment whose row was brought into sight."""
        self._columns: tuple[object, ...] = ()
        self._figures = ""
        self._built = QElapsedTimer()
        self._pause_ms = LIVE_MS
        self.model = InterleavingModel(theme, self)
        self.table = LongTable(self.model, theme, row_height=ROW)
        self._header = Header(theme, self.table.view)
        self.table.view.setHorizontalHeader(self._header)
        self._delegate = CellDelegate(theme)
        self.table.view.setItemDelegate(self._delegate)
        self.empty = QLabel(_("No operation on anything shared yet."))
        self.menu = QMenu(self)
        self.menu.addAction(_("Copy as picture"), self.copy_picture)
        self.menu.addAction(_("Copy as Markdown"), self.copy_markdown)
        self.menu.addAction(_("Copy as CSV"), self.copy_csv)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.empty)
        layout.addWidget(self.table, 1)
        self.table.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.view.customContextMenuRequested.connect(self._offer)
        self.table.row_clicked.connect(self._clicked)
        self.table.scrolled.connect(self._scrolled)
        self._header.sectionClicked.connect(self._head_clicked)
        axis.cursor_changed.connect(self._follow)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take another look."""
        self._theme = theme
        self.model.theme = theme
        self._header.theme = theme
        self._delegate.theme = theme
        self.empty.setStyleSheet(f"color:{theme.palette.dim.name()};padding:{theme.px(12)}px;")
        self._columns = ()
        self.table.set_theme(theme)
        self._fit()

    def set_run(self, trace: Trace) -> None:
        """Show another run."""
        self._trace = trace
        self._columns = ()
        self._figures = ""
        self.model.set_trace(trace)
        self._shown_at = None
        self._built.invalidate()
        self.table.set_current(-1)
        self._say()

    def refresh(self, identities: Mapping[int, Identity]) -> None:
        """Take in what has been recorded since the last frame."""
        if identities is not self.model.identities:
            self.model.identities = identities
            self._columns = ()
        elif not self._axis.following and self._axis.cursor == self._shown_at:
            # Who looks elsewhere isn't pulled away.
            return
        self._follow()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    # --- copying

    def copied(self) -> Interleaving:
        """What is copied: from mark to mark, or the visible rows."""
        selection = self._axis.selection
        if selection is not None:
            return self.model.between(*selection)
        first = self.model.first
        return self.model.part(range(first, min(first + self.table.page, self.model.total())))

    def copy_markdown(self) -> None:
        """Put the table on the clipboard as Markdown."""
        QGuiApplication.clipboard().setText(as_markdown(self.copied(), self._axis.begin))

    def copy_csv(self) -> None:
        """Put the table on the clipboard as CSV."""
        QGuiApplication.clipboard().setText(as_csv(self.copied(), self._axis.begin))

    def copy_picture(self) -> None:
        """Put what is visible on the clipboard as a picture."""
        QGuiApplication.clipboard().setPixmap(self.picture())

    def picture(self) -> QPixmap:
        """The visible part of the table."""
        return self.table.view.grab()

    # --- inside

    def _follow(self) -> None:
        if not self.isVisible() or self._trace is None:
            return
        # Live, a new table in each frame would be work that nobody can read.
        live = self._axis.following and self._trace.ended is None and self._built.isValid()
        due = not live or self._built.hasExpired(self._pause_ms)
        began = perf_counter()
        if due and self.model.show_around(self._axis.cursor):
            # At most a tenth of the window's time, however long the history is.
            self._pause_ms = max(LIVE_MS, round((perf_counter() - began) * 10_000))
            self._built.start()
            self._fit()
        self._shown_at = self._axis.cursor
        self.table.set_current(self.model.row_until(self._shown_at))
        self._say()

    def _say(self) -> None:
        some = bool(self.model.total())
        self.table.setVisible(some)
        self.empty.setVisible(not some)

    def _fit(self) -> None:
        """Give the columns widths that go with what is in them, and use all of the width."""
        model, theme = self.model, self._theme
        # Columns that change their widths to and fro would be in nobody's interest.
        figures = max(model.widest_number, self._figures, key=len)
        self._figures = figures
        lost = any(line.overwrites for line in model.table.lines)
        key = (model.table.names, self.width(), len(model.identities), theme, len(figures), lost)
        if not model.total() or key == self._columns:
            return
        self._columns = key
        metrics = QFontMetricsF(theme.font(13, 600, mono=True))
        pad = theme.px(14)
        figure = QFontMetricsF(theme.font(12, mono=True)).horizontalAdvance(figures)
        number = round(max(figure, metrics.horizontalAdvance("0000"))) + theme.px(22)
        processes = len(model.table.processes)
        widths, narrowest = [number], []
        for column, name in enumerate(model.table.names):
            texts = [name]
            if column < processes:
                process = model.table.processes[column]
                texts += [model.operation(t) for t in model.table.lines if t.process == process]
                badge = theme.px(24)
            else:
                texts += [t.values[column - processes] for t in model.table.lines]
                badge = 0
            # Not by counting characters: those of Chinese are wider.
            own = max((_width(metrics, text) for text in set(texts[1:])), default=0.0) + pad
            head = metrics.horizontalAdvance(name) + pad + badge
            widths.append(round(min(max(own, head), theme.px(260))))
            if column < processes:
                narrowest.append(round(own))
        said = QFontMetricsF(theme.font(13)).horizontalAdvance(_("1 update lost"))
        # Where nothing is lost the values need the room.
        widths.append(round(said) + theme.px(18) if lost else theme.px(2))
        room = self.width() - self.table.bar.sizeHint().width() - 2
        spare = room - sum(widths)
        if spare < 0 and processes:
            # Rather a shortened name, which has a badge, than a table that has to be moved.
            for column, least in enumerate(narrowest, 1):
                widths[column] = max(least, widths[column] + spare // processes)
            spare = room - sum(widths)
        if spare > 0 and processes:
            share = min(spare // (processes + 1), theme.px(120))
            widths = [
                width + share if 1 <= column <= processes else width
                for column, width in enumerate(widths)
            ]
        for column, width in enumerate(widths):
            self.table.view.setColumnWidth(column, width)
        self._header.setStretchLastSection(spare > 0)

    def _scrolled(self, value: int) -> None:
        model = self.model
        if not model.total():
            return
        at_end = value >= self.table.bar.maximum()
        if (value == 0 and model.before) or (at_end and model.after):
            row = value if value == 0 else min(value + self.table.page, model.total() - 1)
            time = model.table.lines[row].time
            if model.show_around(time):
                self._fit()
                now = max(model.row_until(time), 0)
                self.table.scroll_to(now if value == 0 else now - self.table.page)

    def _clicked(self, row: int) -> None:
        line = self.model.table.lines[row]
        self._axis.set_cursor(line.time)
        self.process_clicked.emit(line.process)

    def _head_clicked(self, column: int) -> None:
        process = self.model.process_of(column)
        if process is not None:
            self.process_clicked.emit(process)

    def _offer(self, place: QPoint) -> None:
        self.menu.popup(self.table.view.viewport().mapToGlobal(place))


def _width(metrics: QFontMetricsF, text: str) -> float:
    """Pixels that a text of the table takes: of its own type, all letters have one width."""
    if text.isascii():
        return len(text) * metrics.horizontalAdvance("0")
    return metrics.horizontalAdvance(text)
