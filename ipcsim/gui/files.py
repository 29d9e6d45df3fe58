"""Opening and saving: the only dialogs, and only when asked for."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from ipcsim.export.formats import export_recording
from ipcsim.gui.driver import Driver
from ipcsim.language import _

RECORDING = ".ipcsim"


def ask_open(parent: QWidget, folder: Path, recordings: bool = False) -> Path | None:
    """Ask for a program or a recording; None if there is to be none."""
    programs = _("Python programs (*.py)")
    files = _("Recordings (*.ipcsim)")
    filters = [files, programs] if recordings else [programs, files]
    name, _filter = QFileDialog.getOpenFileName(
        parent, _("Open"), str(folder), ";;".join([*filters, _("All files (*)")])
    )
    return Path(name) if name else None


def save_recording(parent: QWidget, driver: Driver, say: Callable[[str, bool], object]) -> None:
    """Ask where, and save what is on show. It holds arguments and values: that is said."""
    if not driver.trace.event_count:
        say(_("There is nothing to save yet: run something first."), False)
        return
    name, _filter = QFileDialog.getSaveFileName(
        parent,
        _("Save the recording (it contains arguments and values)"),
        "run" + RECORDING,
        _("Recordings (*.ipcsim)"),
    )
    if not name:
        return
    path = Path(name)
    try:
        keep(driver, path)
    except OSError as error:
        say(_("It could not be saved: {error}").format(error=error), True)
    else:
        say(_("Saved as {name}; it contains arguments and values.").format(name=path.name), False)


def keep(driver: Driver, path: Path) -> None:
    """Save what is on show.

    Raises:
        OSError: it can't be written.
    """
    if driver.recording is not None:
        shutil.copyfile(driver.recording, path)
    elif driver.session is not None:
        driver.session.save(path)


def export(parent: QWidget, driver: Driver, say: Callable[[str, bool], object]) -> None:
    """Ask for a format and a place, and export."""
    if not driver.trace.event_count:
        say(_("There is nothing to export yet: run something first."), False)
        return
    filters = (
        _("Table of events (*.csv)"),
        _("Interleaving as Markdown (*.md)"),
        _("Perfetto (*.json)"),
    )
    name, chosen = QFileDialog.getSaveFileName(parent, _("Export"), "run", ";;".join(filters))
    if not name:
        return
    path = Path(name)
    if not path.suffix:
        path = path.with_suffix((".csv", ".md", ".json")[filters.index(chosen)])
    whole = path.with_name(path.name + RECORDING)
    try:
        keep(driver, whole)
        export_recording(whole, path)
    except (OSError, ValueError) as error:
        say(_("It could not be exported: {error}").format(error=error), True)
    else:
        say(_("Exported as {name}.").format(name=path.name), False)
    finally:
        whole.unlink(missing_ok=True)
