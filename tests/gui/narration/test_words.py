"""What the window says has room at every size."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from ipcsim.gui.look.style import apply
from ipcsim.gui.look.theme import Theme
from ipcsim.gui.narration.caption import Caption
from ipcsim.gui.window import Window

LONG = "worker-3 writes 42. worker-1 and worker-2 still hold 41 and will write 42 too."


@pytest.mark.parametrize("scale", [0.8, 1.0, 1.5, 2.0, 2.5])
@pytest.mark.parametrize("presenting", [False, True])
def test_a_caption_is_whole_on_two_lines(
    qapp: QApplication, qtbot: QtBot, scale: float, presenting: bool
) -> None:
    theme = Theme(scale=scale, presenting=presenting)
    apply(qapp, theme)
    caption = Caption(theme)
    qtbot.addWidget(caption)
    caption.resize(theme.px(460), caption.height())
    caption.show()
    caption.say(LONG, None)
    (text,) = [label for label in caption.findChildren(QLabel) if label.text()]
    assert text.text() == LONG
    assert text.heightForWidth(text.width()) <= caption.height()


def test_a_caption_without_end_ends_with_dots(qapp: QApplication, qtbot: QtBot) -> None:
    apply(qapp, Theme())
    caption = Caption(Theme())
    qtbot.addWidget(caption)
    caption.resize(400, caption.height())
    caption.show()
    caption.say(LONG * 4, None)
    (text,) = [label for label in caption.findChildren(QLabel) if label.text()]
    assert text.text().endswith("…")
    assert len(text.text()) > len(LONG)
    assert text.heightForWidth(text.width()) <= caption.height()
    assert text.toolTip() == LONG * 4


def test_where_the_status_line_has_no_place_sentences_are_said_over_the_foot(
    window: Window, qtbot: QtBot
) -> None:
    saying, status = window.layout_.saying, window.layout_.status
    window.say("Kept in one.schedule")
    assert not saying.isVisible()
    window.set_theme(Theme(scale=2.5))
    window.resize(1280, 720)
    qtbot.waitUntil(lambda: not status.isVisible())
    window.say("It can't be saved: no space is left", True)
    assert saying.isVisible()
    assert saying.text() == "It can't be saved: no space is left"
    assert window.layout_.rect().contains(saying.geometry())
    assert saying.height() >= saying.heightForWidth(saying.width())
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not saying.isVisible()


def test_presenting_too(window: Window, scene: Callable[[str], Path]) -> None:
    window.open_file(scene("lost_update"))
    window.presentation.toggle()
    window.conductor.returning.go(7)
    assert "Ctrl 7" in window.layout_.saying.text()
    assert window.layout_.saying.isVisible()
    window.presentation.toggle()
    assert not window.layout_.saying.isVisible()


def test_a_sentence_that_is_too_long_for_the_status_line_can_be_read(window: Window) -> None:
    status, saying = window.layout_.status, window.layout_.saying
    window.say(LONG * 4, True)
    assert status.sentence == LONG * 4
    assert not status.fits
    assert saying.isVisible()
    window.say("")
    assert not saying.isVisible()
