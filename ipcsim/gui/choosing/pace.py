"""Full speed │ Slow │ Step, and how slow."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QSlider, QWidget

from ipcsim.gui.look.segments import Segments
from ipcsim.gui.look.theme import Theme
from ipcsim.language import _

PACES = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
"""Seconds an operation: what the slider and [ ] go through."""


class Pace(QWidget):
    """How fast the running processes may go."""

    changed = Signal(float)
    """Seconds an operation; 0 is full speed."""
    step_changed = Signal(bool)
    """Whether each step is to be asked for."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._speed = Segments(accent=True)
        self._speed.set_choices(
            [
                ("full", _("Full speed"), _("As fast as it runs; see it slowly afterwards (P)")),
                (
                    "slow",
                    _("Slow"),
                    _("Holds the running processes, at random: that changes how they behave ([)"),
                ),
                (
                    "step",
                    _("Step"),
                    _("Everybody waits; you say who makes the next step (S)"),
                ),
            ]
        )
        self._speed.chosen.connect(self.choose)
        self._stepping = False
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(0, len(PACES) - 1)
        self._slider.setValue(PACES.index(0.5))
        self._slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._slider.setToolTip(_("Seconds an operation: [ slower, ] faster"))
        self._slider.valueChanged.connect(lambda _value: self._show())
        self._text = QLabel()
        self._text.setProperty("tone", "dim")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        for widget in (self._speed, self._slider, self._text):
            self._row.addWidget(widget)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_theme(theme)
        self._show(tell=False)

    @property
    def seconds(self) -> float:
        """Seconds an operation; 0 is full speed."""
        return PACES[self._slider.value()] if self._speed.choice == "slow" else 0.0

    def choose(self, name: str) -> None:
        """``full``, ``slow`` or ``step``, as if it were clicked."""
        self._speed.choose(name)
        self._show()
        if (name == "step") != self._stepping:
            self._stepping = not self._stepping
            self.step_changed.emit(self._stepping)

    def show_step(self) -> None:
        """Step has begun without having been chosen here."""
        self._stepping = True
        self._speed.choose("step")
        self._show()

    @property
    def stepping(self) -> bool:
        """Whether Step is chosen."""
        return self._stepping

    def change(self, by: int) -> None:
        """One step slower (1) or faster (−1); slower than full speed is Slow, and back."""
        if self._speed.choice == "step":
            return
        if self._speed.choice == "full":
            if by > 0:
                self._speed.choose("slow")
                self._show()
        elif by < 0 and self._slider.value() == 0:
            self._speed.choose("full")
            self._show()
        else:
            self._slider.setValue(self._slider.value() + by)

    def set_theme(self, theme: Theme) -> None:
        """Take another look."""
        self._row.setSpacing(theme.px(10))
        self._slider.setFixedWidth(theme.px(80))
        metrics = self._text.fontMetrics()
        widest = max(metrics.horizontalAdvance(_sentence(pace)) for pace in PACES)
        self._text.setFixedWidth(widest + theme.px(4))

    def _show(self, tell: bool = True) -> None:
        slow = self._speed.choice == "slow"
        self._slider.setVisible(slow)
        self._text.setVisible(slow)
        self._text.setText(_sentence(PACES[self._slider.value()]))
        self.updateGeometry()
        if tell:
            self.changed.emit(self.seconds)


def _sentence(pace: float) -> str:
    return _("1 op in {seconds:g} s").format(seconds=pace)
