"""Rehearse: runs every lesson here and says which show what they are to show.

A lecturer does it before the lecture, on the machine of the lecture.
"""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ipcsim.gui.look.theme import Theme
from ipcsim.language import _
from ipcsim.run.lesson import Lesson
from ipcsim.run.rehearsal import Rehearsal, rehearse_lessons

_ENOUGH = 10
"""After so many it can be said how long the others take."""


class _Cancelled(Exception):
    """The person has had enough."""


class _Work(QObject):
    """The runs, in a thread of their own: the window lives on while they wait."""

    one = Signal(object)
    over = Signal(str)

    def __init__(self, lessons: list[Lesson]) -> None:
        super().__init__()
        self._lessons = lessons
        self._cancelled = threading.Event()
        self._thread = threading.Thread(target=self._run, name="rehearsal", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def cancel(self) -> None:
        self._cancelled.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _idle(self) -> None:
        if self._cancelled.is_set():
            raise _Cancelled

    def _run(self) -> None:
        problem = ""
        try:
            for rehearsal in rehearse_lessons(self._lessons, idle=self._idle):
                self.one.emit(rehearsal)
        except _Cancelled:
            return
        except (OSError, RuntimeError, ValueError) as error:
            problem = str(error)
        self.over.emit(problem)


class RehearseDialog(QDialog):
    """A line for each variant, as it is done."""

    def __init__(self, parent: QWidget, lessons: list[Lesson], theme: Theme) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Rehearse"))
        room = parent.window().size()
        self.resize(min(theme.px(640), room.width()), min(theme.px(520), room.height()))
        self._theme = theme
        self._wrong = self._done = 0
        self._seconds = 0.0
        total = sum(
            not (lesson.needs_step and variant.verdict != "clean")
            for lesson in lessons
            for variant in lesson.variants
        )
        self._sentence = QLabel(_("Running every lesson on this machine …"))
        self._progress = QProgressBar()
        self._progress.setRange(0, max(1, total))
        self._progress.setTextVisible(False)
        self._progress.setFixedHeight(theme.px(6))
        self._list = QTreeWidget()
        self._list.setHeaderLabels([_("Lesson"), _("Here"), _("Time")])
        self._list.setRootIsDecorated(False)
        # As far from each other, and from the left, as headers are.
        self._list.setStyleSheet(
            f"QTreeWidget::item {{ padding: {theme.px(3)}px {theme.px(5)}px; }}"
        )
        header = self._list.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self._close = QPushButton(_("Cancel"))
        self._close.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.addWidget(self._sentence, 1)
        foot.addWidget(self._close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*(theme.px(14),) * 4)
        layout.addWidget(self._list, 1)
        layout.addWidget(self._progress)
        layout.addLayout(foot)
        self._work = _Work(lessons)
        self._work.one.connect(self._add)
        self._work.over.connect(self._over)

    def _add(self, one: Rehearsal) -> None:
        self._done += 1
        self._wrong += not one.as_promised
        text = _("as promised") if one.as_promised else one.reason
        seconds = _("{seconds:.1f} s").format(seconds=one.duration_s)
        item = QTreeWidgetItem([f"{one.lesson.title} · {one.variant.name}", text, seconds])
        if not one.as_promised:
            item.setForeground(1, self._theme.palette.red)
        item.setToolTip(1, one.variant.shows)
        item.setTextAlignment(2, Qt.AlignmentFlag.AlignRight)
        bar = self._list.verticalScrollBar()
        at_end = bar.value() == bar.maximum()
        if one.as_promised:
            self._list.addTopLevelItem(item)
            if at_end:
                # Who has scrolled up reads there.
                self._list.scrollToItem(item)
        else:
            # What has to be looked at isn't to be looked for among a hundred.
            self._list.insertTopLevelItem(self._wrong - 1, item)
        self._progress.setValue(self._done)
        self._seconds += one.duration_s
        total = self._progress.maximum()
        text = _("{done} of {all} run on this machine …")
        if self._done >= _ENOUGH:
            text = _("{done} of {all} run on this machine; about {minutes} min more")
        left = self._seconds / self._done * (total - self._done)
        minutes = max(1, round(left / 60))
        self._sentence.setText(text.format(done=self._done, all=total, minutes=minutes))

    def _over(self, problem: str) -> None:
        self._progress.hide()
        self._list.scrollToTop()
        self._close.setText(_("Close"))
        if problem:
            self._sentence.setText(problem)
        elif self._wrong:
            text = _("{wrong} of {all} don't show here what they promise.")
            self._sentence.setText(text.format(wrong=self._wrong, all=self._done))
        else:
            self._sentence.setText(_("All lessons show here what they promise."))

    def showEvent(self, event: QShowEvent) -> None:
        """It runs only what somebody looks at."""
        super().showEvent(event)
        if not event.spontaneous():
            self._work.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Put away, by whatever, with the window too: nothing goes on unseen."""
        if not event.spontaneous():
            self._work.cancel()
        super().hideEvent(event)
