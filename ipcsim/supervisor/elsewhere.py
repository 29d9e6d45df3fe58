"""Processes of ipcsim's own are started where nobody else's modules lie."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.context import SpawnProcess
from pathlib import Path

_HERE = Path(__file__).parent
_changing = threading.Lock()
"""Several runs may start at once; each is to come back to where it was."""


@contextmanager
def elsewhere() -> Iterator[str | None]:
    """For the time of the block the working directory is a folder of ipcsim's.

    ``multiprocessing`` starts children and its resource tracker by ``python -c``, which looks for
    modules in the working directory first: a program's own ``queue.py`` or ``subprocess.py`` there
    would be taken for the library's.

    Yields:
        The working directory; None if it has been removed: there is nothing in it, and no way back.
    """
    with _changing:
        try:
            before = os.getcwd()
        except OSError:
            yield None
            return
        os.chdir(_HERE)
        try:
            yield before
        finally:
            os.chdir(before)


class OwnProcess(SpawnProcess):
    """A spawned process of ipcsim's own; its target runs in the working directory of its parent."""

    _folder: str | None = None

    def start(self) -> None:
        with elsewhere() as self._folder:
            super().start()

    def run(self) -> None:
        if self._folder is not None:
            os.chdir(self._folder)
        super().run()
