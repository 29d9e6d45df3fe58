"""Windows for tests: with settings of their own, closed afterwards."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

# Before Qt is loaded: tests need no screen, and must not open windows on somebody's.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QEvent, QObject, QSettings, Qt
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot

from ipcsim.gui.memory import Memory
from ipcsim.gui.window import Window
from tests.trace.scenes import SCENES

WAIT_MS = 20_000
"""For what real processes do; a busy machine is slow."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The offscreen platform has no window manager to tell sizes to, and warns about it."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore("propagateSizeHints", extend=True))


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    return Memory(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))


class Strays(QObject):
    """Widgets that were windows of their own for a moment: shown before they had a parent."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget):
            wanted = (Window, QDialog, QMenu)
            popup = watched.windowType() in (Qt.WindowType.ToolTip, Qt.WindowType.Popup)
            if watched.isWindow() and not popup and not isinstance(watched, wanted):
                self.seen.append(f"{type(watched).__name__} {watched.objectName()}")
        return False


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, memory: Memory) -> Iterator[Window]:
    """The window as it is at the first start; no other one may appear unasked."""
    strays = Strays()
    qapp.installEventFilter(strays)
    shown = Window(memory)
    shown.complete()
    shown.open_first()
    qtbot.addWidget(shown)
    shown.resize(1280, 720)
    shown.show()
    # Keys reach the active window only.
    shown.activateWindow()
    with qtbot.waitActive(shown):
        pass
    yield shown
    shown.close()
    qapp.removeEventFilter(strays)
    assert strays.seen == []


@pytest.fixture
def scene(tmp_path: Path) -> Callable[[str], Path]:
    """Write one of the ready recordings."""

    def write(name: str) -> Path:
        path = tmp_path / f"{name}.ipcsim"
        SCENES[name](path)
        return path

    return write


@pytest.fixture
def program(tmp_path: Path) -> Callable[[str], Path]:
    """Write a program."""

    def write(text: str) -> Path:
        path = tmp_path / "program.py"
        path.write_text(text)
        return path

    return write
