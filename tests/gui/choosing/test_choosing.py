"""The gallery, parameters, recordings: what is going to be run or shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QToolButton
from pytestqt.qtbot import QtBot

from ipcsim.gui.application import begin
from ipcsim.gui.choosing.parameters import Value
from ipcsim.gui.findings.grade import Grade
from ipcsim.gui.gallery.lesson_list import LESSON
from ipcsim.gui.memory import Memory
from ipcsim.gui.window import Window
from ipcsim.run.lessons import find_variant
from tests.gui.conftest import WAIT_MS


def test_the_first_start_shows_lost_update_ready_to_run(window: Window) -> None:
    assert window.choice.name == "lost_update/broken"
    assert window.layout_.card.isVisible()
    assert "counter.value += 1" in window.layout_.program.code.toPlainText()


def test_three_clicks_to_a_running_lesson(window: Window, qtbot: QtBot) -> None:
    window.open_gallery()
    mechanisms = window.popover.findChild(QListWidget, "mechanisms")
    assert isinstance(mechanisms, QListWidget)
    (item,) = mechanisms.findItems("Lock", Qt.MatchFlag.MatchExactly)
    place = mechanisms.visualItemRect(item).center()
    qtbot.mouseClick(mechanisms.viewport(), Qt.MouseButton.LeftButton, pos=place)
    lesson = window.choice.lesson
    assert lesson is not None
    assert lesson.mechanisms[0] == "Lock"
    more = window.layout_.top.counters.counts[0].findChildren(QToolButton)[-1]
    before = window.layout_.top.counters.counts[0].value
    qtbot.mouseClick(more, Qt.MouseButton.LeftButton)
    assert window.layout_.top.counters.counts[0].value == before + 1
    assert not window.popover.isVisible(), "a click elsewhere closes the gallery and counts"
    qtbot.mouseClick(window.layout_.top.run, Qt.MouseButton.LeftButton)
    assert window.conductor.driver.running


def test_notices_alone_are_no_findings(window: Window) -> None:
    top = window.layout_.top
    for count, worst, said in (
        (0, Grade.FINE, "Findings 0"),
        (2, Grade.FINE, "Notices 2"),
        (2, Grade.COULD, "Findings 2"),
    ):
        top.show_findings(count, worst=worst)
        assert top.findings.text() == said


def test_a_lesson_says_itself_what_it_counts(window: Window) -> None:
    found = find_variant("convoy")
    window.conductor.choose_lesson(found.lesson, found.variant)
    assert [one.name for one in window.choice.counting] == ["workers"]
    assert "jobs" in [one.name for one in window.choice.further]
    assert window.choice.expected == 4, "four cards in colours of their own, not tiles for fourteen"


def test_of_threads_alone_no_processes_are_expected(window: Window) -> None:
    found = find_variant("put_back")
    window.conductor.choose_lesson(found.lesson, found.variant)
    assert [one.name for one in window.choice.counting] == ["workers"]
    assert window.choice.expected == 0, "no room is kept for them"


def test_two_counters_leave_the_top_bar_in_one_line(window: Window, qtbot: QtBot) -> None:
    found = find_variant("poison_pills")
    one_line = window.layout_.top.height()
    window.conductor.choose_lesson(found.lesson, found.variant)
    assert [count.name for count in window.layout_.top.counters.counts] == [
        "producers",
        "consumers",
    ]
    qtbot.waitUntil(lambda: window.layout_.top.counters.width() > 280)
    assert window.layout_.top.height() == one_line
    assert window.layout_.top._present.geometry().right() <= window.width()


def test_searching_finds_lessons_by_their_words(window: Window, qtbot: QtBot) -> None:
    window.open_gallery()
    qtbot.keyClicks(window.popover.search, "philosophers")
    lessons = window.popover.findChild(QListWidget, "lessons")
    assert isinstance(lessons, QListWidget)
    assert lessons.count() == 1
    qtbot.keyClick(window.popover.search, Qt.Key.Key_Return)
    assert window.choice.lesson is not None
    assert window.choice.lesson.name == "dining_philosophers"
    assert not window.popover.isVisible()


def test_words_that_only_notes_have_are_found_there(window: Window, qtbot: QtBot) -> None:
    window.open_gallery()
    popover = window.popover
    qtbot.keyClicks(popover.search, "deadlock")
    shown = [popover._lessons.item(row).data(LESSON) for row in range(popover._lessons.count())]
    assert any("deadlock" in lesson.notes("en").lower() for lesson in shown)
    popover.search.setText("xyzzy")
    assert popover._mechanisms.count() == 0


def test_who_came_by_keyboard_to_a_parameter_goes_on_from_it(window: Window, qtbot: QtBot) -> None:
    (rounds,) = window.layout_.strip.findChildren(Value)
    rounds._button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(rounds._button, Qt.Key.Key_Return)
    assert rounds._field.hasFocus()
    qtbot.keyClicks(rounds._field, "70")
    qtbot.keyClick(rounds._field, Qt.Key.Key_Return)
    assert window.choice.value(window.choice.further[0]) == "70"
    assert rounds._button.hasFocus()
    window.setFocus()
    qtbot.mouseClick(rounds._button, Qt.MouseButton.LeftButton)
    qtbot.keyClick(rounds._field, Qt.Key.Key_Return)
    assert window.hasFocus()


def test_the_fix_is_shown_with_its_difference(window: Window, qtbot: QtBot) -> None:
    code = window.layout_.program.code
    assert not code.difference.changed, "the difference tells the flaw: only when asked"
    window.conductor.show_fix()
    assert window.choice.name == "lost_update/fixed"
    lines = code.toPlainText().split("\n")
    assert any("get_lock" in lines[line - 1] for line in code.difference.changed)


def test_a_recording_shows_its_own_program(
    window: Window, qtbot: QtBot, scene: Callable[[str], Path]
) -> None:
    window.open_file(scene("lost_update"))
    driver, layout = window.conductor.driver, window.layout_
    qtbot.waitUntil(lambda: bool(window.conductor.desk.found), timeout=WAIT_MS)
    assert len(layout.stage.scene_shown.processes) == len(driver.trace.processes)
    assert "counter" in layout.program.code.toPlainText()
    driver.axis.set_cursor((driver.axis.begin + driver.axis.end) // 2)
    qtbot.waitUntil(lambda: layout.stage.scene_shown.moment.t == driver.axis.cursor)
    assert layout.caption.sentence


def test_a_file_that_is_no_recording_is_said_in_a_sentence(window: Window, tmp_path: Path) -> None:
    path = tmp_path / "broken.ipcsim"
    path.write_bytes(b"nothing of the kind")
    window.open_file(path)
    assert "broken.ipcsim" in window.layout_.status.sentence


def test_a_truncated_recording_shows_what_could_be_saved(
    window: Window, scene: Callable[[str], Path]
) -> None:
    path = scene("lost_update")
    path.write_bytes(path.read_bytes()[:-3000])
    window.open_file(path)
    assert window.conductor.driver.trace.event_count > 0
    assert window.layout_.status.sentence
    # It isn't taken for a run that goes on: there is a way through its time.
    assert window.layout_.panels.header.transport.isVisible()


def test_a_lesson_that_is_not_there_is_said(window: Window) -> None:
    begin(window, lesson="no_such_lesson")
    assert "no_such_lesson" in window.layout_.status.sentence
    assert window.choice.program is not None


def test_the_last_lesson_is_remembered(window: Window) -> None:
    lesson = next(one for one in window.gallery.lessons if one.name == "first_queue")
    window.conductor.choose_lesson(lesson, lesson.variants[0])
    assert window.memory.lesson.startswith("first_queue/")


def test_what_was_dragged_stays_with_its_program(
    window: Window, qtbot: QtBot, scene: Callable[[str], Path]
) -> None:
    stage = window.layout_.stage
    lesson = window.choice.lesson
    assert lesson is not None
    moved = {"o:counter": (0.5, 0.25)}
    stage.positions = dict(moved)
    stage.positions_changed.emit(moved)
    other = next(one for one in window.gallery.lessons if one.name != lesson.name)
    window.conductor.choose_lesson(other, other.variants[0])
    assert stage.positions == {}
    window.conductor.choose_lesson(lesson, lesson.variants[-1])
    assert stage.positions == moved
    assert Memory(window.memory._settings).positions(lesson.name) == moved
    stage._put_back()
    assert window.memory.positions(lesson.name) == {}


def test_a_recording_stands_from_its_beginning_as_at_its_end(
    window: Window, qtbot: QtBot, scene: Callable[[str], Path]
) -> None:
    window.open_file(scene("bounded_queue"))
    stage, axis = window.layout_.stage, window.conductor.driver.axis
    window.conductor.driver.tick()
    at_end = dict(stage.plan.cards), dict(stage.plan.nodes)
    assert len(at_end[0]) > 2
    axis.set_cursor(axis.begin)
    window.conductor.driver.tick()
    assert (dict(stage.plan.cards), dict(stage.plan.nodes)) == at_end
