"""Numbers and values that are typed: taken at once, kept to their field, and wrong ones told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from ipcsim.gui.choosing.parameters import Value
from ipcsim.gui.window import Window

KEY = Qt.Key
TEXT = """
def main(workers: int = 3, rounds: int = 5, pause: float = 0.5, word: str = "a"):
    print(workers, rounds)

if __name__ == "__main__":
    main()
"""


@pytest.fixture
def opened(window: Window, program: Callable[[str], Path]) -> Window:
    window.open_file(program(TEXT))
    return window


def number_of(window: Window) -> QLineEdit:
    """The field of the first number, focused as by the mouse."""
    field = window.layout_.top.counters.counts[0].findChild(QLineEdit)
    assert isinstance(field, QLineEdit)
    field.setFocus()
    field.selectAll()
    return field


def edit(window: Window, qtbot: QtBot, name: str, text: str) -> Value:
    """Open a value of the strip and type another one."""
    shown = [v for v in window.layout_.strip.findChildren(Value) if v.isVisible()]
    value = next(v for v in shown if v._name == name)
    qtbot.mouseClick(value._button, Qt.MouseButton.LeftButton)
    qtbot.keyClick(value._field, KEY.Key_Delete)
    qtbot.keyClicks(value._field, text)
    return value


def chosen(window: Window, name: str) -> str:
    return next(window.choice.value(p) for p in window.choice.parameters if p.name == name)


def test_a_number_has_its_own_keys(opened: Window, qtbot: QtBot) -> None:
    field = number_of(opened)
    for key, text in (
        (KEY.Key_7, "7"),
        (KEY.Key_Up, "8"),
        (KEY.Key_Down, "7"),
        (KEY.Key_Plus, "8"),
        (KEY.Key_Minus, "7"),
        (KEY.Key_Space, "7"),
        (KEY.Key_S, "7"),
    ):
        qtbot.keyClick(field, key)
        assert (field.text(), chosen(opened, "workers")) == (text, text)
    assert field.hasFocus()
    assert not opened.conductor.driver.running
    assert not opened.conductor.step.on


def test_what_is_typed_is_taken_without_enter(opened: Window, qtbot: QtBot) -> None:
    qtbot.keyClicks(number_of(opened), "12")
    assert opened.choice.spec().parameters == {"workers": "12"}
    edit(opened, qtbot, "rounds", "70")
    assert opened.choice.spec().parameters == {"workers": "12", "rounds": "70"}


@pytest.mark.parametrize("left", ["", "0"])
def test_a_number_that_is_none_goes_back(opened: Window, qtbot: QtBot, left: str) -> None:
    field = number_of(opened)
    qtbot.keyClick(field, KEY.Key_Delete)
    qtbot.keyClicks(field, left)
    opened.setFocus()
    assert field.text() == chosen(opened, "workers") == "3"


def test_escape_takes_back_what_was_typed(opened: Window, qtbot: QtBot) -> None:
    field = number_of(opened)
    qtbot.keyClicks(field, "12")
    qtbot.keyClick(field, KEY.Key_Escape)
    assert field.text() == chosen(opened, "workers") == "3"
    assert opened.hasFocus()
    value = edit(opened, qtbot, "rounds", "70")
    qtbot.keyClick(value._field, KEY.Key_Escape)
    assert chosen(opened, "rounds") == "5"


@pytest.mark.parametrize(
    ("name", "wrong", "right"),
    [("rounds", "many", "6"), ("rounds", "", "6"), ("pause", "1,5", "1.5"), ("rounds", "2.5", "5")],
)
def test_a_wrong_value_is_told_once_it_has_been_typed(
    opened: Window, qtbot: QtBot, name: str, wrong: str, right: str
) -> None:
    status = opened.layout_.status
    value = edit(opened, qtbot, name, wrong)
    assert not status.sentence, "not while somebody types"
    qtbot.keyClick(value._field, KEY.Key_Return)
    assert name in status.sentence
    assert repr(wrong) in status.sentence
    button = value.findChild(QPushButton)
    assert button is not None
    assert button.property("wrong") == "true"
    # Another look makes the strip anew.
    opened.switch_theme()
    value = edit(opened, qtbot, name, right)
    assert value._button.property("wrong") == "true"
    qtbot.keyClick(value._field, KEY.Key_Return)
    assert not status.sentence
    assert value._button.property("wrong") == "false"


def test_arguments_that_can_not_be_read_are_told(opened: Window, qtbot: QtBot) -> None:
    value = edit(opened, qtbot, "arguments", "--name 'two words")
    assert not opened.layout_.status.sentence
    qtbot.keyClick(value._field, KEY.Key_Return)
    assert "arguments" in opened.layout_.status.sentence
    value = edit(opened, qtbot, "arguments", "--name 'two words'")
    qtbot.keyClick(value._field, KEY.Key_Return)
    assert not opened.layout_.status.sentence
    assert opened.choice.arguments == ["--name", "two words"]


def test_any_text_is_a_word(opened: Window, qtbot: QtBot) -> None:
    value = edit(opened, qtbot, "word", "7 + x")
    qtbot.keyClick(value._field, KEY.Key_Return)
    assert not opened.layout_.status.sentence
