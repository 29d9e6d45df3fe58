"""What is saved, exported, and where own lessons are looked for."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from ipcsim.gui.gallery.own_lessons import meant, with_folder
from ipcsim.gui.gallery.rehearse import RehearseDialog
from ipcsim.gui.window import Window
from ipcsim.gui.wiring import _command
from ipcsim.resources import resource
from ipcsim.run.session import Session
from ipcsim.run.spec import RunSpec
from tests.gui.conftest import WAIT_MS


def answer(monkeypatch: pytest.MonkeyPatch, name: Path, kind: str = "") -> list[str]:
    """Answers the next save dialogs; what they propose is noted."""
    proposed: list[str] = []

    def ask(_parent: object, _title: str, start: str, filters: str) -> tuple[str, str]:
        proposed.append(start)
        wanted = [one for one in filters.split(";;") if kind in one]
        return str(name), wanted[0]

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    return proposed


def test_a_saved_recording_is_found_again(
    window: Window,
    qtbot: QtBot,
    scene: Callable[[str], Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window.open_file(scene("bounded_queue"))
    folder = tmp_path / "kept"
    folder.mkdir()
    answer(monkeypatch, folder / "first.run")
    _command(window, "save")
    assert (folder / "first.run.ipcsim").is_file()
    assert "first.run.ipcsim" in window.layout_.status.sentence
    # The next one is proposed beside it, under the program's name.
    proposed = answer(monkeypatch, folder / "second.ipcsim")
    _command(window, "save")
    assert Path(proposed[0]).parent == folder
    assert Path(proposed[0]).stem != "run"
    window.open_file(folder / "second.ipcsim")
    assert window.conductor.driver.trace.event_count > 0


def test_a_recording_is_saved_without_values(
    window: Window,
    qtbot: QtBot,
    scene: Callable[[str], Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window.open_file(scene("bounded_queue"))
    driver, status = window.conductor.driver, window.layout_.status
    count = driver.trace.event_count
    answer(monkeypatch, tmp_path / "shared", "without arguments and values")
    _command(window, "save")
    qtbot.waitUntil(lambda: "without arguments and values" in status.sentence, timeout=WAIT_MS)
    window.open_file(tmp_path / "shared.ipcsim")
    assert driver.trace.event_count == count
    assert driver.trace.head["without_values"] is True
    assert "#1, #2, … stand for them" in status.sentence


def test_what_can_not_be_written_is_said(
    window: Window, scene: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _command(window, "save")
    assert "run something first" in window.layout_.status.sentence
    window.open_file(scene("bounded_queue"))
    answer(monkeypatch, tmp_path / "nowhere" / "x.ipcsim")
    _command(window, "save")
    assert "could not be saved" in window.layout_.status.sentence


@pytest.mark.parametrize("suffix", [".csv", ".md", ".json"])
def test_an_export_goes_on_beside_the_window(
    window: Window,
    qtbot: QtBot,
    scene: Callable[[str], Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    suffix: str,
) -> None:
    window.open_file(scene("bounded_queue"))
    folder = tmp_path / "out"
    folder.mkdir()
    answer(monkeypatch, folder / "told", suffix)
    _command(window, "export")
    status = window.layout_.status
    qtbot.waitUntil(lambda: "Exported as" in status.sentence, timeout=WAIT_MS)
    assert [path.name for path in folder.iterdir()] == [f"told{suffix}"]
    assert (folder / f"told{suffix}").stat().st_size > 100


def test_an_export_that_fails_says_so_and_leaves_nothing(
    window: Window,
    qtbot: QtBot,
    scene: Callable[[str], Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window.open_file(scene("bounded_queue"))
    answer(monkeypatch, tmp_path / "nowhere" / "told.csv")
    _command(window, "export")
    status = window.layout_.status
    qtbot.waitUntil(lambda: "could not be exported" in status.sentence, timeout=WAIT_MS)


def test_own_lessons_are_found_from_wherever_they_are_pointed_at(tmp_path: Path) -> None:
    lesson = resource("lessons") / "shared_state" / "lost_update"
    own = tmp_path / "own"
    shutil.copytree(lesson, own / "mine" / "lost_update")
    for chosen in (own, own / "mine", own / "mine" / "lost_update"):
        assert meant(chosen) == own
        folders, said, wrong = with_folder([], chosen)
        assert folders == [own]
        assert said.startswith("1 lesson")
        assert not wrong
    assert with_folder([own], own)[0] == [own]
    empty = tmp_path / "empty"
    empty.mkdir()
    folders, said, wrong = with_folder([own], empty)
    assert folders == [own]
    assert "No lessons in empty" in said
    assert wrong


def test_a_rehearsal_ends_when_its_dialog_is_put_away(window: Window, qtbot: QtBot) -> None:
    dialog = RehearseDialog(window, list(window.gallery.lessons), window.theme)
    dialog.open()
    qtbot.waitUntil(lambda: dialog._done > 0, timeout=WAIT_MS)
    assert "1 of" in dialog._sentence.text()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert not dialog._work._thread.is_alive()
    dialog.deleteLater()


def test_a_recording_is_run_again_as_it_was(
    window: Window, program: Callable[[str], Path], tmp_path: Path
) -> None:
    file = program(
        "def main(count: int = 3):\n    print(count)\n\nif __name__ == '__main__':\n    main()\n"
    )
    recording = tmp_path / "run.ipcsim"
    spec = RunSpec(
        file, args=["--fast"], parameters={"count": "5"}, start_method="spawn", record=recording
    )
    with Session(spec) as session:
        while session.running:
            session.poll()
            session.wait(0.05)
    window.open_file(recording)
    again = window.conductor.choice.spec()
    assert (again.args, again.parameters) == (["--fast"], {"count": "5"})
    assert again.start_method == "spawn"
