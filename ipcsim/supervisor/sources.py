"""The sources of the program's files, each in the recording once."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

from ipcsim.supervisor.recording import RecordingWriter

_MOST, _MOST_OF_PACKAGE = 1 << 20, 1 << 18
"""Longer files are not kept, in bytes."""


class Sources:
    """Keeps what is the program's own, and a package's, which gives its objects their names."""

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
        package = self._is_package(path)
        if not package and self.library and path.startswith(self.library + os.sep):
            return
        try:
            data = Path(path).read_bytes()
        except OSError:
            return
        if len(data) <= (_MOST_OF_PACKAGE if package else _MOST):
            text = data.decode("utf-8", "replace")
            facts = {"path": path, "sha256": sha256(data).hexdigest(), "text": text}
            self._writer.facts(b"FILE", {**facts, "package": True} if package else facts)

    def _is_package(self, path: str) -> bool:
        if self._beside is not None and path.startswith(self._beside):
            # A virtual environment may lie there, too.
            path = path[len(self._beside) - 1 :]
        parts = Path(path).parts
        return "site-packages" in parts or "dist-packages" in parts
