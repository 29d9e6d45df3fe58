"""Everything that can be pressed can be pressed by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ipcsim.gui.window import Window


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
