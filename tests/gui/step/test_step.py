"""Step in the window: real programs, a key or a click a step."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from ipcsim.gui.step.conditions import condition, line_of
from ipcsim.gui.step.table.panel import StepPanel
from ipcsim.gui.step.table.rows import Content, Row
from ipcsim.gui.window import Window
from ipcsim.supervisor.messages import State
from tests.gui.conftest import WAIT_MS
from tests.gui.step.stepped import ADD, begin, press, settled, stepping, table, to_the_race


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
