"""What can be done after a run: words beside the caption, while its last moment stays on stage."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from ipcsim.gui.look.theme import Theme
from ipcsim.language import _


class EndBar(QWidget):
    """Takes no space while something runs, and none while presenting."""

    again_wanted = Signal()
    slowly_wanted = Signal()
    step_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._word = QLabel()
        self._word.setProperty("tone", "dim")
        self._again = QPushButton(_("Run again"))
        self._slowly = QPushButton(_("Play slowly"))
        self._step = QPushButton(_("Step it"))
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._word)
        for button, key, wanted in (
            (self._again, "Space", self.again_wanted),
            (self._slowly, "P", self.slowly_wanted),
            (self._step, "S", self.step_wanted),
        ):
            button.setProperty("kind", "link")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setToolTip(key)
            button.clicked.connect(wanted)
            self._row.addWidget(button)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take another look."""
        self._theme = theme
        self._row.setContentsMargins(0, 0, theme.px(8), 0)
        self._row.setSpacing(theme.px(8))
        self._show()

    def say(self, word: str, stepped: bool = False) -> None:
        """Show how it ended; empty takes the words away.

        Args:
            stepped: it has been stepped, and needn't be asked for that.
        """
        self._word.setText(word)
        self._step.setVisible(not stepped)
        self._show()

    def playing(self, on: bool) -> None:
        """Whether what happened is being played."""
        self._slowly.setText(_("Stay here") if on else _("Play slowly"))

    def _show(self) -> None:
        self.setVisible(bool(self._word.text()) and not self._theme.presenting)
