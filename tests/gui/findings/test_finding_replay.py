"""From a finding to just before it happens: in a stepped run back, from a free run by a search."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from ipcsim.gui.window import Window
from tests.gui.conftest import WAIT_MS
from tests.gui.step.stepped import ADD, begin, press, settled, stepping

LONG_MS = 90_000
LOCKS = """
import multiprocessing as mp
import time

def both(one, other, wait):
    time.sleep(wait)
    with one:
        with other:
            pass

if __name__ == "__main__":
    a, b = mp.Lock(), mp.Lock()
    team = [mp.Process(target=both, args=(*pair, n / 3)) for n, pair in enumerate(((a, b), (b, a)))]
    for one in team:
        one.start()
    for one in team:
        one.join()
"""


def link(window: Window, text: str) -> QPushButton:
    found = window.layout_.findings.findChildren(QPushButton)
    return next(button for button in found if button.text() == text)


def test_a_lock_order_of_a_free_run_is_stepped_into_its_deadlock(
    window: Window, qtbot: QtBot, program: Callable[[str], Path]
) -> None:
    window.open_file(program(LOCKS))
    conductor = window.conductor
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(
        lambda: bool(conductor.desk.found) and not conductor.driver.running, timeout=WAIT_MS
    )
    assert [one.kind for one in conductor.desk.found] == ["lock_order"]
    qtbot.keyClick(window, Qt.Key.Key_F)
    qtbot.mouseClick(link(window, "Find a schedule that deadlocks"), Qt.MouseButton.LeftButton)
    assert conductor.replaying.searching
    assert link(window, "Stop looking").isVisible()
    qtbot.waitUntil(lambda: conductor.step.stepping is not None, timeout=LONG_MS)
    settled(window, qtbot)
    assert stepping(window).outcome() is None, "it stops before the deadlock"
    assert stepping(window).position > 0
    qtbot.keyClick(window, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: stepping(window).outcome() is not None, timeout=LONG_MS)
    outcome = stepping(window).outcome()
    assert outcome is not None
    assert outcome.kind == "deadlock"


def test_a_search_is_given_up_and_a_failed_one_says_so(
    window: Window, qtbot: QtBot, program: Callable[[str], Path]
) -> None:
    file = program(LOCKS)
    window.open_file(file)
    conductor = window.conductor
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(
        lambda: bool(conductor.desk.found) and not conductor.driver.running, timeout=WAIT_MS
    )
    qtbot.keyClick(window, Qt.Key.Key_R)
    assert conductor.desk.opened
    assert conductor.replaying.searching
    qtbot.keyClick(window, Qt.Key.Key_R)
    assert not conductor.replaying.searching
    assert link(window, "Find a schedule that deadlocks").isVisible()
    # Repaired since: the same lines, one order.
    file.write_text(
        file.read_text("utf-8").replace("((a, b), (b, a))", "((a, b), (a, b))"), "utf-8"
    )
    qtbot.keyClick(window, Qt.Key.Key_R)

    def said() -> bool:
        labels = window.layout_.findings.findChildren(QLabel)
        return any(label.text().startswith("Not found") for label in labels)

    qtbot.waitUntil(said, timeout=LONG_MS)
    assert not conductor.replaying.searching
    assert conductor.step.stepping is None


def test_a_stepped_run_goes_back_to_just_before(
    window: Window, qtbot: QtBot, program: Callable[[str], Path]
) -> None:
    begin(window, qtbot, program(ADD))
    for _step in range(20):
        offers = {offer.name: offer for offer in stepping(window).offers()}
        if {"worker-1", "worker-2"} <= set(offers):
            break
        press(window, qtbot, Qt.Key.Key_0)
    before = stepping(window).position
    press(window, qtbot, Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_1, Qt.Key.Key_2)
    conductor = window.conductor
    qtbot.waitUntil(
        lambda: [one.kind for one in conductor.desk.found] == ["lost_update"], timeout=WAIT_MS
    )
    there = stepping(window).position
    qtbot.keyClick(window, Qt.Key.Key_R)
    settled(window, qtbot)
    assert stepping(window).position == before + 1, "before the read whose write comes too late"
    assert stepping(window).ahead
    qtbot.keyClick(window, Qt.Key.Key_End)
    settled(window, qtbot)
    assert stepping(window).position == there
