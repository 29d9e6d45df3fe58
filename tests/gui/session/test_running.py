"""Real programs, run in the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from ipcsim.gui.findings.grade import Grade
from ipcsim.gui.stage import structure
from ipcsim.gui.window import Window
from ipcsim.supervisor.messages import State
from tests.gui.conftest import WAIT_MS

QUEUE = """
import multiprocessing as mp

def work(tasks):
    while (item := tasks.get()) is not None:
        print("got", item, flush=True)

def main(workers: int = 1, items: int = 3):
    tasks = mp.Queue()
    team = [mp.Process(target=work, args=(tasks,)) for _ in range(workers)]
    for one in team:
        one.start()
    for item in [*range(items), *[None] * workers]:
        tasks.put(item)
    for one in team:
        one.join()
    print("done")

if __name__ == "__main__":
    main()
"""


HANG = """
import multiprocessing as mp

def main():
    lock = mp.Lock()
    lock.acquire()
    lock.acquire()

if __name__ == "__main__":
    main()
"""


CRASH = """
import multiprocessing as mp

def fail():
    raise ValueError("empty")

if __name__ == "__main__":
    one = mp.Process(target=fail)
    one.start()
    one.join()
"""


def test_run_shows_processes_output_and_result(
    window: Window, qtbot: QtBot, program: Callable[[str], Path]
) -> None:
    window.open_file(program(QUEUE))
    conductor, layout = window.conductor, window.layout_
    with qtbot.waitSignal(conductor.analyst.found, timeout=WAIT_MS, check_params_cb=_is_last):
        qtbot.keyClick(window, Qt.Key.Key_Space)
        assert conductor.driver.running
    qtbot.waitUntil(lambda: "done" in layout.output.text, timeout=WAIT_MS)
    assert [line for line in layout.output.text.splitlines() if "got" in line] == [
        "got 0",
        "got 1",
        "got 2",
    ]
    (result,) = conductor.results.of(str(window.choice.program))
    assert result.last_line == "done"
    assert result.grade == Grade.FINE
    assert layout.stage.scene_shown.processes[1].state is State.ENDED
    names = [info.name for info in conductor.driver.trace.objects if not info.internal]
    assert "tasks" in names
    assert not layout.findings.isVisible()


def test_who_waits_for_a_line_to_be_typed_has_started(
    window: Window, qtbot: QtBot, program: Callable[[str], Path]
) -> None:
    window.open_file(program('print(input("Who? "))\n'))
    window.conductor.run()
    layout = window.layout_
    qtbot.waitUntil(lambda: "Who?" in layout.output.text, timeout=WAIT_MS)
    scene = layout.stage.scene_shown
    qtbot.waitUntil(lambda: scene.processes[0].state is State.RUNNING, timeout=WAIT_MS)


def test_counts_are_given_to_the_program(
    window: Window, qtbot: QtBot, program: Callable[[str], Path]
) -> None:
    window.open_file(program(QUEUE))
    window.layout_.top.counters.step(1)
    window.choice.set_value("items", "4")
    with qtbot.waitSignal(window.conductor.driver.ended, timeout=WAIT_MS):
        window.conductor.run()
    assert len(window.conductor.driver.trace.processes) == 3
    qtbot.waitUntil(lambda: window.layout_.output.text.count("got") == 4, timeout=WAIT_MS)


def test_stop_ends_a_program_that_hangs(
    window: Window, qtbot: QtBot, program: Callable[[str], Path]
) -> None:
    window.open_file(program(HANG))
    driver, stage = window.conductor.driver, window.layout_.stage
    window.conductor.run()

    def waits() -> bool:
        main = stage.scene_shown.processes.get(0)
        return main is not None and main.state is State.WAITING

    qtbot.waitUntil(waits, timeout=WAIT_MS)
    with qtbot.waitSignal(driver.ended, timeout=WAIT_MS) as ended:
        qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert ended.args[0].stopped
    assert not driver.running


def test_pause_holds_and_slow_says_so(
    window: Window, qtbot: QtBot, program: Callable[[str], Path]
) -> None:
    window.open_file(program(QUEUE))
    window.choice.set_value("items", "100000")
    driver, layout = window.conductor.driver, window.layout_
    window.conductor.run()
    qtbot.waitUntil(lambda: driver.trace.event_count > 100, timeout=WAIT_MS)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert driver.running, layout.output.text
    assert driver.paused
    qtbot.waitUntil(
        lambda: any(p.state is State.HELD for p in driver.moment.processes), timeout=WAIT_MS
    )
    window.layout_.top.pace.change(1)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert not driver.paused
    qtbot.waitUntil(lambda: "slowing changes behaviour" in layout.status.facts, timeout=WAIT_MS)
    driver.stop()
    qtbot.waitUntil(lambda: not driver.running, timeout=WAIT_MS)


def test_a_crash_marks_its_line_and_counts_a_finding(
    window: Window, qtbot: QtBot, program: Callable[[str], Path]
) -> None:
    window.open_file(program(CRASH))
    conductor, layout = window.conductor, window.layout_
    with qtbot.waitSignal(conductor.analyst.found, timeout=WAIT_MS, check_params_cb=_is_last):
        conductor.run()
    assert layout.stage.scene_shown.processes[1].state is State.CRASHED
    assert layout.program.code.wrong == 5
    assert layout.top.findings.text() == "Findings 1"
    assert not layout.findings.isVisible(), "findings wait until they are asked for"
    qtbot.keyClick(window, Qt.Key.Key_F)
    assert layout.findings.isVisible()
    # A moment is shown as it was: before the crash nothing is wrong with the line.
    qtbot.keyClick(window, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: layout.program.code.wrong == 0, timeout=WAIT_MS)
    qtbot.keyClick(window, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: layout.program.code.wrong == 5, timeout=WAIT_MS)


def test_many_runs_are_counted(
    window: Window, qtbot: QtBot, program: Callable[[str], Path]
) -> None:
    window.open_file(program("print('same')\n"))
    conductor = window.conductor
    with qtbot.waitSignal(conductor.results.many.finished, timeout=3 * WAIT_MS):
        conductor.results.many.start(window.choice.spec, window.choice.name, 3)
    assert [one.last_line for one in conductor.results.of(window.choice.name)] == ["same"] * 3


def test_many_runs_can_be_cancelled(
    window: Window, qtbot: QtBot, program: Callable[[str], Path]
) -> None:
    window.open_file(program(HANG))
    conductor = window.conductor
    conductor.run_many()
    tally = window.layout_.tally
    how_far = next(each for each in tally.findChildren(QLabel) if each.text() == "0 of 20")
    assert how_far.isVisibleTo(tally)
    with qtbot.waitSignal(conductor.results.many.finished, timeout=WAIT_MS):
        conductor.results.many.cancel()
    assert not conductor.results.many.running
    assert not how_far.isVisibleTo(tally)
    conductor.run_many()
    with qtbot.waitSignal(conductor.results.many.finished, timeout=WAIT_MS):
        qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not conductor.results.many.running


def test_choosing_another_lesson_ends_what_runs(
    window: Window, qtbot: QtBot, program: Callable[[str], Path]
) -> None:
    window.open_file(program(HANG))
    window.conductor.run()
    session = window.conductor.driver.session
    assert session is not None
    lesson = window.gallery.lessons[0]
    window.conductor.choose_lesson(lesson, lesson.variants[0])
    assert window.conductor.driver.session is None
    assert window.layout_.card.isVisible()


def _is_last(_found: object, final: bool) -> bool:
    return final


def test_in_the_end_the_stage_knows_all_who_have_sent(
    window: Window,
    qtbot: QtBot,
    program: Callable[[str], Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # As if all had passed between two frames.
    monkeypatch.setattr(structure, "links_of", lambda moment, queues: set())
    window.open_file(program(QUEUE))
    with qtbot.waitSignal(window.conductor.driver.ended, timeout=WAIT_MS):
        qtbot.keyClick(window, Qt.Key.Key_Space)
    shown = window.layout_.stage.scene_shown.structure.links
    assert {(link.process, link.way.name) for link in shown} == {(0, "INTO"), (1, "OUT_OF")}
