"""The buttons over the table of turns: back, on, by whom, how fine."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QToolButton, QWidget

from ipcsim.gui.look.icons import icon
from ipcsim.gui.look.segments import Segments
from ipcsim.gui.look.theme import Theme
from ipcsim.language import _, grouped, ngettext


class StepBar(QWidget):
    """Asks by its signals; shows what it is told."""

    wanted = Signal(str)
    """``home``, ``back``, ``run``, ``on``, ``end``, ``losing``, ``explore``."""
    granularity_wanted = Signal(str)
    """``calls`` or ``leaves``."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._running = False
        self._buttons: dict[str, tuple[QToolButton, str]] = {}
        self._row = QHBoxLayout(self)
        for name, picture, tip in (
            ("home", "begin", _("To the beginning (Home)")),
            ("back", "previous", _("Back one step (←)")),
            ("run", "run", _("Go on by the scheduler's choice, step by step (Space)")),
            ("on", "next", _("One step of the scheduler's choice (→)")),
            ("end", "end", _("To the end of what has been tried (End)")),
        ):
            button = QToolButton()
            button.setProperty("kind", "flat")
            button.setToolTip(tip)
            button.setAccessibleName(tip)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda _on=False, what=name: self.wanted.emit(what))
            self._buttons[name] = button, picture
            self._row.addWidget(button)
        self._position = QLabel()
        self._position.setProperty("tone", "dim")
        self._row.addWidget(self._position)
        self.losing = QPushButton(_("Losing schedule"))
        self.losing.setProperty("kind", "link")
        self.losing.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.losing.setToolTip(
            _("Play it: from the beginning, with as few switches as it takes to fail (Shift S)")
        )
        self.losing.clicked.connect(lambda: self.wanted.emit("losing"))
        self.losing.hide()
        self._row.addWidget(self.losing)
        self.explore = QPushButton(_("Explore"))
        self.explore.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.explore.setToolTip(_("Run every interleaving and count how they end (X)"))
        self.explore.clicked.connect(lambda: self.wanted.emit("explore"))
        self._row.addStretch(1)
        self._row.addWidget(self.explore)
        self.until = QToolButton()
        self.until.setText(_("run until ▾"))
        self.until.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.until.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.until_menu = QMenu(self.until)
        self.until.setMenu(self.until_menu)
        self._fine = Segments()
        self._fine.set_choices(
            [
                ("calls", _("calls"), _("A step is a call of the program (O switches)")),
                ("leaves", _("open up"), _("A step is one operation inside of a call (O)")),
            ]
        )
        self._fine.chosen.connect(self.granularity_wanted)
        for widget in (self.until, self._fine):
            self._row.addWidget(widget)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take another look."""
        self._theme = theme
        self._row.setContentsMargins(theme.px(8), theme.px(2), theme.px(8), theme.px(2))
        self._row.setSpacing(theme.px(6))
        self.until.setStyleSheet("QToolButton::menu-indicator{image:none;}")
        self._tint()

    def show_state(self, position: int, ahead: int, running: bool, can: dict[str, bool]) -> None:
        """Where we are, and what can be asked for.

        Args:
            position: turns made.
            ahead: choices that lie ahead.
            running: it goes on by itself.
            can: whether each button does anything.
        """
        text = ngettext("{count} step", "{count} steps", position).format(count=grouped(position))
        if ahead:
            text = _("{steps}, more ahead").format(steps=text)
        self._position.setText(text)
        changed = running != self._running
        self._running = running
        for name, (button, _picture) in self._buttons.items():
            if button.isEnabled() != can.get(name, True):
                button.setEnabled(can.get(name, True))
                changed = True
        if changed:
            self._tint()

    def show_granularity(self, public: bool) -> None:
        """Calls or leaves."""
        self._fine.choose("calls" if public else "leaves")

    def _tint(self) -> None:
        colours, size = self._theme.palette, self._theme.px(16)
        for name, (button, picture) in self._buttons.items():
            shown = "pause" if name == "run" and self._running else picture
            colour = colours.text if button.isEnabled() else colours.faint
            button.setIcon(icon(shown, colour, size))
            button.setIconSize(QSize(size, size))
