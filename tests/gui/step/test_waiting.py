"""Step in the window: who waits, for whom, and who is outside control."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ipcsim.analysis import ending, findings
from ipcsim.analysis.ending import End
from ipcsim.gui.window import Window
from ipcsim.supervisor.messages import State
from ipcsim.trace.recording import read_recording
from tests.gui.conftest import WAIT_MS
from tests.gui.step.stepped import ADD, begin, press, settled, stepping, table, to_the_race

COMPUTES = """
def main():
    while True:
        pass

main()
"""


NOTIFY = """
import multiprocessing as mp

def wait(cond):
    with cond:
        cond.wait()

def wake(cond):
    with cond:
        cond.notify()

def main():
    cond = mp.Condition()
    team = [mp.Process(target=wait, args=(cond,), name=f"waiter-{n}") for n in (1, 2, 3)]
    team.append(mp.Process(target=wake, args=(cond,), name="waker"))
    for one in team:
        one.start()
    for one in team:
        one.join()

main()
"""


def press_button(window: Window, qtbot: QtBot, actor: str, what: str) -> None:
    """Click a small button in an actor's cell of the last row."""
    canvas = table(window)._canvas
    qtbot.waitUntil(lambda: what in canvas.action_boxes(actor), timeout=WAIT_MS)
    place = canvas.action_boxes(actor)[what].center().toPoint()
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=place)


def test_what_computes_is_outside_and_is_waited_for_or_killed(
    window: Window, qtbot: QtBot, program: Callable[[str], Path]
) -> None:
    window.open_file(program(COMPUTES))
    qtbot.keyClick(window, Qt.Key.Key_S)
    qtbot.waitUntil(lambda: tuple(table(window).content.outside) == ("main",), timeout=WAIT_MS)

    def shown() -> tuple[State, str, str]:
        main = window.layout_.stage.scene_shown.processes[0]
        return main.state, main.actors[0].operation, main.actors[0].sentence

    wanted = {
        (State.OUTSIDE, line, "outside control: computes") for line in ("while True:", "pass")
    }
    qtbot.waitUntil(lambda: shown() in wanted, timeout=WAIT_MS)
    qtbot.keyClick(window, Qt.Key.Key_0)
    assert "outside control" in window.conductor.step._notice
    press_button(window, qtbot, "main", "wait")
    qtbot.waitUntil(lambda: stepping(window).awaited == ("main",), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: table(window).question == "waiting for main", timeout=WAIT_MS)
    press_button(window, qtbot, "main", "kill")
    qtbot.waitUntil(lambda: not window.conductor.driver.running, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: stepping(window).outcome() is not None, timeout=WAIT_MS)


def test_the_waiter_that_a_notify_wakes_is_clicked(
    window: Window, qtbot: QtBot, program: Callable[[str], Path]
) -> None:
    begin(window, qtbot, program(NOTIFY))
    press(window, qtbot, *[Qt.Key.Key_0] * 4)
    for key in (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3):
        press(window, qtbot, key, key)
    press(window, qtbot, Qt.Key.Key_4)

    def awake() -> set[str]:
        offers = stepping(window).offers()
        return {o.name for o in offers if o.call == "cond.wait()" and "to be woken" not in o.reason}

    assert awake() == set()
    press_button(window, qtbot, "main/waker", "whom:main/waiter-2")
    settled(window, qtbot)
    assert awake() == {"waiter-2"}
    press(window, qtbot, Qt.Key.Key_Left)
    # On the stage a click on who waits lets it be woken.
    driver = window.conductor.driver

    def third() -> list[int]:
        return [p.process for p in driver.trace.processes if p.name == "waiter-3"]

    qtbot.waitUntil(lambda: bool(third()), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: "main/waker" in window.conductor.step._offers, timeout=WAIT_MS)
    window.layout_.stage.process_clicked.emit(third()[0])
    qtbot.waitUntil(lambda: awake() == {"waiter-3"}, timeout=WAIT_MS)


def test_who_waits_for_the_person_is_not_blocked(
    window: Window, qtbot: QtBot, program: Callable[[str], Path]
) -> None:
    begin(window, qtbot, program(ADD))
    to_the_race(window, qtbot)
    press(window, qtbot, Qt.Key.Key_0)
    trace = window.conductor.driver.trace

    def all_wait() -> bool:
        return len(trace.processes) == 3 and not End(trace).movers

    qtbot.waitUntil(lambda: trace.attended and all_wait(), timeout=WAIT_MS)
    # As if everybody had waited for long already.
    trace.cut = trace._read_cut = trace.end + 60_000_000_000
    trace.version += 1
    assert findings(trace) == []
    trace.attended = False
    assert "blocked" in [finding.kind for finding in findings(trace)]


def test_what_a_person_stops_amid_its_steps_was_not_blocked(
    window: Window,
    qtbot: QtBot,
    program: Callable[[str], Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ending, "STOPPED_NS", 0)  # as if it had looked on for long
    begin(window, qtbot, program(ADD))
    to_the_race(window, qtbot)
    press(window, qtbot, Qt.Key.Key_0)
    conductor = window.conductor
    trace = conductor.driver.trace
    qtbot.waitUntil(lambda: len(trace.processes) == 3 and not End(trace).movers, timeout=WAIT_MS)
    told: list[bool] = []
    conductor.analyst.found.connect(lambda _found, final: told.append(final))
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: True in told, timeout=WAIT_MS)
    assert trace.ended is not None
    assert trace.ended.stopped
    assert conductor.desk.found == []
    saved = tmp_path / "stepped.ipcsim"
    assert conductor.driver.session is not None
    conductor.driver.session.save(saved)
    assert findings(read_recording(saved)[0]) == []


def test_closing_the_window_leaves_nothing_behind(
    window: Window, qtbot: QtBot, program: Callable[[str], Path]
) -> None:
    begin(window, qtbot, program(ADD))
    to_the_race(window, qtbot)
    press(window, qtbot, Qt.Key.Key_Left)
    # Time to think: a run is prepared for going back.
    qtbot.waitUntil(lambda: stepping(window)._spare is not None, timeout=WAIT_MS)
    seats = [stepping(window).seat, stepping(window)._spare]
    pids = [a.pid for seat in seats if seat for a in seat.controller.actors.values() if a.pid]
    addresses = [seat.hub.address for seat in seats if seat]
    window.close()
    assert not [address for address in addresses if Path(address).exists()]
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
