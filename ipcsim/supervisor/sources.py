"""The sources of the program's files, each in the recording once."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Final

from ipcsim.supervisor.recording import RecordingWriter

_MOST: Final = 1 << 20
"""Longer files are not kept, in bytes."""


class Sources:
    """Keeps what is the program's own, not the library's and not a package's."""

    def __init__(self, writer: RecordingWriter) -> None:
        self._writer = writer
        self._seen: set[str] = set()
        self.library = ""
        """The folder of the program's standard library, once it is known."""

    def keep(self, path: str) -> None:
        """Keep a file that a process has named."""
        if path in self._seen:
            return
        self._seen.add(path)
        packages = ("/site-packages/", "/dist-packages/")
        below_library = self.library and path.startswith(self.library + "/")
        if below_library or any(part in path for part in packages):
            return
        try:
            data = Path(path).read_bytes()
        except OSError:
            return
        if len(data) <= _MOST:
            text = data.decode("utf-8", "replace")
            facts = {"path": path, "sha256": sha256(data).hexdigest(), "text": text}
            self._writer.facts(b"FILE", facts)
