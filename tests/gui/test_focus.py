"""Everything that can be pressed can be pressed by keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from ipcsim.gui.keys import actions
from ipcsim.gui.window import Window
from tests.gui.conftest import WAIT_MS


def focus() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def test_from_the_first_button_tab_goes_on_as_it_is_read(window: Window, qtbot: QtBot) -> None:
    layout = window.layout_
    qtbot.keyClick(window, Qt.Key.Key_F6)
    assert focus() is layout.top.gallery
    met = [focus()]
    for _ in range(40):
        qtbot.keyClick(focus(), Qt.Key.Key_Tab)
        if focus() is met[0]:
            break
        met.append(focus())
    assert focus() is met[0], "it doesn't come round"
    assert len(met) == len(set(met))
    parts = [next(n for n, part in enumerate(layout.parts) if part.isAncestorOf(w)) for w in met]
    assert parts == sorted(parts)
    assert {layout.parts.index(part) for part in (layout.top, layout.strip, layout.card)} <= {
        *parts
    }
    in_top = [
        w.mapTo(layout.top, w.rect().topLeft()).x() for w in met if layout.top.isAncestorOf(w)
    ]
    assert layout.top.height() > layout.theme.px(60) or in_top == sorted(in_top)
    qtbot.keyClick(focus(), Qt.Key.Key_Backtab)
    assert focus() is met[-1]


def test_f6_goes_from_part_to_part(window: Window, qtbot: QtBot) -> None:
    layout = window.layout_
    for part in (layout.top, layout.strip, layout.card):
        qtbot.keyClick(focus(), Qt.Key.Key_F6)
        assert part.isAncestorOf(focus())


def test_enter_presses_what_has_the_focus(window: Window, qtbot: QtBot) -> None:
    dark = window.theme.dark
    window.layout_.top._dark.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(focus(), Qt.Key.Key_Return)
    assert window.theme.dark is not dark


def test_tab_is_the_next_panel_until_something_has_the_focus(
    window: Window, qtbot: QtBot, scene: Callable[[str], Path]
) -> None:
    window.open_file(scene("lost_update"))
    panels = window.layout_.panels
    before = panels.current
    qtbot.keyClick(window, Qt.Key.Key_Tab)
    assert panels.current != before
    before = panels.current
    qtbot.keyClick(window, Qt.Key.Key_F6)
    qtbot.keyClick(focus(), Qt.Key.Key_Tab)
    assert panels.current == before
    qtbot.keyClick(focus(), Qt.Key.Key_Escape)
    assert focus() is window
    qtbot.keyClick(window, Qt.Key.Key_Tab)
    assert panels.current != before


def test_what_a_click_is_for_takes_no_focus_and_has_a_key(window: Window, qtbot: QtBot) -> None:
    window.conductor.set_step(True)
    qtbot.waitUntil(lambda: window.layout_.panels.current == "step", timeout=WAIT_MS)
    told = {key.replace("+", " ").strip() or key for one in actions() for key in one.keys}
    told |= {one.shown for one in actions()} | {"[", "]"}
    for button in window.layout_.findChildren(QAbstractButton):
        if not button.isVisibleTo(window):
            continue
        name = f"{button.text()!r}, {button.toolTip()!r}"
        assert not button.focusPolicy() & Qt.FocusPolicy.ClickFocus, name
        key = re.search(r"\(([^()]+?)( switches)?\)(?!.*\()|^(V) switches$", button.toolTip())
        reached = button.focusPolicy() & Qt.FocusPolicy.TabFocus
        assert reached or (key and (key[1] or key[3]) in told), f"{name} is for mice only"


def test_notes_and_the_losing_schedule_have_keys(window: Window, qtbot: QtBot) -> None:
    program = window.layout_.program
    assert program.code.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_N)
    assert not program.code.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_N)
    assert program.code.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ShiftModifier)
    assert window.conductor.step.stepping is not None
    assert window.conductor.step.stepping.ahead


@pytest.mark.qt_log_ignore("does not support", "propagateSizeHints")
def test_enter_opens_the_menu_of_a_button(
    window: Window, qtbot: QtBot, scene: Callable[[str], Path]
) -> None:
    window.open_file(scene("lost_update"))
    qtbot.keyClick(window, Qt.Key.Key_I)
    button = window.layout_.panels.header.copy
    opened: list[bool] = []
    menu = button.menu()
    assert menu is not None

    def close() -> None:
        opened.append(menu.isVisible())
        menu.close()

    menu.aboutToShow.connect(lambda: QTimer.singleShot(0, close))
    button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(focus(), Qt.Key.Key_Return)
    assert opened == [True]


def test_when_a_field_goes_by_itself_keys_are_the_windows_again(
    window: Window, qtbot: QtBot
) -> None:
    output = window.layout_.output
    output.accept_input(True)
    field = next(one for one in output.findChildren(QLineEdit) if one.isVisible())
    field.setFocus()
    output.accept_input(False)
    assert focus() is window
    before = window.layout_.panels.current
    qtbot.keyClick(focus(), Qt.Key.Key_Tab)
    assert window.layout_.panels.current != before


def test_another_page_leaves_the_keys_to_the_window(window: Window, qtbot: QtBot) -> None:
    panels = window.layout_.panels
    place = panels.timeline.viewport()
    qtbot.mouseClick(place, Qt.MouseButton.LeftButton, pos=place.rect().center())
    qtbot.keyClick(focus(), Qt.Key.Key_E)
    assert panels.current == "events"
    assert not isinstance(focus(), QComboBox)
    qtbot.keyClick(focus(), Qt.Key.Key_Tab)
    assert panels.current != "events", "Tab is the next panel"
