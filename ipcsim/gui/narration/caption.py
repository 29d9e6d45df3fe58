"""One line under the stage that says in words what just happened, with the badge of whom."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from ipcsim.gui.look.badge import Badge
from ipcsim.gui.look.identity import Identity
from ipcsim.gui.look.theme import Theme
from ipcsim.gui.look.words import plain


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
        sizes = (18, 16) if theme.presenting else (16, 15, 14, 13)
        self._text.set_sizes([theme.font(size, 600) for size in sizes])
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
    """Takes smaller type where there's no room, then ends with …; the whole is in the tool tip."""

    def __init__(self) -> None:
        super().__init__()
        self.sentence = ""
        self._fonts: list[QFont] = []
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def set_sizes(self, fonts: list[QFont]) -> None:
        self._fonts = fonts
        self._fit()

    def say(self, sentence: str) -> None:
        sentence = plain(sentence)
        if sentence != self.sentence:
            self.sentence = sentence
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = max(0, self.width() - 2) * (2 if self.wordWrap() else 1)
        font = self._fonts[-1]
        for one in self._fonts:
            if QFontMetrics(one).horizontalAdvance(self.sentence) <= room * 0.98:
                font = one
                break
        # The style sheet's type for everything would win over setFont.
        size = f"font-size: {font.pixelSize()}px; font-weight: 600;"
        if size != self.styleSheet():
            self.setStyleSheet(size)
        fitting = QFontMetrics(font).elidedText(self.sentence, Qt.TextElideMode.ElideRight, room)
        self.setText(fitting)
        self.setToolTip(self.sentence if fitting != self.sentence else "")
