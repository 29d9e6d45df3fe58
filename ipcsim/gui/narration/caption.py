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
    """38 px high; while presenting 76. On two lines if need be."""

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
        sizes = (18, 16) if theme.presenting else (16, 15, 14, 13)
        fonts = [theme.font(size, 600) for size in sizes]
        self._text.set_sizes(fonts, fonts if theme.presenting else fonts[-1:])
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
    """Takes smaller type where there's no room, then two lines, then ends with …

    The whole is in the tool tip.
    """

    def __init__(self) -> None:
        super().__init__()
        self.sentence = ""
        self._fonts: list[QFont] = []
        self._on_two: list[QFont] = []
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def set_sizes(self, fonts: list[QFont], on_two: list[QFont]) -> None:
        """Largest first: type for one line, and type of which two lines have room."""
        self._fonts, self._on_two = fonts, on_two
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
        room, fitting = max(1, self.width() - 2), self.sentence
        small = self._on_two[-1]
        font = next((one for one in self._fonts if _lines(fitting, one, room) == 1), None)
        self.setWordWrap(font is None)
        if font is None:
            font = next((one for one in self._on_two if _lines(fitting, one, room) == 2), small)
        wide = 2 * room
        while wide > 0 and _lines(fitting, font, room) > 2:
            # Words leave room at a line's end.
            cut = Qt.TextElideMode.ElideRight
            fitting = QFontMetrics(font).elidedText(self.sentence, cut, wide)
            wide -= max(room // 20, 1)
        # The style sheet's type for everything would win over setFont.
        size = f"font-size: {font.pixelSize()}px; font-weight: 600;"
        if size != self.styleSheet():
            self.setStyleSheet(size)
        self.setText(fitting)
        self.setToolTip(self.sentence if fitting != self.sentence else "")


def _lines(text: str, font: QFont, room: int) -> int:
    """How many a text takes, in pixels of room."""
    metrics = QFontMetrics(font)
    if metrics.horizontalAdvance(text) <= room * 0.98:
        return 1
    box = metrics.boundingRect(0, 0, round(room * 0.98), 9999, Qt.TextFlag.TextWordWrap, text)
    return max(2, round(box.height() / metrics.lineSpacing()))
