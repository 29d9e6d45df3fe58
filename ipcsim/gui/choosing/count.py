"""A parameter that counts processes: its name, −, the number, +."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QIntValidator, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QToolButton, QWidget

from ipcsim.gui.look.icons import icon
from ipcsim.gui.look.theme import Theme
from ipcsim.language import _

MOST = 999
_STEPS = {
    Qt.Key.Key_Up: 1,
    Qt.Key.Key_Plus: 1,
    Qt.Key.Key_Down: -1,
    Qt.Key.Key_Minus: -1,
}


class _Number(QLineEdit):
    """A field for a number, which has its own keys while it has the focus."""

    stepped = Signal(int)
    """One more (1) or fewer (-1)."""
    left = Signal()
    """Qt tells only of those who leave something sensible behind."""
    _before = ""
    """What it was before somebody typed."""

    def event(self, event: QEvent) -> bool:
        asked = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if asked and event.key() == Qt.Key.Key_Escape:  # type: ignore[attr-defined]
            # It ends typing, not the run.
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        by = _STEPS.get(Qt.Key(event.key()))
        if by is not None:
            self.stepped.emit(by)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            if event.key() == Qt.Key.Key_Escape:
                self.setText(self._before)
                self.textEdited.emit(self._before)
            self.window().setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._before = self.text()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()


class Count(QWidget):
    """A number from 1 (0 if the program begins with 0) to 999, big enough for the last row."""

    changed = Signal(str, int)
    """Name and new value."""

    def __init__(
        self, name: str, value: int, theme: Theme, tight: bool = False, keys: bool = False
    ) -> None:
        """A spinner.

        Args:
            tight: there are others beside it.
            keys: + and − are its own.
        """
        super().__init__()
        self.name = name
        self._tight = tight
        self._least = min(1, value)
        self._value = value
        label = QLabel(name)
        label.setProperty("tone", "dim")
        self._less, self._more = QToolButton(), QToolButton()
        self._number = _Number(str(value))
        self._number.setValidator(QIntValidator(self._least, MOST, self._number))
        self._number.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._number.setAccessibleName(name)
        # What is pressed next, Run too, takes what has been typed: no Enter is needed.
        self._number.textEdited.connect(self._typed)
        self._number.stepped.connect(self.step)
        self._number.left.connect(lambda: self._number.setText(str(self._value)))
        for button, tip, step in (
            (self._less, _("One {name} fewer (−)") if keys else _("One {name} fewer"), -1),
            (self._more, _("One {name} more (+)") if keys else _("One {name} more"), 1),
        ):
            button.setProperty("square", "true")
            button.setAutoRepeat(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setToolTip(tip.format(name=name.rstrip("s")))
            button.setAccessibleName(button.toolTip())
            button.clicked.connect(lambda _on=False, by=step: self.step(by))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(3))
        for widget in (label, self._less, self._number, self._more):
            row.addWidget(widget)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take another look."""
        for button, name in ((self._less, "minus"), (self._more, "plus")):
            button.setIcon(icon(name, theme.palette.text, theme.px(14)))
            button.setIconSize(QSize(theme.px(14), theme.px(14)))
            button.setFixedSize(theme.px(22 if self._tight else 26), theme.px(28))
        self._number.setStyleSheet(
            f"QLineEdit {{ border: 1px solid transparent; border-radius: {theme.px(5)}px; "
            f"background: transparent; padding: 0; font-weight: 700; "
            f"font-size: {theme.text_px(17)}px; }} "
            f"QLineEdit:focus {{ background: {theme.palette.surface.name()}; "
            f"border-color: {theme.palette.link.name()}; }}"
        )
        self._number.setFixedSize(theme.px(32 if self._tight else 38), theme.px(28))

    @property
    def value(self) -> int:
        """How many."""
        return self._value

    def step(self, by: int) -> None:
        """One more or fewer."""
        self._set(self._value + by)

    def _typed(self) -> None:
        if self._number.hasAcceptableInput():
            self._take(int(self._number.text()))

    def _set(self, value: int) -> None:
        self._take(min(max(value, self._least), MOST))
        self._number.setText(str(self._value))

    def _take(self, value: int) -> None:
        if value != self._value:
            self._value = value
            self.changed.emit(self.name, value)
