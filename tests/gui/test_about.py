"""The About box says what is running, and copies it for a bug report."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

import ipcsim
from ipcsim.gui.about import About
from ipcsim.gui.gallery.rehearse import RehearseDialog
from ipcsim.gui.keys import KeysTable
from ipcsim.gui.look.theme import Theme
from ipcsim.gui.window import Window


@pytest.mark.parametrize("sheet", [About, KeysTable])
@pytest.mark.parametrize("scale", [1.0, 1.5, 2.5])
def test_it_fits_into_the_window_and_the_rest_is_scrolled(
    window: Window, qtbot: QtBot, sheet: type[About] | type[KeysTable], scale: float
) -> None:
    window.set_theme(Theme(scale=scale))
    window.resize(1280, 720)
    shown = sheet(window, window.theme)
    shown.show()
    qtbot.waitExposed(shown)
    assert shown.width() <= 1280
    assert shown.height() <= 720
    area = shown.findChild(QScrollArea)
    assert area is not None
    assert area.horizontalScrollBar().maximum() == 0
    if scale == 1.0:
        assert area.verticalScrollBar().maximum() == 0
        assert shown.height() < 700


def test_a_rehearsal_fits_into_the_window_at_every_size(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.resize(1280, 720)
    dialog = RehearseDialog(parent, [], Theme(scale=2.5))
    assert dialog.width() <= 1280
    assert dialog.height() <= 720


def test_it_copies_versions(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    about = About(parent, Theme())
    button = about.findChild(QPushButton)
    assert button is not None
    button.click()
    copied = QGuiApplication.clipboard().text()
    assert f"ipcsim {ipcsim.__version__}" in copied
    assert "PySide6-Essentials 6." in copied
