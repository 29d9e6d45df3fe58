"""On a large screen the gallery stands beside the stage; on others it is a popover."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from ipcsim.gui.window import Window


def test_it_docks_where_there_is_room(window: Window, qtbot: QtBot) -> None:
    gallery = window.popover
    assert not gallery.isVisible()
    window.resize(1920, 1080)
    qtbot.waitUntil(gallery.isVisible)
    left = gallery.mapTo(window, gallery.rect().topLeft())
    stage = window.layout_.stage
    assert left.x() == 0
    qtbot.waitUntil(lambda: stage.mapTo(window, QPoint(0, 0)).x() >= gallery.width())
    assert 200 < gallery.width() < 400
    window.resize(1280, 720)
    qtbot.waitUntil(lambda: not gallery.isVisible())
    qtbot.keyClick(window, Qt.Key.Key_G)
    assert gallery.isVisible()
    assert not gallery.docked
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not gallery.isVisible()


def test_it_can_be_put_away_and_that_is_remembered(window: Window, qtbot: QtBot) -> None:
    window.resize(1920, 1080)
    qtbot.waitUntil(window.popover.isVisible)
    qtbot.keyClick(window, Qt.Key.Key_G)
    assert not window.popover.isVisible()
    assert not window.memory.dock
    window.resize(1280, 720)
    window.resize(1920, 1080)
    assert not window.popover.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_G)
    assert window.popover.isVisible()
    assert window.popover.docked


def test_it_stays_when_something_is_picked_and_keys_work_on(window: Window, qtbot: QtBot) -> None:
    window.resize(1920, 1080)
    qtbot.waitUntil(window.popover.isVisible)
    mechanisms = window.popover._mechanisms
    item = mechanisms.findItems("Barrier", Qt.MatchFlag.MatchExactly)[0]
    place = mechanisms.visualItemRect(item).center()
    qtbot.mouseClick(mechanisms.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert window.popover.isVisible()
    lesson = window.choice.lesson
    assert lesson is not None
    assert "Barrier" in lesson.mechanisms
    chosen = mechanisms.currentItem()
    assert chosen is not None
    assert chosen.text() == "Barrier"
    dark = window.theme.dark
    qtbot.keyClick(window, Qt.Key.Key_D)
    assert window.theme.dark is not dark
    assert window.popover.isVisible()


def test_presenting_has_no_gallery(window: Window, qtbot: QtBot) -> None:
    window.resize(1920, 1080)
    qtbot.waitUntil(window.popover.isVisible)
    window.presentation.toggle()
    assert not window.popover.isVisible()
    window.presentation.toggle()
    window.resize(1920, 1080)
    qtbot.waitUntil(window.popover.isVisible)


def test_a_program_of_one_s_own_is_none_of_its_lessons(
    window: Window, qtbot: QtBot, program: Callable[[str], Path]
) -> None:
    window.resize(1900, 1000)
    gallery = window.popover
    qtbot.waitUntil(lambda: gallery.docked)
    window.open_first()
    assert gallery._lessons.currentItem() is not None
    window.open_file(program("print(1)"))
    assert gallery._lessons.currentItem() is None
