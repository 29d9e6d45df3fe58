"""What stands above the stage while presenting: which lesson it is, and how it stands."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from ipcsim.gui.look.style import set_property
from ipcsim.gui.look.theme import Theme

LONGEST = 44
"""Characters of a result that have room beside the title."""


class PresentationTitle(QWidget):
    """One line."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("body")
        self._title, self._variant, self._state = QLabel(), QLabel(), QLabel()
        self._variant.setProperty("tone", "dim")
        self._state.setProperty("tone", "dim")
        self._printed = _Printed()
        self._printed.setProperty("tone", "dim")
        self._lines: Sequence[str] = ()
        self._said = ""
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._title)
        self._row.addWidget(self._variant)
        self._row.addWidget(self._printed, 1)
        self._row.addWidget(self._state)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take another look."""
        self._row.setContentsMargins(theme.px(14), 0, theme.px(14), 0)
        self._row.setSpacing(theme.px(9))
        self._title.setStyleSheet(f"font-size: {theme.text_px(18)}px; font-weight: 700;")
        for label in (self._variant, self._state):
            label.setStyleSheet(f"font-size: {theme.text_px(14)}px;")
        mono = QFont(theme.font(14, mono=True))
        mono.setPixelSize(theme.text_px(14))
        self._printed.set_type(mono)
        self._printed.setContentsMargins(theme.px(9), 0, theme.px(9), 0)
        self.setFixedHeight(theme.px(37))

    def say(self, title: str, variant: str, state: str, wrong: bool = False) -> None:
        """Show which lesson it is and how it stands, or what it has come to."""
        self._title.setText(title)
        self._variant.setText(variant)
        self._state.setText(state if len(state) <= LONGEST else state[: LONGEST - 1] + "…")
        set_property(self._state, "tone", "red" if wrong else "dim")
        self._said = state
        self._show_printed()

    def show_printed(self, lines: Sequence[str]) -> None:
        """Show what has been printed last, oldest first, as far as there is room."""
        self._lines = lines
        self._show_printed()

    def _show_printed(self) -> None:
        # What stands beside it needs no second place.
        self._printed.say([line for line in self._lines if line != self._said])


class _Printed(QLabel):
    """Lines beside each other: the last ones that are whole, else the beginning of the last."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: Sequence[str] = ()
        self._type = QFont()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def set_type(self, font: QFont) -> None:
        self._type = font
        self.setStyleSheet(f'font-family: "{font.family()}"; font-size: {font.pixelSize()}px;')
        self._fit()

    def say(self, lines: Sequence[str]) -> None:
        if lines != self._lines:
            self._lines = lines
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        metrics, room = QFontMetrics(self._type), self.contentsRect().width()
        tails = [" · ".join(self._lines[n:]) for n in range(len(self._lines))]
        last = metrics.elidedText(tails[-1], Qt.TextElideMode.ElideRight, room) if tails else ""
        fitting = (text for text in tails if metrics.horizontalAdvance(text) <= room)
        self.setText(next(fitting, last))
