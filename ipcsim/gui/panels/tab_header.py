"""The line over the panel: tabs, transport, what a selection comes to, and buttons at the right."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QTabBar, QToolButton, QWidget

from ipcsim.gui.look.theme import Theme
from ipcsim.gui.panels.lanes.order import Order
from ipcsim.gui.panels.player.transport import Transport
from ipcsim.language import _


@dataclass(frozen=True, slots=True)
class Offered:
    """Which of the buttons there is something for."""

    order: bool = False
    copy: bool = False
    live: bool = False
    transport: bool = False
    more: QMenu | None = None


class TabHeader(QWidget):
    """Shows as much as has room; while presenting only what a selection comes to."""

    order_wanted = Signal(object)
    """An :class:`Order`."""

    def __init__(self, theme: Theme, transport: Transport, copying: QMenu) -> None:
        super().__init__()
        self._theme, self.transport = theme, transport
        self._offered = Offered()
        self._following = True
        self._shown: tuple[object, ...] = ()
        self._told = ""
        """What a selection comes to, in full."""
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setElideMode(Qt.TextElideMode.ElideNone)
        self.tabs.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.statistic = QLabel()
        self.statistic.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.statistic.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.order, self.copy, self.live = QToolButton(), QToolButton(), QToolButton()
        self.more = QToolButton()
        self.more.setText("⋯")
        self.more.setToolTip(_("More"))
        self.live.setText(_("live ▸"))
        self.live.setToolTip(_("Stay at the end of the run (End)"))
        self.copy.setText(_("copy ▾"))
        orders = QMenu(self.order)
        by_number, by_wait = _("by number"), _("longest wait first")
        orders.addAction(by_number, lambda: self.order_wanted.emit(Order.NUMBER))
        orders.addAction(by_wait, lambda: self.order_wanted.emit(Order.WAIT))
        self.order.setMenu(orders)
        self.copy.setMenu(copying)
        for button in (self.order, self.copy, self.more):
            button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.tabs)
        self._row.addWidget(transport, 1)
        self._row.addWidget(self.statistic, 1)
        for button in self._buttons:
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            self._row.addWidget(button)
        transport.hide()
        self.show_order(Order.NUMBER)

    @property
    def _buttons(self) -> tuple[QToolButton, ...]:
        return self.order, self.copy, self.live, self.more

    # --- what it is told

    def offer(self, offered: Offered) -> None:
        """Show the buttons there is something for, and hide the others."""
        self._offered = offered
        if offered.more is not None:
            self.more.setMenu(offered.more)
        self._arrange()

    def say(self, statistic: str) -> None:
        """What a selection comes to; empty for none."""
        self._told = statistic
        self.statistic.setToolTip(statistic)
        self._arrange()

    def show_order(self, order: Order) -> None:
        """How the lanes are sorted."""
        texts = {Order.NUMBER: _("by number ▾"), Order.WAIT: _("longest wait first ▾")}
        self.order.setText(texts[order])

    def show_following(self, on: bool) -> None:
        """Whether the present is on show."""
        self._following = on
        palette = self._theme.palette
        self.live.setStyleSheet(self._style_of_button(palette.link if on else palette.dim))

    def set_theme(self, theme: Theme) -> None:
        """Take another look."""
        self._theme, palette = theme, theme.palette
        self.transport.set_theme(theme)
        self.tabs.setStyleSheet(
            f"QTabBar{{background:transparent;}}"
            f"QTabBar::tab{{background:transparent;border:none;color:{palette.dim.name()};"
            f"font-size:{theme.text_px(13)}px;padding:{theme.px(5)}px {theme.px(3)}px;"
            f"margin:0 {theme.px(12)}px 0 {theme.px(12)}px;"
            f"border-bottom:{theme.px(2)}px solid transparent;}}"
            f"QTabBar::tab:selected{{color:{palette.text.name()};font-weight:600;"
            f"border-bottom-color:{palette.link.name()};}}"
            f"QTabBar::tab:hover{{color:{palette.text.name()};}}"
        )
        self.statistic.setFont(theme.font(13))
        self.statistic.setStyleSheet(f"color:{palette.link.name()};")
        for button in (self.order, self.copy, self.more):
            button.setStyleSheet(self._style_of_button(palette.link))
        self.setFixedHeight(max(theme.px(32), theme.text_px(13) + theme.px(12)))
        self._row.setContentsMargins(0, 0, theme.px(6), 0)
        self._shown = ()
        self.show_following(self._following)
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    # --- room

    def _arrange(self) -> None:
        hall, offered, told = self._theme.presenting, self._offered, bool(self._told)
        key = (hall, offered, self._told, self.width(), self.tabs.count(), self.order.text())
        if key == self._shown:
            return
        self._shown = key
        for button, wanted in zip(
            self._buttons, (offered.order, offered.copy, offered.live, offered.more), strict=True
        ):
            button.setVisible(bool(wanted) and not hall)
        room = self._room()
        self.transport.setVisible(offered.transport and not hall and room >= self.transport.least)
        metrics = self.statistic.fontMetrics()
        # Beside the buttons the sentence comes first; the pace has keys.
        self.transport.fit(room - metrics.horizontalAdvance(self._told), not told)
        self.transport.show_position()
        self._row.setStretchFactor(self.transport, 0 if told else 1)
        self.statistic.setVisible(told or not self.transport.isVisibleTo(self))
        self.tabs.setVisible(not hall)
        self.setVisible(not hall or told)
        # Tabs that came before the bar was on screen have told nobody that it is wider now.
        self.tabs.updateGeometry()
        # In the very next picture nothing lies on the tabs.
        self._row.activate()
        # It says first what matters most; the whole is in the tool tip.
        fitting = Qt.TextElideMode.ElideRight
        self.statistic.setText(metrics.elidedText(self._told, fitting, self.statistic.width()))

    def _room(self) -> int:
        """Pixels beside the tabs and the buttons at the right."""
        others = [self.tabs, *(b for b in self._buttons if b.isVisibleTo(self))]
        return self.width() - sum(w.sizeHint().width() for w in others) - self._theme.px(6)

    def _style_of_button(self, colour: QColor) -> str:
        theme = self._theme
        return (
            f"QToolButton{{border:none;background:transparent;color:{colour.name()};"
            f"font-size:{theme.text_px(13)}px;font-weight:600;padding:0 {theme.px(6)}px;}}"
            f"QToolButton:hover{{color:{theme.palette.text.name()};}}"
            "QToolButton::menu-indicator{image:none;}"
        )
