"""A click on a line of the program filters the events; its outline says so as long as they are."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ipcsim.gui.window import Window


def test_the_outline_goes_with_the_filter(window: Window, qtbot: QtBot) -> None:
    code, events = window.layout_.program.code, window.layout_.panels.events
    code.line_clicked.emit(9)
    assert code._filtered == 9
    assert events.line.isVisibleTo(events)
    qtbot.mouseClick(events.line, Qt.MouseButton.LeftButton)
    assert code._filtered == 0
    code.line_clicked.emit(9)
    # Another run begins with all events.
    window.layout_.panels.set_run(window.conductor.driver.trace)
    assert code._filtered == 0
