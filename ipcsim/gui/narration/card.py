"""What stands on the stage when nothing runs: the lesson's card before, what to do after, or why
it can't be run. One card, never a dialog."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLayoutItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ipcsim.gui.look.theme import Theme
from ipcsim.gui.look.words import rich
from ipcsim.language import _

WIDTH = 540


@dataclass(frozen=True)
class CardText:
    """What a card says."""

    title: str
    sentence: str = ""
    question: str = ""
    buttons: tuple[tuple[str, str, str], ...] = ()
    """Name, text and kind (``big``, ``link``) of each."""
    lines: tuple[str, ...] = ()
    """Small lines at the foot."""
    wrong: bool = False


class StageCard(QFrame):
    """Lies in the middle of the stage."""

    pressed = Signal(str)
    """A button's name."""

    def __init__(self, parent: QWidget, stage: QWidget, theme: Theme) -> None:
        """Args:
        parent: holds the stage and what is below it.
        stage: in whose middle the card lies; where it is too low, the card covers what is below.
        theme: the look.
        """
        super().__init__(parent)
        self.setObjectName("card")
        self._parent, self._stage = parent, stage
        self._theme = theme
        self._text: CardText | None = None
        self._spare: list[list[QWidget]] = []
        """What can be done without where there is no room, in this order."""
        self._layout = QVBoxLayout(self)
        stage.installEventFilter(self)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Take another look."""
        self._theme = theme
        self._fill()

    def show_text(self, text: CardText | None) -> None:
        """Show a card; None takes it away."""
        if text == self._text:
            return
        self._text = text
        self._fill()

    def press(self) -> bool:
        """Press the big button; returns whether there is one."""
        if self._text is None:
            return False
        for name, _shown, kind in self._text.buttons:
            if kind == "big":
                self.pressed.emit(name)
                return True
        return False

    def _fill(self) -> None:
        # A layout doesn't count what is added to a visible widget until that has been shown.
        self.hide()
        while (item := self._layout.takeAt(0)) is not None:
            _discard(item)
        if self._text is None:
            return
        px = self._theme.px
        self._layout.setContentsMargins(px(26), px(18), px(26), px(16))
        self._layout.setSpacing(px(8))
        text = self._text
        self._label(text.title, "big")
        sentence = self._label(text.sentence, "red" if text.wrong else "")
        self._label(text.question, "question")
        self._add_buttons([b for b in text.buttons if b[2] == "big"])
        others = self._add_buttons([b for b in text.buttons if b[2] != "big"])
        lines: list[QWidget] = [self._label(line, "small") for line in text.lines]
        # The keys can be looked up; what is wrong, and what is to be run, can't.
        self._spare = [lines, others]
        if text.question and not text.wrong:
            self._spare.append([sentence])
        self._place()
        self.show()
        self.raise_()

    def _label(self, text: str, tone: str) -> QLabel:
        # Rich text would else forget line ends and gaps.
        label = QLabel(f"<span style='white-space: pre-wrap'>{rich(text)}</span>")
        label.setProperty("tone", tone)
        label.setWordWrap(True)
        if text:
            self._layout.addWidget(label)
        return label

    def _add_buttons(self, buttons: Sequence[tuple[str, str, str]]) -> list[QWidget]:
        made: list[QWidget] = []
        if not buttons:
            return made
        row = QHBoxLayout()
        row.setSpacing(self._theme.px(12))
        for name, text, kind in buttons:
            button = QPushButton(text)
            button.setProperty("kind", kind)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(self._presser(name))
            row.addWidget(button)
            made.append(button)
        row.addStretch(1)
        self._layout.addLayout(row)
        return made

    def _presser(self, name: str) -> Callable[[], None]:
        return lambda: self.pressed.emit(name)

    def _place(self) -> None:
        if self._text is None:
            return
        gap = self._theme.px(6)
        corner = self._stage.mapTo(self._parent, QPoint(0, 0))
        room = QRect(corner, self._stage.size())
        width = min(self._theme.px(WIDTH), room.width() - 2 * gap)
        for widget in (one for group in self._spare for one in group):
            widget.show()
        height = self._height(width)
        for n, group in enumerate(self._spare):
            # Below the stage there is room, too, for what matters.
            if height <= (room.height() if n == 0 else self._parent.height() - room.top() - gap):
                break
            for widget in group:
                widget.hide()
            height = self._height(width)
        lowest = self._parent.height() - gap
        top = max(room.top() + gap, room.top() + (room.height() - height) // 2)
        top = max(0, min(top, lowest - height))
        left = room.left() + (room.width() - width) // 2
        self.setGeometry(left, top, width, min(height, lowest - top))
        # What was shown only to be measured still has a place, as long as nobody looks again.
        self._layout.invalidate()
        self._layout.activate()

    def _height(self, width: int) -> int:
        # The frame's own edge included.
        height = self._layout.totalHeightForWidth(width)
        return height if height >= 0 else self._layout.totalSizeHint().height()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            # Once what is in it has its new type, too.
            QTimer.singleShot(0, self, self._place)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move) and self._text is not None:
            self._place()
        return super().eventFilter(watched, event)


def _discard(item: object) -> None:
    if isinstance(item, QLayout):
        while (inner := item.takeAt(0)) is not None:
            _discard(inner)
        item.deleteLater()
    elif isinstance(item, QLayoutItem) and (widget := item.widget()) is not None:
        widget.hide()
        widget.deleteLater()


def first_lines() -> tuple[str, ...]:
    """Three lines of keys, for who has never been here."""
    return (
        _("Space runs and pauses  ·  P plays slowly what just happened  ·  F findings"),
        _("T I E panels  ·  G gallery  ·  + − workers  ·  Ctrl + larger"),
        _("F11 presents  ·  ? all keys"),
    )
