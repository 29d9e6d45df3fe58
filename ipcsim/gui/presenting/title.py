"""What stands above the stage while presenting: which lesson it is, and how it stands."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

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
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._title)
        self._row.addWidget(self._variant)
        self._row.addStretch(1)
        self._row.addWidget(self._state)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take another look."""
        self._row.setContentsMargins(theme.px(14), 0, theme.px(14), 0)
        self._row.setSpacing(theme.px(9))
        self._title.setStyleSheet(f"font-size: {theme.text_px(18)}px; font-weight: 700;")
        for label in (self._variant, self._state):
            label.setStyleSheet(f"font-size: {theme.text_px(14)}px;")
        self.setFixedHeight(theme.px(37))

    def say(self, title: str, variant: str, state: str, wrong: bool = False) -> None:
        """Show which lesson it is and how it stands, or what it has come to."""
        self._title.setText(title)
        self._variant.setText(variant)
        self._state.setText(state if len(state) <= LONGEST else state[: LONGEST - 1] + "…")
        set_property(self._state, "tone", "red" if wrong else "dim")
