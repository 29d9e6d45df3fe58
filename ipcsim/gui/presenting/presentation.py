"""For a hall: stage, caption, code and one panel, in type that the last row can read.

Sizes are for a picture of 1920×1080; on another screen they are the same part of it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from ipcsim.gui.look.theme import Theme

if TYPE_CHECKING:
    from ipcsim.gui.window import Window

WIDTH, HEIGHT = 1920, 1080
STEP = 1.1
LEAST, MOST = 0.8, 2.5


class Presentation:
    """Turns a window into a presentation and back, and blanks it."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._before: Theme | None = None
        self._was_full = False
        self._boost = 1.0
        self._blank = QWidget(window)
        self._blank.setStyleSheet("background: black;")
        self._blank.hide()

    @property
    def on(self) -> bool:
        """Whether it is being presented."""
        return self._before is not None

    @property
    def blanked(self) -> bool:
        """Whether the screen is black."""
        return self._blank.isVisible()

    def toggle(self) -> None:
        """Present, or no longer."""
        if self.on:
            self.end()
        else:
            self.begin()

    def begin(self) -> None:
        """Present."""
        window = self._window
        window.layout_.remember(window.memory)
        self._before, self._was_full = window.theme, window.isFullScreen()
        self._boost = 1.0
        window.showFullScreen()
        window.set_theme(replace(window.theme, presenting=True, scale=self._fitting()))
        window.layout_.place()

    def end(self) -> None:
        """As it was before; dark or light stays as it is now."""
        before, self._before = self._before, None
        if before is None:
            return
        window = self._window
        if not self._was_full:
            window.showNormal()
        window.set_theme(replace(before, name=window.theme.name))
        window.layout_.place(window.memory)

    def larger(self, by: int) -> None:
        """Everything larger (1) or smaller (−1) than for the last row."""
        self._boost = min(max(self._boost * STEP**by, LEAST), MOST)
        self._fit()

    def fitting(self) -> None:
        """As large as for the last row, again."""
        self._boost = 1.0
        self._fit()

    def resized(self) -> bool:
        """The window has another size; returns whether that was all there is to do."""
        self._blank.setGeometry(self._window.rect())
        if not self.on or not self._window.theme.presenting:
            return False
        self._fit()
        self._window.layout_.place()
        return True

    def blank(self) -> None:
        """Black, so that the hall looks at who is talking; once more shows all again."""
        self._blank.setGeometry(self._window.rect())
        self._blank.setVisible(not self._blank.isVisible())
        self._blank.raise_()

    def _fit(self) -> None:
        self._window.set_theme(replace(self._window.theme, scale=self._fitting()))

    def _fitting(self) -> float:
        return min(self._window.width() / WIDTH, self._window.height() / HEIGHT) * self._boost
