"""Which findings the window tells of."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pytestqt.qtbot import QtBot

from ipcsim.gui.findings.analyst import meaningful
from ipcsim.gui.window import Window
from tests.gui.conftest import WAIT_MS

# main's item waits for room as long as whoever takes is not let go on.
BOUNDED = """
import multiprocessing as mp
import time

def consume(tasks):
    while tasks.get() is not None:
        time.sleep(0.01)

def main():
    tasks = mp.Queue(1)
    one = mp.Process(target=consume, args=(tasks,))
    one.start()
    for n in range(12):
        tasks.put(n)
    tasks.put(None)
    one.join()

main()
"""


def kinds(window: Window, qtbot: QtBot, stepped: bool) -> list[str]:
    conductor = window.conductor
    told: list[list[str]] = []
    conductor.analyst.found.connect(
        lambda found, final: told.append([one.kind for one in found]) if final else None
    )
    if stepped:
        conductor.set_step(True)
        qtbot.waitUntil(lambda: _settled(window), timeout=WAIT_MS)
        conductor.set_step(False)
    else:
        conductor.run()
    qtbot.waitUntil(lambda: bool(told), timeout=WAIT_MS)
    return told[-1]


def _settled(window: Window) -> bool:
    stepping = window.conductor.step.stepping
    return stepping is not None and not stepping.busy


def test_how_long_was_waited_says_nothing_of_a_program_that_waits_for_a_person(
    window: Window, qtbot: QtBot, program: Callable[[str], Path]
) -> None:
    window.open_file(program(BOUNDED))
    assert "back_pressure" in kinds(window, qtbot, stepped=False)
    free = window.conductor.driver.trace
    found = window.conductor.desk.found
    assert meaningful(free, found) == found
    assert "back_pressure" not in kinds(window, qtbot, stepped=True)
    assert meaningful(window.conductor.driver.trace, found) == [
        one for one in found if one.kind != "back_pressure"
    ]
