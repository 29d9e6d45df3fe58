"""What is dropped on the window is opened, or it is said why not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent

from ipcsim.gui.window import Window

TEXT = "def main(workers: int = 3):\n    print(workers)\nmain()\n"
BUTTON, KEYS, COPY = (
    Qt.MouseButton.LeftButton,
    Qt.KeyboardModifier.NoModifier,
    Qt.DropAction.CopyAction,
)


def drop(window: Window, *what: Path | str) -> bool:
    """Drop files, or addresses; whether the window took them."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(w)) if isinstance(w, Path) else QUrl(w) for w in what])
    entered = QDragEnterEvent(QPoint(100, 100), COPY, mime, BUTTON, KEYS)
    # An event that somebody else has made begins accepted.
    entered.ignore()
    window.dragEnterEvent(entered)
    if entered.isAccepted():
        window.dropEvent(QDropEvent(QPointF(100, 100), COPY, mime, BUTTON, KEYS))
    return entered.isAccepted()


@pytest.mark.parametrize("name", ["program.py", "PROGRAM.PY", "package/__main__.py"])
def test_a_program_is_opened(window: Window, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(TEXT)
    assert drop(window, path.parent if "/" in name else path)
    assert window.choice.program == path
    assert [count.name for count in window.layout_.top.counters.counts] == ["workers"]
    assert path.name in window.windowTitle()
    assert not window.layout_.status.sentence


def test_a_recording_is_opened_whatever_its_case(
    window: Window, scene: Callable[[str], Path]
) -> None:
    path = scene("lost_update")
    assert drop(window, path.rename(path.with_suffix(".IPCSIM")))
    assert window.conductor.driver.recording is not None


@pytest.mark.parametrize("name", ["notes.txt", "script", "folder"])
def test_of_what_can_not_be_opened_is_said_why(window: Window, tmp_path: Path, name: str) -> None:
    path, before = tmp_path / name, window.windowTitle()
    if name == "folder":
        path.mkdir()
    else:
        path.write_text("hello\n")
    assert drop(window, path)
    assert name in window.layout_.status.sentence
    assert window.choice.name == "lost_update/broken"
    assert window.windowTitle() == before


def test_of_two_the_first_that_can_be_opened_is(window: Window, tmp_path: Path) -> None:
    notes, program = tmp_path / "notes.txt", tmp_path / "program.py"
    program.write_text(TEXT)
    assert drop(window, notes, program)
    assert window.choice.program == program
    assert "program.py" in window.layout_.status.sentence


def test_what_is_elsewhere_is_not_taken(window: Window) -> None:
    assert not drop(window, "https://localhost/program.py")


@pytest.mark.parametrize("name", ["broken.ipcsim", "broken.schedule"])
def test_what_can_not_be_shown_gives_the_window_no_title(
    window: Window, tmp_path: Path, name: str
) -> None:
    path, before = tmp_path / name, window.windowTitle()
    path.write_bytes(b"nothing of the kind")
    assert drop(window, path)
    assert name in window.layout_.status.sentence
    assert window.windowTitle() == before
