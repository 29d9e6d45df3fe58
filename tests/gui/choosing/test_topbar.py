"""What the top bar says of what is chosen."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from ipcsim.gui.look.theme import Theme
from ipcsim.gui.window import Window
from ipcsim.run.lessons import find_variant


def choose(window: Window, name: str) -> str:
    """Choose a lesson; its title."""
    found = find_variant(name)
    window.conductor.choose_lesson(found.lesson, found.variant)
    return found.lesson.title


@pytest.mark.parametrize("name", ["own_server", "priority_tie", "order_of_results", "throttle"])
def test_a_title_is_whole_where_its_line_has_room(window: Window, qtbot: QtBot, name: str) -> None:
    window.resize(1280, 720)
    window.set_theme(Theme(scale=1.5))
    title, top = choose(window, name), window.layout_.top
    (label,) = [one for one in top.findChildren(QLabel) if one.property("tone") == "title"]
    qtbot.waitUntil(lambda: label.text() == title)
    qtbot.waitUntil(lambda: label.width() >= label.fontMetrics().horizontalAdvance(title))
    assert top._present.geometry().top() < top.run.geometry().top(), "all in one line"


def test_a_title_without_end_leaves_its_line_to_the_others(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    window.resize(1280, 720)
    window.set_theme(Theme(scale=1.5))
    program = tmp_path / f"{'long_' * 40}.py"
    program.write_text("def main(workers: int = 2):\n    pass\n")
    window.open_file(program)
    top = window.layout_.top
    (label,) = [one for one in top.findChildren(QLabel) if one.property("tone") == "title"]
    qtbot.waitUntil(lambda: label.text().endswith("…") and len(label.text()) > 30)
    qtbot.waitUntil(lambda: top._present.geometry().top() < top.run.geometry().top())
    assert top._present.geometry().right() < top.width()


def test_code_in_a_sentence_is_code_wherever_it_is_shown(window: Window, qtbot: QtBot) -> None:
    choose(window, "missing_parentheses")
    window.resize(1280, 720)
    window.open_gallery()
    qtbot.waitUntil(window.popover.isVisible)
    shown = [one for one in window.findChildren(QLabel) if "parentheses are" in one.text()]
    assert len(shown) >= 2, "in the gallery and on the card"
    for label in shown:
        assert "`" not in label.text()
        assert "<code>while not tasks.empty:</code>" in label.text()
    tips = [one.toolTip() for one in window.findChildren(QLabel) if "while not" in one.toolTip()]
    assert tips
    assert all("`" not in tip for tip in tips)
