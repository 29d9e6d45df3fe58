"""Opening and saving: the only dialogs, and only when asked for."""

from __future__ import annotations

import shutil
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from ipcsim.gui.session.driver import Driver
from ipcsim.language import _

RECORDING = ".ipcsim"
SCHEDULE = ".schedule"


def ask_open(parent: QWidget, folder: Path, recordings: bool = False) -> Path | None:
    """Ask for a program or a recording; None if there is to be none."""
    programs = _("Python programs (*.py)")
    files = _("Recordings and schedules (*.ipcsim *.schedule)")
    filters = [files, programs] if recordings else [programs, files]
    name, _filter = QFileDialog.getOpenFileName(
        parent, _("Open"), str(folder), ";;".join([*filters, _("All files (*)")])
    )
    return Path(name) if name else None


def ask_save(parent: QWidget, folder: Path, name: str) -> tuple[Path, bool] | None:
    """Ask where to save a recording, and whether with arguments and values: that it has them is
    said.

    Args:
        folder: to begin with.
        name: to begin with, without a suffix.
    """
    without = _("Recordings without arguments and values (*.ipcsim)")
    found, chosen = QFileDialog.getSaveFileName(
        parent,
        _("Save the recording (it contains arguments and values)"),
        str(folder / (name + RECORDING)),
        ";;".join([_("Recordings (*.ipcsim)"), without]),
    )
    path = _with_suffix(found, RECORDING)
    return None if path is None else (path, chosen != without)


def ask_keep(parent: QWidget, folder: Path, name: str) -> Path | None:
    """Ask where to keep a schedule."""
    found, _filter = QFileDialog.getSaveFileName(
        parent, _("Keep the schedule"), str(folder / (name + SCHEDULE)), _("Schedules (*.schedule)")
    )
    return _with_suffix(found, SCHEDULE)


def ask_export(parent: QWidget, folder: Path, name: str) -> Path | None:
    """Ask for a format and a place; its suffix says which."""
    filters = {
        _("Table of events (*.csv)"): ".csv",
        _("Interleaving as Markdown (*.md)"): ".md",
        _("Perfetto (*.json)"): ".json",
    }
    found, chosen = QFileDialog.getSaveFileName(
        parent, _("Export"), str(folder / name), ";;".join(filters)
    )
    return _with_suffix(found, filters.get(chosen, ".csv"), tuple(filters.values()))


def _with_suffix(name: str, wanted: str, others: tuple[str, ...] = ()) -> Path | None:
    """A name as it was typed has the suffix that makes it found again."""
    if not name:
        return None
    path = Path(name)
    if path.suffix in (wanted, *others):
        return path
    return path.with_name(path.name + wanted)


def keep(driver: Driver, path: Path) -> None:
    """Save what is on show.

    Raises:
        OSError: it can't be written.
    """
    if driver.recording is not None:
        shutil.copyfile(driver.recording, path)
    elif driver.session is not None:
        driver.session.save(path)
