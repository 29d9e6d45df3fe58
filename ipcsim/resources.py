"""Where lessons, icons, themes and translations are.

They lie in ``resources/`` beside the package in a checkout, inside the package in a wheel, and
beside the bundled package in the executable.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource(name: str) -> Path:
    """Path of a file or folder of the resources.

    Args:
        name: relative path with forward slashes, e.g. ``"lessons"`` or ``"icons/run.svg"``.

    Raises:
        FileNotFoundError: there is no resources folder: the installation is incomplete.
    """
    for folder in (_PACKAGE / "resources", _PACKAGE.parent / "resources"):
        if folder.is_dir():
            return folder / name
    raise FileNotFoundError("the resources folder is missing: ipcsim is not installed completely")
