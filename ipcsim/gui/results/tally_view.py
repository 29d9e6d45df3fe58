"""What many runs came to: how many were fine, and each result with how often."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ipcsim.gui.findings.grade import Grade
from ipcsim.gui.look.theme import Theme, mix
from ipcsim.gui.results.results import Result
from ipcsim.gui.results.tally import Row, tally
from ipcsim.language import _

ROWS = 8


class TallyView(QWidget):
    """Takes space in the right column while it has something to count."""

    cancel_wanted = Signal()
    closed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._title = QLabel()
        self._title.setProperty("tone", "strong")
        self._button = QPushButton(_("Cancel"))
        self._button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._button.setProperty("kind", "link")
        self._button.clicked.connect(self._pressed)
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._how_far = QLabel()
        self._how_far.setProperty("tone", "small")
        self._bars = _Bars(theme)
        heading = QWidget()
        heading.setObjectName("heading")
        self._row = QHBoxLayout(heading)
        self._row.addWidget(self._title)
        self._row.addWidget(self._progress)
        self._row.addWidget(self._how_far)
        self._row.addStretch(1)
        self._row.addWidget(self._button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(heading)
        layout.addWidget(self._bars)
        layout.addStretch(1)
        self._running = False
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take another look."""
        self._row.setContentsMargins(theme.px(11), theme.px(1), theme.px(6), theme.px(1))
        self._row.setSpacing(theme.px(10))
        self._progress.setFixedSize(theme.px(140), theme.px(6))
        self._bars.set_theme(theme)

    def show_progress(self, done: int, count: int) -> None:
        """How far the runs are."""
        self._running = done < count
        self._progress.setVisible(self._running)
        self._how_far.setVisible(self._running)
        self._how_far.setText(_("{done} of {count}").format(done=done, count=count))
        self._progress.setRange(0, count)
        self._progress.setValue(done)
        self._button.setText(_("Cancel") if self._running else _("Close"))

    def show_results(self, results: list[Result]) -> None:
        """Count these."""
        fine = sum(one.grade == Grade.FINE for one in results)
        text = _("{fine} of {count} runs without a finding")
        self._title.setText(text.format(fine=fine, count=len(results)))
        self._bars.show_rows(tally(results))

    def over(self) -> None:
        """No more runs come."""
        self._running = False
        self._progress.hide()
        self._how_far.hide()
        self._button.setText(_("Close"))

    def _pressed(self) -> None:
        if self._running:
            self.cancel_wanted.emit()
        else:
            self.closed.emit()


class _Bars(QWidget):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._rows: list[Row] = []
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.show_rows(self._rows)

    def show_rows(self, rows: list[Row]) -> None:
        kept, rest = rows[:ROWS], rows[ROWS:]
        if rest:
            text = _("{count} other results").format(count=len(rest))
            count = sum(row.count for row in rest)
            kept = [*kept, Row(text, count, max(row.grade for row in rest))]
        self._rows = rows
        self._shown = kept
        height = self._theme.px(20)
        self.setFixedHeight(len(kept) * height + (self._theme.px(12) if kept else 0))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, px = self._theme, self._theme.px
        most = max((row.count for row in self._shown), default=1)
        height, left, right = px(20), px(12), px(46)
        room = self.width() - left - right
        colours = {Grade.COULD: theme.palette.amber, Grade.WRONG: theme.palette.red}
        painter.setFont(theme.font(12, mono=True))
        middle = Qt.AlignmentFlag.AlignVCenter
        for number, row in enumerate(self._shown):
            top = px(6) + number * height
            colour = colours.get(row.grade, theme.palette.object)
            bar = QRectF(left, top + 2, room * row.count / most, height - 4)
            painter.fillRect(bar, mix(theme.palette.background, colour, 0.35))
            painter.setPen(theme.palette.text)
            inside = QRectF(left + px(6), top, room - px(6), height)
            fitting = painter.fontMetrics().elidedText(
                row.text, Qt.TextElideMode.ElideRight, int(inside.width())
            )
            painter.drawText(inside, middle, fitting)
            end = QRectF(self.width() - right, top, right - px(10), height)
            painter.drawText(end, middle | Qt.AlignmentFlag.AlignRight, f"× {row.count}")
        painter.end()
