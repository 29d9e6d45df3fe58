"""What can be done after a run: a small bar at the foot of the stage, over its last moment."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from ipcsim.gui.theme import Theme
from ipcsim.language import _


class EndBar(QFrame):
    """Stands at the right of the stage's foot."""

    again_wanted = Signal()
    slowly_wanted = Signal()

    def __init__(self, stage: QWidget, theme: Theme) -> None:
        super().__init__(stage)
        self.setObjectName("popover")
        self._stage, self._theme = stage, theme
        self._word = QLabel()
        self._again = QPushButton(_("Run again"))
        self._slowly = QPushButton(_("Play slowly"))
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._word)
        for button, key, wanted in (
            (self._again, "Space", self.again_wanted),
            (self._slowly, "P", self.slowly_wanted),
        ):
            button.setProperty("kind", "link")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setToolTip(key)
            button.clicked.connect(wanted)
            self._row.addWidget(button)
        stage.installEventFilter(self)
        self.hide()
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take another look."""
        self._theme = theme
        self._row.setContentsMargins(theme.px(10), theme.px(2), theme.px(6), theme.px(2))
        self._row.setSpacing(theme.px(8))
        self._place()

    def say(self, word: str) -> None:
        """Show how it ended; empty takes the bar away."""
        self._word.setText(word)
        self.setVisible(bool(word))
        self._place()
        self.raise_()

    def _place(self) -> None:
        size = self.sizeHint()
        gap = self._theme.px(8)
        self.setGeometry(
            self._stage.width() - size.width() - gap,
            self._stage.height() - size.height() - gap,
            size.width(),
            size.height(),
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)
