"""Every action has a key, every key does something."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from ipcsim.gui.keys import KeysTable, actions
from ipcsim.gui.window import Window

# UI.md, "Keys (day one)".
WANTED = {
    *("Space", "Esc", "Ctrl+R", "Right", "Left", "Home", "End", "[", "]", "P", "Tab", "T", "I"),
    *("E", "F", "G", "+", "-", "Ctrl++", "Ctrl+-", "F11", "B", ".", ",", "?"),
    *map(str, range(10)),
}


def test_all_keys_of_the_design_are_in_the_table() -> None:
    keys = {key for action in actions() for key in action.keys}
    assert keys >= WANTED
    assert not {"PgUp", "PgDown"} & keys, "left to the clicker"


def test_no_key_does_two_things() -> None:
    keys = [key for action in actions() for key in action.keys]
    assert len(keys) == len(set(keys))
    assert all(not QKeySequence(key).isEmpty() for key in keys)


def test_every_action_is_bound(window: Window) -> None:
    assert set(window.keys) == {action.name for action in actions()}


def test_the_table_shows_them_all(window: Window) -> None:
    table = KeysTable(window, window.theme)
    texts = {label.text() for label in table.findChildren(QLabel)}
    assert {action.text for action in actions()} <= texts


def test_keys_reach_what_they_are_for(
    window: Window, qtbot: QtBot, scene: Callable[[str], Path]
) -> None:
    window.open_file(scene("lost_update"))
    panels, axis = window.layout_.panels, window.conductor.driver.axis
    for key, page in ((Qt.Key.Key_I, "interleaving"), (Qt.Key.Key_E, "events")):
        qtbot.keyClick(window, key)
        assert panels.current == page
    qtbot.keyClick(window, Qt.Key.Key_Tab)
    assert panels.current == "timeline"
    qtbot.keyClick(window, Qt.Key.Key_Home)
    assert axis.cursor == axis.begin
    qtbot.keyClick(window, Qt.Key.Key_Right)
    qtbot.keyClick(window, Qt.Key.Key_Right)
    later = axis.cursor
    assert later > axis.begin
    qtbot.keyClick(window, Qt.Key.Key_Left)
    assert axis.cursor < later
    qtbot.keyClick(window, Qt.Key.Key_End)
    assert axis.cursor == axis.end
    qtbot.keyClick(window, Qt.Key.Key_2)
    assert window.conductor.views.selected == 2
    dark = window.theme.dark
    qtbot.keyClick(window, Qt.Key.Key_D)
    assert window.theme.dark is not dark


def test_blank_hides_everything_and_comes_back(window: Window, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_B)
    assert window.grab().toImage().pixelColor(200, 20).lightness() == 0
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert window.grab().toImage().pixelColor(200, 20).lightness() > 0


def test_plus_counts_workers(window: Window, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_Plus)
    assert window.choice.spec().parameters == {"workers": "5"}
    qtbot.keyClick(window, Qt.Key.Key_Minus)
    assert window.choice.spec().parameters == {}


def test_keys_of_playing(window: Window, qtbot: QtBot, scene: Callable[[str], Path]) -> None:
    pace = window.layout_.top.pace
    qtbot.keyClick(window, "[")
    assert pace.seconds > 0, "before a run it is the run's pace"
    qtbot.keyClick(window, "]")
    window.open_file(scene("lost_update"))
    panels = window.layout_.panels
    player, before = panels.player, pace.seconds
    qtbot.waitUntil(panels.transport.isVisible)
    qtbot.keyClick(window, Qt.Key.Key_P)
    assert (player.playing, player.direction) == (True, 1)
    beat = player.beat
    qtbot.keyClick(window, "[")
    assert player.beat > beat
    assert pace.seconds == before
    qtbot.keyClick(window, Qt.Key.Key_P, Qt.KeyboardModifier.ShiftModifier)
    assert (player.playing, player.direction) == (True, -1)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert not player.playing
    assert not window.conductor.driver.running, "Space stays; it doesn't run the program"
