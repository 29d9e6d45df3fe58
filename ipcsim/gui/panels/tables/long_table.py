"""A table of any number of rows that costs what is visible of it.

Qt's own view keeps a record for every row of its model: 10 million take hundreds of megabytes and
stall each insertion. Here the model offers only the rows of a window, and a scroll bar of our own
moves the window.
"""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QScrollBar,
    QTableView,
    QWidget,
)

from ipcsim.gui.look.theme import Theme

Index = QModelIndex | QPersistentModelIndex
NO_INDEX: Index = QModelIndex()


HALL_ROW = 54
"""Height of a row where a hall looks on, at 1080 pixels."""


class LongModel(QAbstractTableModel):
    """Rows ``first`` to ``first + page`` of ``total()``."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.first = 0
        self.page = 0
        self.current = -1
        """The row that is marked, of all rows."""
        self._rows = 0

    def total(self) -> int:
        """How many rows there are in all."""
        raise NotImplementedError

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else self._rows

    def show_window(self, first: int, page: int) -> None:
        """Offer other rows, or the same ones anew."""
        first = max(0, min(first, self.total() - 1))
        rows = max(0, min(page, self.total() - first))
        self.page = page
        if rows != self._rows:
            self.beginResetModel()
            self.first, self._rows = first, rows
            self.endResetModel()
        else:
            self.first = first
            if rows:
                last = self.index(rows - 1, self.columnCount() - 1)
                self.dataChanged.emit(self.index(0, 0), last)


class LongTable(QWidget):
    """The view: a QTableView without scrolling of its own, and a scroll bar for all rows."""

    row_clicked = Signal(int)
    """A row of all rows."""
    scrolled = Signal(int)
    """Somebody scrolls, or would like to, beyond the first or the last row: the first visible."""
    left_end = Signal()
    """A person looks at other rows than the last ones."""

    def __init__(self, model: LongModel, theme: Theme, row_height: int = 26) -> None:
        super().__init__()
        self.model = model
        self._theme = theme
        self._row_height = row_height
        self.view = QTableView(self)
        self.bar = QScrollBar(Qt.Orientation.Vertical, self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.bar)
        view = self.view
        view.setModel(model)
        view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        view.setShowGrid(False)
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setWordWrap(False)
        view.setTabKeyNavigation(False)
        view.verticalHeader().hide()
        view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        view.horizontalHeader().setHighlightSections(False)
        view.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        view.clicked.connect(lambda index: self.row_clicked.emit(model.first + index.row()))
        view.viewport().installEventFilter(self)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.bar.valueChanged.connect(self._scrolled)
        self.bar.actionTriggered.connect(lambda _action: self._pulled(self.bar.sliderPosition()))
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take another look."""
        self._theme = theme
        self.view.verticalHeader().setDefaultSectionSize(self.row_height)
        self.view.setFont(theme.font(13))
        self.view.horizontalHeader().setFont(theme.font(12, 600))
        self.refresh()

    @property
    def row_height(self) -> int:
        """In pixels; 54 at least where a hall looks on."""
        theme = self._theme
        least = round(HALL_ROW * theme.scale) if theme.presenting else 0
        return max(theme.px(self._row_height), theme.text_px(13) + theme.px(10), least)

    @property
    def page(self) -> int:
        """How many whole rows have room."""
        return max(1, self.view.viewport().height() // self.row_height)

    def refresh(self) -> None:
        """Take in that the model has more, fewer or other rows."""
        self._measure()
        # One more than fits: the last row may be cut, so that one sees that it goes on.
        self.model.show_window(self.bar.value(), self.page + 1)

    def _measure(self) -> None:
        total, page = self.model.total(), self.page
        self.bar.blockSignals(True)
        self.bar.setRange(0, max(0, total - page))
        self.bar.setPageStep(page)
        self.bar.blockSignals(False)
        self.bar.setVisible(total > page)

    def scroll_to(self, first: int) -> None:
        """Show the rows from ``first`` on, as far as there are so many."""
        self._measure()
        self._move(first)
        self.refresh()

    def _move(self, first: int) -> None:
        # Nobody has scrolled: whoever brings more rows then isn't asked.
        self.bar.blockSignals(True)
        self.bar.setValue(first)
        self.bar.blockSignals(False)

    def set_current(self, row: int, reveal: bool = True) -> None:
        """Mark a row.

        Args:
            row: of all rows; -1 for none.
            reveal: scroll to it, so that some rows before and after it are visible too.
        """
        if row == self.model.current and not reveal:
            return
        self.model.current = row
        # Where the row stands depends on how many there are by now.
        self._measure()
        first, page = self.bar.value(), self.page
        if reveal and row < 0:
            self._move(0)
        elif reveal:
            near = min(2, (page - 1) // 2)
            if row < first + near or row >= first + page - near:
                distant = row < first - page or row > first + 2 * page
                wanted = row - page // 2 if distant else row - near
                if not distant and row >= first + page - near:
                    wanted = row - page + 1 + near
                self._move(wanted)
        self.refresh()

    def to_end(self) -> None:
        """Show the last rows."""
        self.bar.setRange(0, max(0, self.model.total() - self.page))
        self._move(self.bar.maximum())
        self.refresh()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            # Only now is it known how many rows have room: the table may have been hidden.
            self.refresh()
            if self.model.current >= 0:
                self.set_current(self.model.current)
        if isinstance(event, QWheelEvent):
            steps = -event.angleDelta().y() / 120
            if steps:
                before = self.bar.value()
                self.bar.setValue(before + round(steps * 3))
                self._pulled(self.bar.value())
                if self.bar.value() == before:
                    self.scrolled.emit(before)
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        row = min(max(self.model.current + step, 0), self.model.total() - 1)
        if row >= 0:
            self.row_clicked.emit(row)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.refresh()
        if self.model.current >= 0:
            self.set_current(self.model.current)

    def _pulled(self, value: int) -> None:
        if value < self.bar.maximum():
            self.left_end.emit()

    def _scrolled(self, value: int) -> None:
        self.model.show_window(value, self.page + 1)
        self.scrolled.emit(value)
