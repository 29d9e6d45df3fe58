"""What multiprocessing makes outside of processes is known by name: the folder for its sockets, and
semaphores. So it is removed after a kill, of whomever.
"""

from __future__ import annotations

import os
from functools import wraps

from ipcsim.probe.instruments.imports import when_imported
from ipcsim.probe.recorder import belongs, hello, session
from ipcsim.probe.type_words import Any

_installed: list[bool] = []
_known: list[str] = []


def install() -> None:
    """Note the temporary folder when it is made; let the names of semaphores tell the run's."""
    if not _installed:
        _installed.append(True)
        when_imported("multiprocessing.util", _instrument)
        when_imported("multiprocessing.process", _name_semaphores)


def _instrument(util: Any) -> None:
    real = util.get_temp_dir

    @wraps(real)
    def get_temp_dir() -> str:
        folder: str = real()
        if folder not in _known:
            _known.append(folder)
            belongs(folder, os.stat(folder).st_ino)
            hello(tempdir=folder)
        return folder

    util.get_temp_dir = get_temp_dir


def _name_semaphores(process: Any) -> None:
    # Between the making of a semaphore and anybody's knowing of it the process may be killed.
    # A name has at most 31 characters on macOS; this makes 25.
    config = process.current_process()._config
    if session() and config.get("semprefix") == "/mp":
        config["semprefix"] = f"/mp-{session()}"
