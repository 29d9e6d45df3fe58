"""The page Explore: how all interleavings end, as one bar with figures; a click plays one."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ipcsim.control.steps import Choice
from ipcsim.gui.explore.explored_tree import ExploredTree
from ipcsim.gui.explore.explorer import TIME_S, Explored, Found, Progress
from ipcsim.gui.look.style import set_property
from ipcsim.gui.look.theme import Theme, mix
from ipcsim.language import _, grouped
from ipcsim.run.step_words import with_short_names


class ExploreView(QWidget):
    """Shows what an :class:`Explorer` has found."""

    play_wanted = Signal(object)
    """The choices of a schedule."""
    stop_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._verdict = QLabel()
        self._verdict.setProperty("tone", "title")
        self._stop = QPushButton(_("Stop"))
        self._stop.clicked.connect(self.stop_wanted)
        self._shortest = QPushButton(_("Play the shortest failure"))
        for button in (self._stop, self._shortest):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._shortest.setProperty("kind", "primary")
        self._bar = _Bar(theme)
        self._tree = ExploredTree(theme)
        self._tree.play_wanted.connect(self.play_wanted)
        self._rows: list[QPushButton] = []
        self._began = 0.0
        self._progress: Progress | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(200)
        self._timer.timeout.connect(self._tick)
        head = QHBoxLayout()
        for widget in (self._verdict, self._shortest, self._stop):
            head.addWidget(widget, 1 if widget is self._verdict else 0)
        self._column = QVBoxLayout(self)
        self._column.addLayout(head)
        self._column.addWidget(self._bar)
        self._column.addWidget(self._tree, 1)
        # While there is no tree, what is said stands above, not in the middle.
        self._column.addStretch(0)
        self._shortest.hide()
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take another look."""
        self._theme = self._bar.theme = self._tree.theme = theme
        self._column.setContentsMargins(*(theme.px(12),) * 4)
        self._column.setSpacing(theme.px(6))
        self._bar.setFixedHeight(theme.px(30))

    def begin(self) -> None:
        """It explores."""
        self._clear()
        self._progress = None
        self._began = time.monotonic()
        self._stop.show()
        self._timer.start()
        self._tick()

    def show_explored(self, found: Explored, names: Mapping[str, str]) -> None:
        """Show how the interleavings end.

        Args:
            names: what actors are called on screen.
        """
        self._clear()
        self._verdict.setText(found.verdict)
        total = sum(one.count for one in found.outcomes)
        self._bar.show_outcomes(found.outcomes)
        for one in found.outcomes:
            text = _("{count} of {total}   {sentence}").format(
                count=grouped(one.count),
                total=grouped(total),
                sentence=with_short_names(one.sentence, names),
            )
            row = _Row(f"{'✗' if one.fails else '✓'}  ▸  {text}")
            row.setToolTip(_("{sentence}: play a schedule that ends so").format(sentence=text))
            row.clicked.connect(partial(self._play, one.choices))
            self._column.insertWidget(self._column.indexOf(self._tree), row)
            self._rows.append(row)
        short = [replace(one, sentence=with_short_names(one.sentence, names)) for one in found.tree]
        self._tree.show_interleavings(short)
        if found.shortest:
            self._shortest.clicked.connect(partial(self._play, found.shortest))
            self._shortest.show()

    def say(self, sentence: str) -> None:
        """Say why there is nothing to show."""
        self._clear()
        self._verdict.setText(sentence)

    def _play(self, choices: Sequence[Choice], _on: bool = False) -> None:
        self.play_wanted.emit(tuple(choices))

    def show_progress(self, progress: Progress) -> None:
        """Show how far it is, and how the interleavings so far end."""
        self._progress = progress
        self._bar.show_outcomes(progress.outcomes)
        self._tick()

    def _tick(self) -> None:
        progress, seconds = self._progress, round(time.monotonic() - self._began)
        limits = {"seconds": seconds, "most": TIME_S}
        if progress is None:
            text = _("exploring on real processes … {seconds} s, at most {most} s")
            self._verdict.setText(text.format(**limits))
            return
        text = _(
            "{distinct} interleavings so far, {schedules} schedules run … {seconds} s, at most "
            "{most} s"
        )
        if seconds > TIME_S:
            text = _(
                "{distinct} interleavings, {schedules} schedules run; looking for what is "
                "shortest … {seconds} s"
            )
        distinct, schedules = grouped(progress.distinct), grouped(progress.schedules)
        self._verdict.setText(text.format(distinct=distinct, schedules=schedules, **limits))

    def _clear(self) -> None:
        self._timer.stop()
        for row in self._rows:
            row.hide()
            row.deleteLater()
        self._rows.clear()
        self._stop.hide()
        if self._shortest.isVisibleTo(self):
            self._shortest.hide()
            self._shortest.clicked.disconnect()
        self._bar.show_outcomes(())
        self._tree.show_interleavings(())
        set_property(self._verdict, "tone", "title")


class _Row(QPushButton):
    """How some interleavings end. A long sentence doesn't make the page wider: it is cut, and
    whole in the hint."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._whole = text
        self.setProperty("kind", "link")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.contentsRect().width() - 2 * self.fontMetrics().averageCharWidth()
        cut = Qt.TextElideMode.ElideRight
        self.setText(self.fontMetrics().elidedText(self._whole, cut, room))


class _Bar(QWidget):
    """A segment an outcome, as wide as it is frequent: red fails."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._outcomes: Sequence[Found] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_outcomes(self, outcomes: Sequence[Found]) -> None:
        self._outcomes = outcomes
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        total = sum(one.count for one in self._outcomes)
        if not total:
            return
        painter, palette = QPainter(self), self.theme.palette
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.theme.font(14, 700))
        left, gap = 0.0, float(self.theme.px(3))
        failing = 0
        for one in self._outcomes:
            width = (self.width() - gap * (len(self._outcomes) - 1)) * one.count / total
            ground = palette.object
            if one.fails:
                # Several failures are told apart by their shade: all are wrong.
                ground = mix(palette.red, palette.background, min(0.2 * failing, 0.6))
                failing += 1
            box = QRectF(left, 0, max(width, 2.0), self.height())
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawRoundedRect(box, self.theme.px(4), self.theme.px(4))
            painter.setPen(self.theme.on(ground))
            if width > self.theme.px(24):
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, grouped(one.count))
            left += width + gap
        painter.end()
