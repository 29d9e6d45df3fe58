"""Which Python runs the program: chosen, told apart, remembered, and gone."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from ipcsim.gui.application import begin
from ipcsim.gui.choosing.parameters import Chosen
from ipcsim.gui.memory import Memory
from ipcsim.gui.window import Window
from ipcsim.run.interpreters import OWN


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """The Python of a virtual environment, of our own version."""
    python = tmp_path / "numbers" / "bin" / "python3"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    (tmp_path / "numbers" / "pyvenv.cfg").write_text(f"home = {Path(sys.executable).parent}\n")
    return python


def chip(window: Window) -> Chosen:
    shown = [one for one in window.layout_.strip.findChildren(Chosen) if one.isVisible()]
    return next(
        one for one in shown if any(label.text() == "Python" for label in one.findChildren(QLabel))
    )


def text_of(window: Window) -> str:
    button = chip(window).findChild(QPushButton)
    assert button is not None
    assert str(window.choice.python or OWN.path) in button.toolTip()
    return button.text()


def choose(window: Window, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_a: (str(path), ""))
    window.layout_.strip.choose_python()


def test_two_of_a_version_are_told_apart(
    window: Window, environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(window, environment, monkeypatch)
    assert window.choice.python == str(environment)
    assert text_of(window) == f"{OWN.number} · numbers"
    offered = dict(chip(window)._choices())
    assert offered[str(environment)] == f"{OWN.number} · numbers"
    assert offered[OWN.path] == OWN.number


def test_what_is_no_python_is_said_until_one_is_chosen(
    window: Window, environment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for wrong in (tmp_path / "gone", tmp_path):
        choose(window, wrong, monkeypatch)
        assert wrong.name in window.layout_.status.sentence
        assert window.choice.python is None
    choose(window, environment, monkeypatch)
    assert not window.layout_.status.sentence


def test_the_choice_is_remembered_while_it_is_there(
    window: Window, memory: Memory, environment: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(window, environment, monkeypatch)
    window.close()

    def start() -> Window:
        again = Window(memory)
        qtbot.addWidget(again)
        again.resize(1280, 720)
        again.show()
        begin(again)
        return again

    again = start()
    assert again.choice.python == str(environment)
    assert text_of(again).endswith("numbers")
    again.close()
    environment.unlink()
    again = start()
    assert again.choice.python is None
    qtbot.waitUntil(lambda: str(environment) in again.layout_.status.sentence)
    again.close()
    again = start()
    QApplication.processEvents()
    assert not again.layout_.status.sentence, "it has been said"
