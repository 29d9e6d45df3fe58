"""By keyboard through all that can be pressed or filled in, in the order in which it is read.

Tab is the next panel's key as long as nothing of this has the focus; F6 gives it to the first thing
of the top bar, then of the next part of the window, and from there Tab goes on.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QApplication, QWidget


class FocusOrder(QObject):
    """Of one window; its parts are asked where they are when a key is pressed."""

    def __init__(self, window: QWidget, parts: Sequence[QWidget], tab: QShortcut) -> None:
        """Args:
        window: to which the focus returns.
        parts: in the order in which they are read; the first lies over the others at times.
        tab: what the key does while nothing here has the focus.
        """
        super().__init__(window)
        self._window, self._parts, self._tab = window, tuple(parts), tab
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._changed)

    def go(self, forward: bool) -> bool:
        """To the next thing or the one before; returns whether there is any."""
        focus = QApplication.focusWidget()
        if focus is not None and not (focus.isVisible() and focus.isEnabled()):
            # It goes by itself, as a program's input does at its end: keys are the window's again.
            self._window.setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        lists = [_stops(part) for part in self._parts]
        # What lies over the window is gone through by itself.
        if focus in lists[0] and self._parts[0].parentWidget() is self._window:
            del lists[1:]
        stops = list(dict.fromkeys(stop for part in lists for stop in part))
        if not stops:
            return False
        if focus in stops:
            at = (stops.index(focus) + (1 if forward else -1)) % len(stops)
        else:
            at = 0 if forward else -1
        _give(stops[at], forward)
        return True

    def next_part(self) -> None:
        """To the first thing of the next part of the window."""
        first = [stops[0] for part in self._parts if (stops := _stops(part))]
        if first:
            at = self._part_of(QApplication.focusWidget(), first)
            _give(first[(at + 1) % len(first)], True)

    def leave(self) -> bool:
        """Back to the window; returns whether anything here had the focus."""
        focus = QApplication.focusWidget()
        if focus is None or not self._is_stop(focus):
            return False
        self._window.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def _part_of(self, focus: QWidget | None, first: Sequence[QWidget]) -> int:
        for at, one in enumerate(first):
            part = next(part for part in self._parts if part is one or part.isAncestorOf(one))
            if focus is not None and (part is focus or part.isAncestorOf(focus)):
                return at
        return -1

    def _is_stop(self, focus: QWidget) -> bool:
        return any(focus in _stops(part) for part in self._parts if part.isAncestorOf(focus))

    def _changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        self._tab.setEnabled(now is None or not self._is_stop(now))


def _stops(part: QWidget) -> list[QWidget]:
    """What can be pressed or filled in within a part, by lines from the left."""
    found = [
        widget
        for widget in part.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisible()
        and widget.isEnabled()
        and widget.focusProxy() is None
    ]

    def place(widget: QWidget) -> tuple[int, int]:
        middle = widget.mapTo(part, QPoint(0, widget.height() // 2))
        # Those of a line are not all equally high.
        return middle.y() // max(part.fontMetrics().height(), 1), middle.x()

    return sorted(found, key=place)


def _give(stop: QWidget, forward: bool) -> None:
    reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
    stop.setFocus(reason)
