"""Which of the things that a person drops on the window is opened, and what is said of the rest."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData

from ipcsim.language import _

_OPENED = (".py", ".pyw", ".ipcsim", ".schedule")


def files_in(data: QMimeData) -> list[Path]:
    """Files and folders of this machine."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def chosen(dropped: Sequence[Path]) -> tuple[Path | None, str]:
    """What is opened of at least one file, and a sentence if that isn't all; None opens nothing."""
    found = next((file for one in dropped if (file := _program_of(one)) is not None), None)
    if found is None:
        return None, _why_not(dropped[0])
    if len(dropped) > 1:
        return found, _("One at a time: {name} is opened.").format(name=found.name)
    return found, ""


def _program_of(path: Path) -> Path | None:
    if path.is_dir():
        # As `python FOLDER` runs it.
        main = path / "__main__.py"
        return main if main.is_file() else None
    return path if path.suffix.lower() in _OPENED else None


def _why_not(path: Path) -> str:
    if path.is_dir():
        text = _("{name} is a folder without a __main__.py: there is nothing to run.")
    else:
        text = _("{name} is no Python program (.py), recording (.ipcsim) or schedule (.schedule).")
    return text.format(name=path.name)
