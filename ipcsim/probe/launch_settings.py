"""What the process that starts a program tells the one that runs it: a file in a private directory.

As marshal's second version, which every Python reads and which needs no module: to load ``json``
takes a watched process milliseconds, and memory that each of its forks copies.
"""

from __future__ import annotations

import marshal
import os

from ipcsim.probe.type_words import Any, Final

_FILE: Final = "launch"
_VERSION: Final = 2


def write(directory: str | os.PathLike[str], settings: dict[str, Any]) -> None:
    """Leave the settings for the process that will be started; only plain types. Raises OSError."""
    with open(os.path.join(directory, _FILE), "wb") as file:
        file.write(marshal.dumps(settings, _VERSION))


def read(directory: str) -> dict[str, Any]:
    """The settings that were left there. Raises OSError."""
    with open(os.path.join(directory, _FILE), "rb") as file:
        settings: dict[str, Any] = marshal.loads(file.read())
    return settings
