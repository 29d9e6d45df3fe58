"""What has the focus is seen to have it, in both looks."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ipcsim.gui.gallery.lesson_list import LESSON
from ipcsim.gui.look.theme import Theme, contrast
from ipcsim.gui.window import Window

SEEN = 2.0
"""Contrast of a ring with what is there without it, at least; WCAG asks for 3 beside it."""


def picture(widget: QWidget) -> QImage:
    return widget.grab().toImage()


def ring(window: Window, widget: QWidget) -> float:
    """How clearly a widget with the focus differs from itself without: the best contrast that
    more than 20 pixels have."""
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    QApplication.processEvents()
    one = picture(widget)
    window.setFocus()
    QApplication.processEvents()
    other = picture(widget)
    found = [
        contrast(one.pixelColor(x, y), other.pixelColor(x, y))
        for x in range(one.width())
        for y in range(one.height())
        if one.pixel(x, y) != other.pixel(x, y)
    ]
    return sorted(found)[-21] if len(found) > 20 else 1.0


@pytest.mark.parametrize("name", ["dark", "light"])
def test_whatever_has_the_focus_is_seen(window: Window, qtbot: QtBot, name: str) -> None:
    window.set_theme(Theme(name))
    for gallery in (False, True):
        if gallery:
            window.open_gallery()
        met: list[QWidget] = []
        window.focus_order.next_part()
        while (found := QApplication.focusWidget()) is not None and found not in met:
            met.append(found)
            window.focus_order.go(True)
        assert len(met) > 10
        for widget in met:
            which = f"{type(widget).__name__} {widget.objectName()} {widget.accessibleName()}"
            assert ring(window, widget) > SEEN, which


def test_who_comes_to_the_lessons_by_key_sees_where_the_arrows_begin(
    window: Window, qtbot: QtBot
) -> None:
    window.open_gallery()
    lessons = window.popover._lessons
    assert not lessons.selectedItems()
    for _ in range(2):
        focus = QApplication.focusWidget()
        assert focus is not None
        qtbot.keyClick(focus, Qt.Key.Key_Tab)
    assert lessons.hasFocus()
    assert lessons.selectedItems() == [lessons.item(0)]
    qtbot.keyClick(lessons, Qt.Key.Key_Down)
    wanted = lessons.item(1).data(LESSON)
    qtbot.keyClick(lessons, Qt.Key.Key_Return)
    assert window.choice.lesson == wanted
    assert not window.popover.isVisible()
