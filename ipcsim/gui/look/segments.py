"""A row of buttons of which one is chosen: [broken│fixed], Full speed │ Slow."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QWidget


class Segments(QWidget):
    """The choice is a string; changing it by :meth:`choose` tells nobody."""

    chosen = Signal(str)

    def __init__(self, accent: bool = False) -> None:
        super().__init__()
        self._accent = accent
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_choices(self, choices: Sequence[tuple[str, str, str]]) -> None:
        """Offer others.

        Args:
            choices: name, text, tool tip of each; the first is chosen.
        """
        if [name for name, _text, _tip in choices] == list(self._buttons):
            return
        for button in self._buttons.values():
            self._group.removeButton(button)
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = {}
        for number, (name, text, tip) in enumerate(choices):
            button = QPushButton(text)
            button.setCheckable(True)
            button.setChecked(number == 0)
            button.setToolTip(tip)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            ends = [word for word, there in (("first", number == 0),) if there]
            ends += ["last"] if number == len(choices) - 1 else []
            place = "only" if len(ends) == 2 else (ends or ["middle"])[0]
            button.setProperty("place", place)
            button.setProperty("accent", "true" if self._accent else "false")
            button.clicked.connect(lambda _on, chosen=name: self.chosen.emit(chosen))
            self._group.addButton(button)
            self._row.addWidget(button)
            self._buttons[name] = button
        if len(choices) < 2:
            self.hide()
        elif self.parentWidget() is not None:
            # Shown without a parent it would be a window, for a moment.
            self.show()

    def choose(self, name: str) -> None:
        """Show one as chosen."""
        if name in self._buttons:
            self._buttons[name].setChecked(True)

    @property
    def choice(self) -> str:
        """The chosen one; empty if there is none to choose from."""
        for name, button in self._buttons.items():
            if button.isChecked():
                return name
        return ""

    @property
    def names(self) -> list[str]:
        """All that can be chosen."""
        return list(self._buttons)
