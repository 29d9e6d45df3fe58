"""The Pythons of this machine that can run a watched program."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

OLDEST, NEWEST = (3, 10), (3, 13)


def pythons() -> list[tuple[str, str]]:
    """Path and version of each, our own first; versions outside 3.10 to 3.13 are left out."""
    found = {os.path.realpath(sys.executable): (sys.executable, own_version())}
    names = ["python3", "python", *(f"python3.{n}" for n in range(OLDEST[1], NEWEST[1] + 1))]
    places = [shutil.which(name) for name in names]
    places += [str(path) for path in sorted(Path.home().glob(".pyenv/versions/*/bin/python"))]
    for place in filter(None, places):
        real = os.path.realpath(place)
        if real in found:
            continue
        version = version_of(place)
        if version:
            found[real] = (place, version)
    return list(found.values())


@lru_cache(maxsize=64)
def version_of(path: str) -> str:
    """``3.12.1``; empty if it isn't a Python that can be used."""
    try:
        done = subprocess.run(
            [path, "-c", "import sys; print(sys.implementation.name, *sys.version_info[:3])"],
            capture_output=True,
            text=True,
            timeout=5,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    match = re.fullmatch(r"cpython (\d+) (\d+) (\d+)\s*", done.stdout)
    if match is None:
        return ""
    numbers = tuple(map(int, match.groups()))
    return ".".join(map(str, numbers)) if OLDEST <= numbers[:2] <= NEWEST else ""


def own_version() -> str:
    """The version of the Python that runs ipcsim itself."""
    return ".".join(map(str, sys.version_info[:3]))
