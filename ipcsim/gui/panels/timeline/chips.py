"""Chips: which of the quantities that could be plotted are plotted."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from ipcsim.gui.look.theme import Theme
from ipcsim.gui.panels.timeline.watched import Watched
from ipcsim.language import _


class Chips(QWidget):
    """A line of buttons, one for each quantity; what has no room is in a menu at the end."""

    chosen = Signal(object)
    """A :class:`Watched` to show or to put away."""

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self._theme = theme
        self._all: list[Watched] = []
        self._shown: list[Watched] = []
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self._size = QSize()
        self.setVisible(False)

    def set_theme(self, theme: Theme) -> None:
        """Take another look."""
        self._theme = theme
        self._rebuild()

    def offer(self, quantities: Sequence[Watched], shown: Sequence[Watched]) -> None:
        """Say what there is and which of it is plotted."""
        if list(quantities) != self._all or list(shown) != self._shown:
            self._all, self._shown = list(quantities), list(shown)
            self._rebuild()

    def put(self, area: QRect) -> None:
        """Take a place in the parent."""
        self.move(QPoint(area.x(), area.y()))
        if self._size != area.size():
            self._size = area.size()
            self._rebuild()

    def titles(self) -> list[str]:
        """What the visible chips say."""
        buttons = self.findChildren(QToolButton, options=Qt.FindChildOption.FindDirectChildrenOnly)
        return [button.text() for button in buttons]

    def _rebuild(self) -> None:
        while (item := self._layout.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                # A layout shows its widgets a moment later: one without a parent by then would
                # be a window of its own.
                widget.hide()
                widget.setParent(None)
                widget.deleteLater()
        self._layout.setSpacing(self._theme.px(6))
        room = self._size.width() - self._theme.px(60)
        # What is plotted comes last: its name stands beside its plot anyway.
        order = [w for w in self._all if w not in self._shown]
        for number, watched in enumerate(order):
            button = self._button(watched.title)
            button.clicked.connect(lambda _on=False, w=watched: self.chosen.emit(w))
            room -= button.sizeHint().width() + self._theme.px(6)
            if room < 0 and number:
                button.hide()
                button.setParent(None)
                button.deleteLater()
                self._more(order[number:])
                break
            self._layout.addWidget(button)
            button.show()
        # No wider than its chips: what is written beside them shall be seen.
        wanted = self._layout.sizeHint().width()
        self.resize(min(wanted, self._size.width()), self._size.height())

    def _more(self, rest: list[Watched]) -> None:
        button = self._button(_("+{count} ▾").format(count=len(rest)))
        menu = QMenu(button)
        for watched in rest:
            action = menu.addAction(watched.title)
            action.triggered.connect(lambda _on=False, w=watched: self.chosen.emit(w))
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setStyleSheet(button.styleSheet() + "QToolButton::menu-indicator{image:none;}")
        self._layout.addWidget(button)
        button.show()

    def _button(self, text: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.setToolTip(_("Plot this instead"))
        theme, palette = self._theme, self._theme.palette
        button.setFont(theme.font(12))
        button.setStyleSheet(
            f"QToolButton{{color:{palette.dim.name()};background:transparent;"
            f"border:1px solid {palette.border.name()};border-radius:{theme.px(8)}px;"
            f"padding:0 {theme.px(8)}px;font-size:{theme.text_px(12)}px;}}"
            f"QToolButton:hover{{color:{palette.text.name()};"
            f"border-color:{palette.outline.name()};}}"
        )
        return button
