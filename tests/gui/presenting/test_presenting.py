"""While presenting a hall sees what was asked: the result, and findings once they are opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from ipcsim.gui.findings.view import FindingsView
from ipcsim.gui.look.theme import PRESENTING_TEXT, Theme
from ipcsim.gui.window import Window
from tests.gui.conftest import WAIT_MS


def test_findings_are_shown_when_they_are_asked_for(
    window: Window, qtbot: QtBot, scene: Callable[[str], Path]
) -> None:
    window.open_file(scene("lost_update"))
    qtbot.waitUntil(lambda: bool(window.conductor.desk.found), timeout=WAIT_MS)
    window.presentation.toggle()
    window.resize(1920, 1080)
    findings = window.layout_.findings
    qtbot.waitUntil(lambda: window.layout_.theme.scale == 1.0)
    assert not findings.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_F)
    assert findings.isVisible()
    shown = [label for label in findings.findChildren(QLabel) if label.isVisible() and label.text()]
    assert all(label.fontInfo().pixelSize() >= PRESENTING_TEXT - 1 for label in shown)
    qtbot.keyClick(window, Qt.Key.Key_F)
    assert not findings.isVisible()


def test_the_result_stands_above_the_stage(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    program = tmp_path / "sum.py"
    program.write_text("print('7 of 9')\n")
    window.open_file(program)
    window.presentation.toggle()

    def texts() -> list[str]:
        return [label.text() for label in window.layout_.title.findChildren(QLabel)]

    window.conductor.run()
    qtbot.waitUntil(lambda: "7 of 9" in texts(), timeout=WAIT_MS)
    program.write_text("print('x' * 300)\n")
    window.conductor.run()
    qtbot.waitUntil(lambda: any(text.startswith("xxx") for text in texts()), timeout=WAIT_MS)
    assert all(len(text) < 60 for text in texts() if not text.endswith("x…"))
    title = window.layout_.title
    assert title.minimumSizeHint().width() <= title.width()


def test_a_finding_is_not_wider_than_its_column(
    window: Window, qtbot: QtBot, scene: Callable[[str], Path]
) -> None:
    window.open_file(scene("lost_update"))
    desk, driver = window.conductor.desk, window.conductor.driver
    qtbot.waitUntil(lambda: bool(desk.found), timeout=WAIT_MS)
    # The type is that of the application's style.
    window.set_theme(Theme(presenting=True))
    view = FindingsView(window.theme)
    qtbot.addWidget(view)
    view.setParent(window)
    # With a link more, as where there is a fixed variant.
    view.show_findings(desk.found, driver.who, ["the fixed one"] * len(desk.found))
    view.resize(720, 400)
    view.show()
    inside = view._scroll.widget()
    assert inside is not None
    qtbot.waitUntil(lambda: 0 < inside.width() <= view._scroll.viewport().width(), timeout=2000)


def test_another_lesson_brings_no_links_for_the_lecturer(window: Window, qtbot: QtBot) -> None:
    window.presentation.toggle()
    lesson = next(one for one in window.gallery.lessons if one.name == "two_locks")
    window.conductor.choose_lesson(lesson, lesson.variants[0])
    program = window.layout_.program
    assert program.file.endswith(".py")
    links = [one for one in program.findChildren(QPushButton) if one.isVisible() and one.text()]
    assert [one.text() for one in links if "Notes" in one.text() or "⇄" in one.text()] == []


def test_what_is_printed_last_stands_above_the_stage_as_far_as_there_is_room(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    window.presentation.toggle()
    window.resize(1920, 1080)
    program = tmp_path / "sum.py"
    program.write_text(
        "import sys\nprint('x' * 200)\nprint('parcel')\nprint('letter')\n"
        "print('oh', file=sys.stderr)\nprint('2 of 2')\n"
    )
    window.open_file(program)

    def texts() -> list[str]:
        return [label.text() for label in window.layout_.title.findChildren(QLabel)]

    window.conductor.run()
    qtbot.waitUntil(lambda: texts()[-2:] == ["parcel · letter", "2 of 2"], timeout=WAIT_MS)
