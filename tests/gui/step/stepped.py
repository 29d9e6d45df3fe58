"""What tests of Step in the window have in common: begin, press, look."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ipcsim.gui.step.table.table import StepTable
from ipcsim.gui.window import Window
from ipcsim.run.stepping import Stepping
from tests.gui.conftest import WAIT_MS

ADD = """
import multiprocessing as mp

def add(counter):
    counter.value += 1

def main(workers: int = 2):
    counter = mp.Value("i", 0)
    team = [mp.Process(target=add, args=(counter,), name=f"worker-{n + 1}") for n in range(workers)]
    for one in team:
        one.start()
    for one in team:
        one.join()
    print(counter.value)

if __name__ == "__main__":
    main()
"""


def stepping(window: Window) -> Stepping:
    found = window.conductor.step.stepping
    assert found is not None
    return found


def settled(window: Window, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not stepping(window).busy, timeout=WAIT_MS)


def begin(window: Window, qtbot: QtBot, file: Path) -> None:
    window.open_file(file)
    qtbot.keyClick(window, Qt.Key.Key_S)
    settled(window, qtbot)


def press(window: Window, qtbot: QtBot, *keys: Qt.Key) -> None:
    for key in keys:
        qtbot.keyClick(window, key)
        settled(window, qtbot)


def table(window: Window) -> StepTable:
    found = window.layout_.panels.findChild(StepTable)
    assert isinstance(found, StepTable)
    return found


def to_the_race(window: Window, qtbot: QtBot) -> None:
    """Both workers are before their read."""
    for _step in range(20):
        offers = {offer.name: offer for offer in stepping(window).offers()}
        if {"worker-1", "worker-2"} <= set(offers):
            return
        press(window, qtbot, Qt.Key.Key_0)
    raise AssertionError(stepping(window).offers())
