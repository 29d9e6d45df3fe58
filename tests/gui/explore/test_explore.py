"""Explore in the window: how all interleavings end, and playing one of each."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from ipcsim.control.steps import Choice
from ipcsim.gui.explore.explorer import TIME_S, Progress, explored
from ipcsim.gui.explore.view import ExploreView
from ipcsim.gui.look.theme import Theme
from ipcsim.gui.window import Window
from tests.gui.step.stepped import settled, stepping

LONG_MS = 90_000
"""An exploration starts a Python and runs the program again and again."""
RACE = """
import multiprocessing as mp

def add(counter):
    counter.value += 1

def main():
    counter = mp.RawValue("i", 0)
    team = [mp.Process(target=add, args=(counter,), name=f"worker-{n}") for n in (1, 2)]
    for one in team:
        one.start()
    for one in team:
        one.join()

if __name__ == "__main__":
    main()
"""


def test_every_outcome_can_be_played(
    window: Window, qtbot: QtBot, program: Callable[[str], Path]
) -> None:
    window.open_file(program(RACE))
    exploring = window.conductor.exploring
    with qtbot.waitSignal(exploring.explorer.finished, timeout=LONG_MS) as done:
        qtbot.keyClick(window, Qt.Key.Key_X)
        assert window.layout_.panels.current == "explore"
        assert exploring.explorer.running
    found = done.args[0]
    assert {one.fails for one in found.outcomes} == {True, False}
    assert found.shortest
    view = window.layout_.panels.findChild(ExploreView)
    assert isinstance(view, ExploreView)
    buttons = view.findChildren(QPushButton)
    lost = next(button for button in buttons if "lost update" in button.text())
    qtbot.waitUntil(lost.isVisible, timeout=LONG_MS)
    qtbot.mouseClick(lost, Qt.MouseButton.LeftButton)
    settled(window, qtbot)
    assert stepping(window).ahead
    qtbot.keyClick(window, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: stepping(window).outcome() is not None, timeout=LONG_MS)
    outcome = stepping(window).outcome()
    assert outcome is not None
    assert outcome.kind == "lost_update"


def test_while_it_explores_it_says_how_far_it_is(
    window: Window, qtbot: QtBot, program: Callable[[str], Path]
) -> None:
    window.open_file(program(RACE.replace("(1, 2)", "(1, 2, 3)")))
    exploring = window.conductor.exploring
    seen: list[Progress] = []
    shown: list[str] = []

    def look(progress: Progress) -> None:
        seen.append(progress)
        view = window.layout_.panels.findChild(ExploreView)
        assert isinstance(view, ExploreView)
        shown.append(view.findChildren(QLabel)[0].text())

    exploring.explorer.progressed.connect(look)
    with qtbot.waitSignal(exploring.explorer.finished, timeout=LONG_MS) as done:
        qtbot.keyClick(window, Qt.Key.Key_X)
    last = seen[-1]
    assert last.distinct == sum(one.count for one in last.outcomes)
    assert {one.sentence for one in last.outcomes} <= {
        one.sentence for one in done.args[0].outcomes
    }
    assert f"{last.distinct} interleavings so far" in shown[-1]


def test_what_was_explored_with_other_values_is_played_with_them(
    window: Window, qtbot: QtBot
) -> None:
    exploring = window.conductor.exploring
    qtbot.keyClick(window, Qt.Key.Key_X)
    exploring.explorer.stop()
    view = window.layout_.panels.findChild(ExploreView)
    assert isinstance(view, ExploreView)
    view.play_wanted.emit((Choice("main"),))
    settled(window, qtbot)
    played = {name: str(value) for name, value in stepping(window).spec.parameters.items()}
    assert played == {"workers": "2", "rounds": "1"}


def test_giving_up_ends_the_explorer(
    window: Window, qtbot: QtBot, program: Callable[[str], Path]
) -> None:
    window.open_file(program(RACE))
    exploring = window.conductor.exploring
    qtbot.keyClick(window, Qt.Key.Key_X)
    qtbot.waitUntil(lambda: exploring.explorer.running, timeout=LONG_MS)
    exploring.explorer.stop()
    assert not exploring.explorer.running


def test_what_a_report_says() -> None:
    rows = [["main", "begin", 0], ["main/one", "lock.acquire()", 3, "timeout"]]
    outcome = {"sentence": "ended well", "count": 4, "fails": False, "schedule": rows}
    found = explored({"verdict": "all 4", "outcomes": [outcome], "minimised": None})
    assert found.verdict == "all 4"
    assert found.outcomes[0].choices == (Choice("main"), Choice("main/one", "timeout"))
    assert found.shortest == ()
    with pytest.raises(KeyError):
        explored({})


def test_while_it_explores_it_says_so_at_the_top(qtbot: QtBot) -> None:
    view = ExploreView(Theme())
    qtbot.addWidget(view)
    view.resize(700, 300)
    view.show()
    view.begin()
    said = next(label for label in view.findChildren(QLabel) if "exploring" in label.text())
    qtbot.waitUntil(lambda: 0 < said.geometry().bottom() < 60, timeout=2000)


def test_after_its_time_it_says_what_it_is_looking_for(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = ExploreView(Theme())
    qtbot.addWidget(view)
    view.begin()
    began = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: began + TIME_S + 4)
    view.show_progress(Progress(9, 7, ()))
    text = view.findChildren(QLabel)[0].text()
    assert "7 interleavings, 9 schedules run" in text
    assert "shortest" in text
    assert "at most" not in text
