"""A parameter in the strip: its name and its value; a click on the value changes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from ipcsim.gui.look.style import set_property
from ipcsim.gui.look.theme import Theme
from ipcsim.language import _, figure

LONGEST = 18
"""Characters of a value that are shown."""


class _Named(QWidget):
    """A dim name, and something after it."""

    def __init__(self, name: str, value: QWidget, theme: Theme) -> None:
        super().__init__()
        self._label = QLabel(name)
        self._label.setProperty("tone", "small")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.px(3))
        self._row.addWidget(self._label)
        self._row.addWidget(value)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)


class Value(_Named):
    """A value to be typed; True and False change places by a click."""

    changed = Signal(str, str)
    """Name and text, at each key: what is pressed next, Run too, takes it."""
    finished = Signal(str, str)
    """Name and text, once the person has done."""

    def __init__(self, name: str, text: str, tip: str, theme: Theme) -> None:
        self._button = QPushButton()
        super().__init__(name, self._button, theme)
        self._name, self._text = name, text
        self._button.setProperty("kind", "chip")
        self._button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._button.setToolTip(tip)
        self._button.setAccessibleName(name)
        self._button.clicked.connect(self._edit)
        self._by_key = False
        self._field = QLineEdit()
        self._field.setFixedWidth(theme.px(120))
        self._field.hide()
        self._field.installEventFilter(self)
        self._field.textEdited.connect(lambda typed: self.changed.emit(name, typed.strip()))
        self._field.editingFinished.connect(self._done)
        self._row.addWidget(self._field)
        self._show()

    def show_wrong(self, wrong: bool) -> None:
        """Whether the program can't be given this value."""
        set_property(self._button, "wrong", str(wrong).lower())

    def _show(self) -> None:
        text = self._text if len(self._text) <= LONGEST else self._text[: LONGEST - 1] + "…"
        self._button.setText(figure(text) or _("none"))

    def _edit(self) -> None:
        if self._text in ("True", "False"):
            self._text = "False" if self._text == "True" else "True"
            self._show()
            self.changed.emit(self._name, self._text)
            return
        self._by_key = self._button.hasFocus()
        self._field.setText(self._text)
        self._button.hide()
        self._field.show()
        self._field.setFocus()
        self._field.selectAll()

    def _done(self) -> None:
        if self._field.isHidden():
            return
        text = self._field.text().strip()
        self._field.blockSignals(True)
        self._close()
        self._field.blockSignals(False)
        if text != self._text:
            self._text = text
            self._show()
            self.finished.emit(self._name, text)

    def _close(self) -> None:
        self._button.show()
        if self._field.hasFocus():
            # Who came by keyboard goes on from here; who came with the mouse has the window's keys.
            back = self._button if self._by_key else self.window()
            back.setFocus(Qt.FocusReason.OtherFocusReason)
        self._field.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        escape = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if watched is self._field and escape and event.key() == Qt.Key.Key_Escape:  # type: ignore[attr-defined]
            self._field.setText(self._text)
            self.changed.emit(self._name, self._text)
            self._close()
            event.accept()
            return True
        pressed = event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent)
        enter = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if watched is self._field and pressed and event.key() in enter:  # type: ignore[attr-defined]
            # Passed on, it would press what has the focus next.
            self._done()
            return True
        return super().eventFilter(watched, event)


class Chosen(_Named):
    """A value to be chosen from a menu."""

    changed = Signal(object)

    def __init__(
        self,
        name: str,
        choices: Callable[[], Sequence[tuple[object, str]]],
        text: str,
        tip: str,
        theme: Theme,
    ) -> None:
        self._button = QPushButton(text)
        super().__init__(name, self._button, theme)
        self._choices = choices
        self._button.setProperty("kind", "chip")
        self._button.setToolTip(tip)
        self._button.setAccessibleName(name)
        self._button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._button.clicked.connect(self._open)

    def _open(self) -> None:
        menu = QMenu(self)
        group = QActionGroup(menu)
        for value, text in self._choices():
            action = QAction(text, menu)
            action.setCheckable(True)
            action.setChecked(text == self._button.text())
            action.triggered.connect(lambda _on=False, v=value: self.changed.emit(v))
            group.addAction(action)
            menu.addAction(action)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._button.mapToGlobal(self._button.rect().bottomLeft()))
