"""Exporting takes its time: it has a thread of its own, and the window lives on."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from ipcsim.export.formats import export_recording
from ipcsim.gui.session.driver import Driver
from ipcsim.gui.session.files import RECORDING, keep


class Export(QObject):
    """One export; goes by itself when it is done."""

    over = Signal(str)
    """Why it could not be done; empty if it has been."""

    def __init__(self, parent: QObject, driver: Driver, path: Path) -> None:
        super().__init__(parent)
        self._driver, self._path = driver, path
        self._done: Callable[[str], object] | None = None
        self._thread = threading.Thread(target=self._run, name="export", daemon=True)
        # A method of a QObject is called in the window's thread, a mere function in the other.
        self.over.connect(self._finish)

    def start(self, done: Callable[[str], object]) -> None:
        """Begin; ``done`` is called in the window's thread with :attr:`over`'s argument."""
        self._done = done
        self._thread.start()

    def _finish(self, problem: str) -> None:
        if self._done is not None:
            self._done(problem)
        self.deleteLater()

    def _run(self) -> None:
        path, whole = self._path, self._driver.recording
        copied = path.with_name(path.name + RECORDING) if whole is None else None
        try:
            if copied is not None:
                keep(self._driver, copied)
            export_recording(copied or whole or path, path)
            problem = ""
        except (OSError, ValueError) as error:
            problem = str(error) or type(error).__name__
        finally:
            if copied is not None:
                copied.unlink(missing_ok=True)
        # The window may have been closed meanwhile.
        with contextlib.suppress(RuntimeError):
            self.over.emit(problem)
