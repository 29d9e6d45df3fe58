"""Programs that can't start, and what the window says of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from ipcsim.gui.window import Window
from tests.gui.conftest import WAIT_MS


def test_the_line_that_imports_what_is_missing_is_marked(
    window: Window, qtbot: QtBot, program: Callable[[str], Path]
) -> None:
    window.open_file(program("import time\nimport no_such_module_anywhere\n"))
    window.conductor.run()
    qtbot.waitUntil(lambda: window.layout_.program.code.wrong == 2, timeout=WAIT_MS)


def test_a_program_that_can_not_start_says_so_on_the_stage(
    window: Window, qtbot: QtBot, program: Callable[[str], Path]
) -> None:
    window.open_file(program("import no_such_module_anywhere\n"))
    conductor, layout = window.conductor, window.layout_
    with qtbot.waitSignal(conductor.driver.ended, timeout=WAIT_MS):
        conductor.run()
    assert layout.card.isVisible()
    assert any("Python" in b.text() for b in layout.card.findChildren(QPushButton))
    # Nothing looks out from behind it where somebody goes through the time.

    def at_its_end() -> bool:
        return "exit code 1" in layout.caption.sentence

    qtbot.waitUntil(at_its_end, timeout=WAIT_MS)
    qtbot.keyClick(window, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: not at_its_end(), timeout=WAIT_MS)
    qtbot.keyClick(window, Qt.Key.Key_End)
    qtbot.waitUntil(at_its_end, timeout=WAIT_MS)
    assert not layout.stage.plan.cards
    assert window.conductor.driver.running is False


def test_a_long_error_is_said_in_part(
    window: Window, qtbot: QtBot, program: Callable[[str], Path]
) -> None:
    window.open_file(program("raise ImportError('long ' * 100)\n"))
    with qtbot.waitSignal(window.conductor.driver.ended, timeout=WAIT_MS):
        window.conductor.run()
    said = [label.text() for label in window.layout_.card.findChildren(QLabel)]
    (error,) = [text for text in said if "ImportError" in text]
    assert "long long" in error
    assert "…" in error


def test_a_program_that_has_gone_says_so_on_the_stage(
    window: Window, qtbot: QtBot, program: Callable[[str], Path]
) -> None:
    file = program("print('here')\n")
    window.open_file(file)
    file.unlink()
    window.conductor.run()
    card = window.layout_.card
    qtbot.waitUntil(card.isVisible, timeout=WAIT_MS)
    assert any("there is no program" in label.text() for label in card.findChildren(QLabel))
    assert window.conductor.driver.session is None


def test_a_python_that_has_gone_says_so_and_another_one_is_offered(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    program = tmp_path / "one.py"
    program.write_text("print(1)\n")
    window.open_file(program)
    window.choice.python = str(tmp_path / "gone" / "python3")
    window.conductor.run()
    card = window.layout_.card

    def texts() -> list[str]:
        shown: list[QLabel | QPushButton] = [*card.findChildren(QLabel)]
        shown += card.findChildren(QPushButton)
        return [one.text() for one in shown if one.isVisible()]

    qtbot.waitUntil(lambda: "Choose another Python …" in texts(), timeout=WAIT_MS)
    assert any("python3" in text for text in texts())
