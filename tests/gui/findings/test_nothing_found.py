"""Where nothing was found it is said of what."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from ipcsim.gui.window import Window
from tests.gui.conftest import WAIT_MS


def says(window: Window, what: str) -> bool:
    shown = window.layout_.findings.findChildren(QLabel)
    return any(label.text() == what for label in shown)


def test_nothing_has_been_run_is_running_or_was_wrong(
    window: Window, qtbot: QtBot, program: Callable[[str], Path]
) -> None:
    window.open_file(program("import time\ntime.sleep(60)\n"))
    qtbot.keyClick(window, Qt.Key.Key_F)
    assert says(window, "Nothing has been run yet: press Run.")
    qtbot.keyClick(window, Qt.Key.Key_F)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: bool(window.conductor.driver.who), timeout=WAIT_MS)
    qtbot.keyClick(window, Qt.Key.Key_F)
    assert says(window, "Nothing wrong has been seen so far.")
    window.conductor.driver.stop()
    qtbot.waitUntil(lambda: says(window, "Nothing wrong was seen in this run."), timeout=WAIT_MS)
