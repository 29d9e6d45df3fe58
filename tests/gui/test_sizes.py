"""The window at every size: 80 to 250 %, light and dark, for a hall."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QApplication,
    QLabel,
    QPushButton,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot

from ipcsim.gui.application import begin
from ipcsim.gui.choosing.parameters import Value
from ipcsim.gui.look.theme import NAMES, PRESENTING_CODE, PRESENTING_TEXT, Theme
from ipcsim.gui.memory import Memory
from ipcsim.gui.program.notes import NotesView
from ipcsim.gui.results.results import Result
from ipcsim.gui.window import Window
from tests.gui.conftest import WAIT_MS


@pytest.mark.parametrize("scale", [0.8, 1.0, 1.5, 2.0, 2.5])
@pytest.mark.parametrize("name", NAMES)
def test_every_scale_fits_into_1280_by_720(
    window: Window, scene: Callable[[str], Path], scale: float, name: str
) -> None:
    window.set_theme(Theme(name, scale))
    window.resize(1280, 720)
    assert window.height() == 720, "the lesson needs more room than there is"
    window.open_file(scene("lost_update"))
    assert window.minimumSizeHint().height() <= 720
    assert window.minimumSizeHint().width() <= 1280
    top = window.layout_.top
    for button in (top.gallery, top.run, top.findings):
        inside = button.geometry()
        assert top.rect().contains(inside), f"{button.text()} is cut off"
    assert window.layout_.stage.height() >= 80


def test_a_program_that_is_not_there_does_not_show_the_one_before(
    window: Window, tmp_path: Path
) -> None:
    assert window.layout_.program.code.toPlainText()
    window.open_file(tmp_path / "gone.py")
    assert window.layout_.program.code.toPlainText() == ""
    assert window.layout_.program.file == str(tmp_path / "gone.py")


def test_at_200_percent_the_program_is_a_tab(window: Window) -> None:
    window.set_theme(Theme(scale=2.0))
    window.layout_.panels.show_page("program")
    assert window.layout_.program.isVisible()
    window.set_theme(Theme())
    assert window.layout_.program.isVisible()
    with pytest.raises(ValueError):  # noqa: PT011
        window.layout_.panels.show_page("program")


def test_in_a_narrow_window_the_code_is_seen_first(
    window: Window, qtbot: QtBot, scene: Callable[[str], Path]
) -> None:
    window.set_theme(Theme(scale=1.5))
    panels = window.layout_.panels
    assert panels.current == "program"
    assert window.layout_.program.code.isVisible()
    # A page that somebody has chosen stays, and so does what is seen of a run.
    panels.show_page("interleaving")
    window.open_file(scene("lost_update"))
    qtbot.waitUntil(lambda: not panels.empty, timeout=WAIT_MS)
    assert panels.current == "interleaving"
    window.set_theme(Theme())
    window.set_theme(Theme(scale=1.5))
    assert panels.current == "interleaving"


def test_a_wider_window_shows_the_panel_that_was_seen_last(window: Window) -> None:
    panels = window.layout_.panels
    for wanted in ("timeline", "interleaving"):
        window.resize(1280, 720)
        panels.show_page(wanted)
        window.resize(700, 720)
        panels.show_page("program")
        window.resize(1280, 720)
        assert panels.current == wanted


@pytest.mark.parametrize("scale", [1.5, 2.0])
def test_what_is_opened_in_a_tab_has_room_to_be_read(
    window: Window, qtbot: QtBot, scene: Callable[[str], Path], scale: float
) -> None:
    window.set_theme(Theme(scale=scale))
    window.resize(1280, 720)
    layout = window.layout_
    panels, output, findings = layout.panels, layout.output, layout.findings
    lines = 3 if scale < 2 else 2

    def room(view: QAbstractScrollArea) -> float:
        return view.viewport().height() / view.fontMetrics().lineSpacing()

    qtbot.waitUntil(lambda: panels.has_page("program"))
    qtbot.keyClick(window, Qt.Key.Key_N)
    (notes,) = layout.program.findChildren(NotesView)
    qtbot.waitUntil(lambda: notes.isVisible() and room(notes) >= lines, timeout=2000)
    qtbot.keyClick(window, Qt.Key.Key_N)
    code = layout.program.code
    qtbot.waitUntil(lambda: code.isVisible() and room(code) >= lines + 1, timeout=2000)
    panels.show_page("output")
    # The last line of the output isn't cut.
    qtbot.waitUntil(lambda: output.isVisible() and room(output.lines) >= 1, timeout=2000)
    window.open_file(scene("lost_update"))
    qtbot.waitUntil(lambda: bool(window.conductor.desk.found), timeout=WAIT_MS)
    panels.show_page("timeline")
    qtbot.keyClick(window, Qt.Key.Key_F)
    assert findings.isVisible()
    (inside,) = findings.findChildren(QScrollArea)
    qtbot.waitUntil(lambda: room(inside) >= lines, timeout=2000)
    qtbot.keyClick(window, Qt.Key.Key_F)
    panels.show_page("output")
    assert output.isVisible()
    assert layout.strip.isVisible()
    window.set_theme(Theme())
    assert output.isVisible()
    assert layout.strip.y() < layout.stage.mapTo(layout, layout.stage.rect().topLeft()).y()


def test_at_250_percent_three_lines_of_the_program_are_read(window: Window, qtbot: QtBot) -> None:
    window.set_theme(Theme(scale=2.5))
    window.resize(1280, 720)
    panels, code = window.layout_.panels, window.layout_.program.code
    qtbot.waitUntil(lambda: panels.has_page("program"))
    panels.show_page("program")
    line = code.fontMetrics().lineSpacing()
    qtbot.waitUntil(lambda: code.viewport().height() >= 3 * line, timeout=2000)
    assert code.viewport().width() >= 0.9 * window.width()


@pytest.mark.parametrize(("scale", "lines"), [(1.5, 6), (2.0, 4), (2.5, 3)])
def test_on_a_page_code_has_the_room_and_what_stood_over_it_is_in_a_menu(
    window: Window,
    qtbot: QtBot,
    program: Callable[[str], Path],
    scale: float,
    lines: int,
) -> None:
    window.set_theme(Theme(scale=scale))
    window.resize(1280, 720)
    panels, view = window.layout_.panels, window.layout_.program
    code = view.code
    line = code.fontMetrics().lineSpacing()
    qtbot.waitUntil(lambda: code.viewport().height() >= lines * line, timeout=2000)
    assert panels.header.more.isVisible()
    switch, _ = view.menu.actions()
    switch.trigger()
    assert window.choice.variant is not None
    assert window.choice.variant.name == "fixed"
    _, notes = view.menu.actions()
    notes.trigger()
    assert view.noted
    panels.show_page("timeline")
    assert not panels.header.more.isVisible()
    # Of a program of one's own there are neither.
    window.open_file(program("print(1)"))
    panels.show_page("program")
    assert not panels.header.more.isVisible()


@pytest.mark.parametrize("scale", [1.5, 2.5])
def test_a_start_in_a_narrow_window_has_all_tabs_and_all_parameters(
    qtbot: QtBot, memory: Memory, scale: float
) -> None:
    memory.theme = Theme(scale=scale)
    window = Window(memory)
    qtbot.addWidget(window)
    window.resize(1280, 720)
    window.show()
    begin(window)
    panels = window.layout_.panels
    tabs = panels.tabs
    qtbot.waitUntil(lambda: tabs.width() >= tabs.sizeHint().width(), timeout=2000)
    panels.show_page("output")
    qtbot.waitUntil(window.layout_.strip.isVisible, timeout=2000)
    window.close()


def test_where_one_line_is_short_the_strip_has_the_rest(window: Window, qtbot: QtBot) -> None:
    window.set_theme(Theme(scale=2.0))
    window.resize(1920, 1080)
    top, strip = window.layout_.top, window.layout_.strip
    qtbot.waitUntil(lambda: top.height() < window.theme.px(60), timeout=2000)
    assert strip.isAncestorOf(top.findings)
    assert strip.height() < window.theme.px(40)
    qtbot.mouseClick(top.findings, Qt.MouseButton.LeftButton)
    assert window.conductor.desk.opened
    window.set_theme(Theme(scale=1.0))
    qtbot.waitUntil(lambda: top.rect().contains(top.findings.geometry()), timeout=2000)
    assert top.isAncestorOf(top.findings)


def test_beside_the_code_the_count_of_many_runs_stands_at_the_top(
    window: Window, qtbot: QtBot
) -> None:
    window.set_theme(Theme(scale=1.5))
    tally = window.layout_.tally
    tally.show_results([Result("x", "1", 0, 1.0, False, False, ())])
    tally.show()
    (heading,) = tally.findChildren(QWidget, "heading")
    qtbot.waitUntil(lambda: 0 < heading.height() < 2 * heading.sizeHint().height(), timeout=2000)


@pytest.mark.parametrize("scale", [1.0, 2.0, 2.5])
def test_what_a_lesson_asks_is_whole_at_every_size(
    window: Window, qtbot: QtBot, scale: float
) -> None:
    window.set_theme(Theme(scale=scale))
    window.resize(1280, 720)
    card = window.layout_.card

    def cut_off() -> list[str]:
        texts = [w for w in card.findChildren(QLabel) if w.isVisible()]
        buttons = [w for w in card.findChildren(QPushButton) if w.isVisible()]
        assert any(button.property("kind") == "big" for button in buttons)
        needed: list[tuple[QLabel | QPushButton, int]]
        needed = [(w, w.heightForWidth(w.width())) for w in texts]
        needed += [(w, w.sizeHint().height()) for w in buttons]
        return [
            f"{w.text()}: {w.geometry()}, {height} needed"
            for w, height in needed
            if w.height() < height or not card.rect().contains(w.geometry())
        ]

    qtbot.waitUntil(lambda: cut_off() == [], timeout=2000)


def test_at_250_percent_what_has_a_key_makes_room_for_the_stage(
    window: Window, qtbot: QtBot
) -> None:
    window.set_theme(Theme(scale=2.5))
    window.resize(1280, 720)
    layout = window.layout_
    qtbot.waitUntil(lambda: layout.top.height() < 200)
    assert not layout.status.isVisible()
    window.set_theme(Theme(scale=1.0))
    assert layout.status.isVisible()
    assert layout.top.restart.isVisible()


def test_at_250_percent_stage_and_panel_both_say_something(
    window: Window, qtbot: QtBot, scene: Callable[[str], Path]
) -> None:
    window.set_theme(Theme(scale=2.5))
    window.resize(1280, 720)
    layout = window.layout_
    window.open_file(scene("lost_update"))
    qtbot.keyClick(window, Qt.Key.Key_T)
    qtbot.waitUntil(lambda: layout.stage.height() > 205)
    timeline = layout.panels.timeline
    qtbot.waitUntil(lambda: timeline.zones.lanes.height >= timeline.zones.lane, timeout=2000)
    events = layout.panels.events
    qtbot.keyClick(window, Qt.Key.Key_E)
    assert not events.text.isVisible()
    table = events.table.view
    qtbot.waitUntil(lambda: table.viewport().height() >= table.rowHeight(0) > 0, timeout=2000)
    events.filter_line("program.py", 3)
    assert events.text.isVisible()


@pytest.mark.parametrize("scale", [1.0, 2.5])
def test_the_stage_alone_has_the_room_of_its_panel(
    window: Window, qtbot: QtBot, scale: float
) -> None:
    window.set_theme(Theme(scale=scale))
    window.resize(1280, 720)
    layout = window.layout_
    qtbot.waitUntil(lambda: layout.top.height() < 200)
    QApplication.processEvents()
    stage, panel = layout.stage.height(), layout.panels.height()
    qtbot.keyClick(window, Qt.Key.Key_M)
    qtbot.waitUntil(lambda: layout.stage.height() >= stage + panel - 4, timeout=2000)
    assert not layout.panels.isVisible()
    assert layout.caption.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_T)
    assert layout.panels.isVisible()
    qtbot.waitUntil(lambda: abs(layout.stage.height() - stage) <= 4, timeout=2000)


def test_presenting_can_be_read_from_the_last_row(
    window: Window, qtbot: QtBot, scene: Callable[[str], Path]
) -> None:
    window.open_file(scene("lost_update"))
    window.presentation.toggle()
    # Off screen there is no full screen of this size.
    window.resize(1920, 1080)
    layout = window.layout_
    qtbot.waitUntil(lambda: layout.theme.scale == 1.0)
    assert not layout.top.isVisible()
    assert not layout.status.isVisible()
    assert not layout.output.isVisible()
    visible = [label for label in window.findChildren(QLabel) if label.isVisible() and label.text()]
    for label in visible:
        assert label.fontInfo().pixelSize() >= PRESENTING_TEXT - 1, label.text()
    assert layout.program.code.fontInfo().pixelSize() >= PRESENTING_CODE
    window.presentation.toggle()
    assert layout.top.isVisible()
    assert layout.theme == replace(window.memory.theme)


def test_the_normal_size_is_said_and_in_a_hall_it_fits(window: Window) -> None:
    normal = window.keys["normal_size"].activated.emit
    window.larger()
    normal()
    assert window.theme.scale == 1.0
    assert "Size 100 %" in " ".join(label.text() for label in window.findChildren(QLabel))
    window.resize(1280, 720)
    window.presentation.toggle()
    fitting = window.theme.scale
    window.larger(-1)
    normal()
    assert window.theme.scale == fitting
    window.presentation.toggle()


def test_look_is_remembered(window: Window, memory: Memory) -> None:
    window.switch_theme()
    window.larger()
    assert memory.theme == window.theme
    assert memory.theme.scale == 1.1


def test_nonsense_in_the_settings_is_as_if_never_set(memory: Memory) -> None:
    memory._settings.setValue("look/theme", "purple")
    memory._settings.setValue("look/scale", 77)
    assert memory.theme.name == "dark"
    assert memory.theme.scale == 2.5


def test_a_recording_that_is_none_says_so_on_the_stage(
    qtbot: QtBot, memory: Memory, tmp_path: Path
) -> None:
    corrupt = tmp_path / "corrupt.ipcsim"
    corrupt.write_bytes(b"no recording" * 40)
    window = Window(memory)
    qtbot.addWidget(window)
    window.show()
    begin(window, recording=corrupt)
    said = [label.text() for label in window.layout_.card.findChildren(QLabel) if label.isVisible()]
    assert any("corrupt.ipcsim is no recording" in text for text in said)
    # No empty box where variants would stand.
    boxes = window.layout_.top.findChildren(QPushButton)
    assert all(button.text() or not button.isVisible() for button in boxes)
    window.close()


def test_another_size_leaves_no_parameter_standing_on_another(window: Window) -> None:
    window.set_theme(Theme(scale=1.1))
    shown = [one for one in window.layout_.strip.findChildren(Value) if one.isVisible()]
    assert len(shown) == len(window.choice.further)
