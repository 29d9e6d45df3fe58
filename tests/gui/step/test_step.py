"""Step in the window: real programs, a key or a click a step."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from ipcsim.analysis import ending, findings
from ipcsim.analysis.ending import End
from ipcsim.gui.step.conditions import condition, line_of
from ipcsim.gui.step.table.panel import StepPanel
from ipcsim.gui.step.table.rows import Content, Row
from ipcsim.gui.step.table.table import StepTable
from ipcsim.gui.window import Window
from ipcsim.run.stepping import Stepping
from ipcsim.supervisor.messages import State
from ipcsim.trace.recording import read_recording
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


def test_an_update_is_lost_with_four_keys_and_saved_with_five(
    window: Window, qtbot: QtBot, program: Callable[[str], Path]
) -> None:
    begin(window, qtbot, program(ADD))
    assert window.layout_.panels.current == "step"
    to_the_race(window, qtbot)
    one, two, left = Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_Left
    press(window, qtbot, one, two, one, two)
    qtbot.waitUntil(lambda: table(window).content.rows[-1].wrong, timeout=WAIT_MS)
    texts = [row.text for row in table(window).content.rows[-4:]]
    assert texts == ["read 0", "read 0", "write 1", "write 1"]

    press(window, qtbot, left, left, left)
    assert stepping(window).difference == ""
    press(window, qtbot, one, two, two)
    qtbot.waitUntil(lambda: table(window).content.rows[-1].text == "write 2", timeout=WAIT_MS)
    assert not any(row.wrong for row in table(window).content.rows)


def test_cards_say_what_comes_next_and_why_not(
    window: Window, qtbot: QtBot, program: Callable[[str], Path]
) -> None:
    begin(window, qtbot, program(ADD))
    to_the_race(window, qtbot)
    press(window, qtbot, Qt.Key.Key_0)

    def shown() -> dict[str, tuple[State, str]]:
        scene = window.layout_.stage.scene_shown
        return {p.name: (p.state, p.actors[0].operation) for p in scene.processes.values()}

    wanted = {
        "MainProcess": (State.WAITING, "worker-1.join()"),
        "worker-1": (State.READY, "read counter"),
        "worker-2": (State.READY, "read counter"),
    }
    qtbot.waitUntil(lambda: shown() == wanted, timeout=WAIT_MS)
    before = len(stepping(window).turns)
    press(window, qtbot, Qt.Key.Key_0)
    assert len(stepping(window).turns) == before


def test_a_click_on_a_candidate_lets_it_go_on(
    window: Window, qtbot: QtBot, program: Callable[[str], Path]
) -> None:
    begin(window, qtbot, program(ADD))
    shown = table(window)
    canvas = shown.findChildren(type(shown._canvas))[0]
    measures = canvas.measures()
    box = measures.question(0, 0)
    left, width = measures.columns[0]
    place = QPoint(round(left + width / 2), round(box.center().y()))
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: len(stepping(window).turns) == 1, timeout=WAIT_MS)


def test_home_end_and_space(window: Window, qtbot: QtBot, program: Callable[[str], Path]) -> None:
    begin(window, qtbot, program(ADD))
    desk = window.conductor.step
    desk.run_until(lambda: False)
    settled(window, qtbot)
    made = len(stepping(window).turns)
    assert stepping(window).outcome() is not None
    qtbot.waitUntil(lambda: not window.conductor.driver.running, timeout=WAIT_MS)

    press(window, qtbot, Qt.Key.Key_Home)
    assert (len(stepping(window).turns), window.conductor.driver.running) == (0, True)
    press(window, qtbot, Qt.Key.Key_Right)
    assert len(stepping(window).turns) == 1
    press(window, qtbot, Qt.Key.Key_End)
    assert len(stepping(window).turns) == made
    press(window, qtbot, Qt.Key.Key_Home)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(stepping(window).turns) >= 2, timeout=WAIT_MS)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    settled(window, qtbot)
    assert len(stepping(window).turns) < made


def test_a_bookmark_comes_back_to_the_same_place(
    window: Window, qtbot: QtBot, program: Callable[[str], Path]
) -> None:
    begin(window, qtbot, program(ADD))
    to_the_race(window, qtbot)
    press(window, qtbot, Qt.Key.Key_1)
    calls = [turn.call for turn in stepping(window).turns]
    # What is set for the next run isn't what runs.
    window.conductor.choice.give({}, "spawn")
    qtbot.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    window.conductor.choose_lesson(window.gallery.lessons[0], window.gallery.lessons[0].variants[0])
    assert window.conductor.step.stepping is None
    qtbot.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)
    settled(window, qtbot)
    assert [turn.call for turn in stepping(window).turns] == calls
    assert stepping(window).spec.start_method != "spawn"


def test_full_speed_lets_all_go(
    window: Window, qtbot: QtBot, program: Callable[[str], Path]
) -> None:
    begin(window, qtbot, program(ADD))
    to_the_race(window, qtbot)
    qtbot.keyClick(window, Qt.Key.Key_S)
    qtbot.waitUntil(lambda: not window.conductor.driver.running, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: window.layout_.output.text.strip() in ("1", "2"), timeout=WAIT_MS)


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


def test_the_bar_makes_room_for_the_question(
    window: Window, qtbot: QtBot, program: Callable[[str], Path]
) -> None:
    begin(window, qtbot, program(ADD))
    panel = window.layout_.panels.findChild(StepPanel)
    assert isinstance(panel, StepPanel)
    panel.resize(800, 260)
    assert panel.bar.isVisible()
    panel.resize(800, 120)
    assert not panel.bar.isVisible()
    measures = table(window)._canvas.measures()
    box = measures.question(0, 0)
    assert box.bottom() <= 120


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


def test_until_a_line_or_a_value() -> None:
    rows = (Row(1, 0, "write 3", ("3",), 0),)
    now = Content((), ("counter",), rows)
    holds = condition("counter == 3", lambda: now)
    assert holds is not None
    assert holds()
    more = condition(" counter > 3", lambda: now)
    assert more is not None
    assert not more()
    assert condition("nothing == 3", lambda: now) is None
    assert [line_of(text) for text in ("9", "line 9", "until 12 ", "x", "")] == [9, 9, 12, 0, 0]


def test_more_than_nine_are_typed_with_enter(
    window: Window, qtbot: QtBot, program: Callable[[str], Path]
) -> None:
    window.open_file(program(ADD.replace("workers: int = 2", "workers: int = 11")))
    qtbot.keyClick(window, Qt.Key.Key_S)
    settled(window, qtbot)
    desk = window.conductor.step
    for _start in range(11):
        press(window, qtbot, Qt.Key.Key_0)
        if desk.enter_key.isEnabled():
            press(window, qtbot, Qt.Key.Key_Return)
    qtbot.waitUntil(
        lambda: {str(n) for n in range(12)} <= {c.key for c in table(window).content.columns},
        timeout=WAIT_MS,
    )
    press(window, qtbot, Qt.Key.Key_1, Qt.Key.Key_1)
    before = len(stepping(window).turns)
    press(window, qtbot, Qt.Key.Key_Return)
    assert len(stepping(window).turns) == before + 1
    assert stepping(window).turns[-1].actor == "main/worker-11"


def test_before_the_first_step_the_caption_says_what_can_be_done(
    window: Window, qtbot: QtBot
) -> None:
    window.conductor.set_step(True)
    caption = window.layout_.caption
    qtbot.waitUntil(lambda: "press a number" in caption.sentence, timeout=WAIT_MS)
    window.conductor.returning.play_losing()
    qtbot.waitUntil(lambda: "schedule lies ahead" in caption.sentence, timeout=WAIT_MS)
    settled(window, qtbot)
    qtbot.keyClick(window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: stepping(window).position == 1, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: "lies ahead" not in caption.sentence, timeout=WAIT_MS)
