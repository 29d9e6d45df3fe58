"""The folder for sockets that multiprocessing makes: known, so that it is removed after a kill."""

from __future__ import annotations

from functools import wraps
from typing import Any

from ipcsim.probe.instruments.imports import when_imported
from ipcsim.probe.recorder import hello

_installed: list[bool] = []
_known: list[str] = []


def install() -> None:
    """Tell the supervisor of multiprocessing's temporary folder when it is made."""
    if not _installed:
        _installed.append(True)
        when_imported("multiprocessing.util", _instrument)


def _instrument(util: Any) -> None:
    real = util.get_temp_dir

    @wraps(real)
    def get_temp_dir() -> str:
        folder: str = real()
        if folder not in _known:
            _known.append(folder)
            hello(tempdir=folder)
        return folder

    util.get_temp_dir = get_temp_dir
