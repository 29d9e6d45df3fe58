"""The About box says what is running, and copies it for a bug report."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

import ipcsim
from ipcsim.gui.about import About
from ipcsim.gui.look.theme import Theme


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
