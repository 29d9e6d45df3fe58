"""What stands beside the tabs while there is something to play: |< < ◂ ▸ > >|, where, how fast."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QSlider, QToolButton, QWidget

from ipcsim.gui.look.icons import icon
from ipcsim.gui.look.theme import Theme
from ipcsim.gui.panels.player import paces
from ipcsim.gui.panels.player.playback import Manner, Player
from ipcsim.gui.panels.time_axis import TimeAxis
from ipcsim.language import _, grouped
from ipcsim.trace.trace import Trace

BUTTON, SLIDER, POSITION = 26, 70, 75
"""Widths at 100 %; that of the position is its least."""


class Transport(QWidget):
    """Shows the player and the axis; what is asked of it, it asks of them or of its owner."""

    play_wanted = Signal(int)
    """Play forwards (1) or backwards (−1), or stay if it does so already."""

    def __init__(self, theme: Theme, axis: TimeAxis, player: Player) -> None:
        super().__init__()
        self._theme, self._axis, self._player = theme, axis, player
        self._trace: Trace | None = None
        self._fitted = False
        self._told: tuple[object, ...] = ()
        self._texts: tuple[str, ...] = ()
        self._buttons: dict[str, QToolButton] = {}
        self._row = QHBoxLayout(self)
        for name, tip in (
            ("begin", _("To the beginning (Home)")),
            ("previous", _("Previous event (←)")),
            ("back", _("Play backwards (Shift P)")),
            ("run", _("Play slowly what happened (P)")),
            ("next", _("Next event (→)")),
            ("end", _("To the end (End)")),
        ):
            self._buttons[name] = self._button(name, tip)
            self._row.addWidget(self._buttons[name])
        self.position = QLabel()
        self.position.setProperty("tone", "dim")
        self.position.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.slider.setToolTip(_("How fast it is played: [ slower, ] faster"))
        self.pace = QToolButton()
        self.pace.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.pace.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.pace.setCursor(Qt.CursorShape.PointingHandCursor)
        self.pace.setToolTip(_("What takes how long while it is played"))
        self._menu = QMenu(self.pace)
        self._manners = {
            Manner.BEAT: self._menu.addAction(_("an event a beat: each takes the same time")),
            Manner.PROPORTION: self._menu.addAction(_("in proportion: what took long takes long")),
        }
        for manner, action in self._manners.items():
            action.setCheckable(True)
            action.triggered.connect(lambda _on, m=manner: self.set_manner(m))
        self.pace.setMenu(self._menu)
        for widget in (self.position, self.slider, self.pace):
            self._row.addWidget(widget, 1 if widget is self.position else 0)
        self.slider.valueChanged.connect(lambda number: paces.choose(player, number))
        player.changed.connect(self.show_player)
        axis.cursor_changed.connect(self.show_position)
        axis.view_changed.connect(self.show_position)
        self.set_theme(theme)

    def set_trace(self, trace: Trace) -> None:
        """Another run."""
        self._trace = trace
        self._fitted = False
        self.show_position()

    def show_player(self) -> None:
        """Whether it plays, which way and how fast."""
        player = self._player
        for manner, action in self._manners.items():
            action.setChecked(manner is player.manner)
        self.slider.blockSignals(True)
        self.slider.setRange(0, len(paces.ladder(player.manner)) - 1)
        self.slider.setValue(paces.place(player))
        self.slider.blockSignals(False)
        self.pace.setText(f"{paces.sentence(player)} ▾")
        self._tint()

    def show_position(self) -> None:
        """The moment on show, and how many events lie before it."""
        axis, trace = self._axis, self._trace
        if trace is None or not self.isVisible():
            return
        at, whole = axis.text(axis.cursor), axis.text(axis.end)
        key = (at, whole, axis.cursor, trace.version)
        if key == self._told:
            return
        self._told = key
        number = grouped(trace.store.count_until(axis.cursor))
        count = grouped(len(trace.store))
        short = _("{at} of {whole}").format(at=at, whole=whole)
        events = _("event {number} of {count}").format(number=number, count=count)
        self._texts = (f"{short} · {events}", short, at)
        self._say()
        self.position.setToolTip(self._texts[0])

    def showEvent(self, event: QShowEvent) -> None:
        """Where time is was not told while nobody saw it."""
        super().showEvent(event)
        self.show_position()

    def fit(self, room: int, alone: bool) -> None:
        """Show as much as has room; the rest has keys.

        Args:
            room: in pixels.
            alone: whether the position has no other line's text beside it.
        """
        theme, spacing = self._theme, self._row.spacing()
        room -= self.least
        pace = self.pace.sizeHint().width() + spacing
        for widget, needs in (
            (self.pace, pace),
            (self.slider, theme.px(SLIDER) + spacing),
            (self.position, theme.px(POSITION) if alone else room + 1),
        ):
            room -= needs
            widget.setVisible(room >= 0)

    @property
    def least(self) -> int:
        """Pixels that the buttons take."""
        margins = self._row.contentsMargins()
        each = self._theme.px(BUTTON) + self._row.spacing()
        return len(self._buttons) * each + margins.left() + margins.right()

    def set_theme(self, theme: Theme) -> None:
        """Take another look."""
        self._theme = theme
        self._row.setContentsMargins(theme.px(8), 0, theme.px(4), 0)
        self._row.setSpacing(theme.px(2))
        self.slider.setFixedWidth(theme.px(SLIDER))
        self.pace.setStyleSheet(
            f"QToolButton{{border:none;background:transparent;color:{theme.palette.link.name()};"
            f"font-size:{theme.text_px(13)}px;padding:0 {theme.px(6)}px;}}"
            "QToolButton::menu-indicator{image:none;}"
        )
        self._told = ()
        self.show_player()
        self.show_position()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._say()

    def set_manner(self, manner: Manner) -> None:
        """An event a beat, or in proportion: then the whole run takes about twenty seconds."""
        if manner is Manner.PROPORTION and not self._fitted:
            self._fitted = True
            paces.fit(self._player, self._axis.end - self._axis.begin)
        self._player.set_manner(manner)

    # --- inside

    def _say(self) -> None:
        metrics, room = self.position.fontMetrics(), self.position.width()
        fitting = (t for t in self._texts if metrics.horizontalAdvance(t) <= room)
        self.position.setText(next(fitting, ""))

    def _button(self, name: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setProperty("kind", "flat")
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda _on=False: self._press(name))
        return button

    def _press(self, name: str) -> None:
        player = self._player
        if name == "begin":
            player.home()
        elif name == "end":
            player.end()
        elif name in ("previous", "next"):
            player.next_event() if name == "next" else player.previous_event()
        else:
            self.play_wanted.emit(1 if name == "run" else -1)

    def _tint(self) -> None:
        theme, player = self._theme, self._player
        plays = {1: "run", -1: "back"}[player.direction] if player.playing else ""
        size = theme.px(15)
        for name, button in self._buttons.items():
            shown = "pause" if name == plays else name
            button.setIcon(icon(shown, theme.palette.text, size))
            button.setIconSize(QSize(size, size))
            button.setFixedSize(theme.px(BUTTON), theme.px(24))
