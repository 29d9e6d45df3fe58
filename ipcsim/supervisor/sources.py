"""The sources of the program's files, each in the recording once."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path
from typing import Final

from ipcsim.supervisor.recording import RecordingWriter

_MOST: Final = 1 << 20
"""Longer files are not kept, in bytes."""


class Sources:
    """Keeps what is the program's own, not the library's and not a package's."""

    def __init__(self, writer: RecordingWriter, program: str | None) -> None:
        """``program`` is the file that is run; what lies beside it is its own, wherever that is.

        (A lesson's is among the packages, where ipcsim has been installed.)
        """
        self._writer = writer
        self._beside = os.path.dirname(program) + os.sep if program else None
        self._seen: set[str] = set()
        self.library = ""
        """The folder of the program's standard library, once it is known."""

    def keep(self, path: str) -> None:
        """Keep a file that a process has named."""
        if path in self._seen:
            return
        self._seen.add(path)
        own = self._beside is not None and path.startswith(self._beside)
        if not own and self._is_installed(path):
            return
        try:
            data = Path(path).read_bytes()
        except OSError:
            return
        if len(data) <= _MOST:
            text = data.decode("utf-8", "replace")
            facts = {"path": path, "sha256": sha256(data).hexdigest(), "text": text}
            self._writer.facts(b"FILE", facts)

    def _is_installed(self, path: str) -> bool:
        if self.library and path.startswith(self.library + "/"):
            return True
        return "/site-packages/" in path or "/dist-packages/" in path
