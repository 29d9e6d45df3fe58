"""Lessons one under the other: title, variants, and a sentence as long as it is."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QLabel, QListWidget, QListWidgetItem, QWidget

from ipcsim.gui.look.theme import Theme
from ipcsim.gui.look.words import rich
from ipcsim.language import _
from ipcsim.run.lesson import Lesson

NO_BREAK = "\N{NO-BREAK SPACE}"
LESSON = Qt.ItemDataRole.UserRole
"""Where an item keeps what it is about."""


class LessonList(QListWidget):
    """Items have their :class:`Lesson` as data."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("lessons")
        self.setAccessibleName(_("Lessons"))
        self.setWordWrap(True)

    def set_theme(self, theme: Theme) -> None:
        """Take another look: what is added from now on has it."""
        self._theme = theme

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Who comes by keyboard sees where the arrows begin."""
        super().focusInEvent(event)
        by_tab = (
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
        )
        if event.reason() in by_tab and not self.selectedItems():
            self.setCurrentRow(max(self.currentRow(), 0))

    def say(self, sentence: str) -> None:
        """A sentence in place of lessons."""
        item = QListWidgetItem(sentence)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        self.addItem(item)

    def add(self, lesson: Lesson, width: int, *, marked: bool) -> None:
        """Add one.

        Args:
            width: pixels that its text may have.
            marked: it is the one that is open.
        """
        item = QListWidgetItem()
        item.setData(LESSON, lesson)
        dim = self._theme.palette.dim.name()
        facts = [variant.name for variant in lesson.variants]
        facts += [_("needs Step")] if lesson.needs_step else []
        # Two stay together; no line begins with a dot.
        between = f"{NO_BREAK}·{NO_BREAK if len(facts) <= 2 else ' '}"
        label = QLabel(
            f"<b>{rich(lesson.title)}</b> &nbsp;"
            f"<span style='color:{dim}'>{rich(between.join(facts))}</span>"
            f"<br><span style='color:{dim}'>{rich(lesson.sentence)}</span>"
        )
        label.setWordWrap(True)
        label.setContentsMargins(*(self._theme.px(6),) * 4)
        label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        width = max(width, self._theme.px(180))
        label.setParent(self.viewport())
        # Only then is it known how high the style sheet's type is.
        label.ensurePolished()
        item.setSizeHint(QSize(width, label.heightForWidth(width) + self._theme.px(2)))
        self.addItem(item)
        self.setItemWidget(item, label)
        if marked:
            self.setCurrentItem(item)
