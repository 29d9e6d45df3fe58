"""One line under the stage that says in words what just happened, with the badge of whom."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from ipcsim.gui.badge import Badge
from ipcsim.gui.identity import Identity
from ipcsim.gui.style import set_property
from ipcsim.gui.theme import Theme
from ipcsim.gui.words import plain


class Caption(QWidget):
    """38 px high; while presenting 76, on two lines if need be."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._badge = Badge(theme, 24)
        self._text = _Sentence()
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._badge)
        self._row.addWidget(self._text, 1)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take another look."""
        self._badge.set_theme(theme)
        self._row.setContentsMargins(theme.px(12), 0, theme.px(12), 0)
        self._row.setSpacing(theme.px(8))
        self._text.setWordWrap(theme.presenting)
        set_property(self._text, "hall", "true" if theme.presenting else "false")
        self.setFixedHeight(theme.px(38) if not theme.presenting else theme.px(48))

    def say(self, sentence: str, who: Identity | None) -> None:
        """Show a sentence.

        Args:
            sentence: empty for none.
            who: of whom it speaks, if of one process.
        """
        self._badge.show_identity(who if sentence else None)
        self._text.say(sentence)

    @property
    def sentence(self) -> str:
        """What it says."""
        return self._text.sentence


class _Sentence(QLabel):
    """Ends with … where there's no room; the whole is in the tool tip."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("sentence")
        self.sentence = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def say(self, sentence: str) -> None:
        sentence = plain(sentence)
        if sentence != self.sentence:
            self.sentence = sentence
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self.wordWrap():
            self.setText(self.sentence)
            return
        fitting = self.fontMetrics().elidedText(
            self.sentence, Qt.TextElideMode.ElideRight, max(0, self.width() - 2)
        )
        self.setText(fitting)
        self.setToolTip(self.sentence if fitting != self.sentence else "")
