"""The Pythons of this machine, as the strip offers them."""

from __future__ import annotations

import sys
from functools import cache

from ipcsim.run.interpreters import examine, find_interpreters


@cache
def version_of(path: str) -> str:
    """``3.12.1``; empty if it isn't a Python that can be used."""
    if path == sys.executable:
        return ".".join(map(str, sys.version_info[:3]))
    found = examine(path)
    return _text(found.version) if found is not None else ""


@cache
def pythons() -> list[tuple[str, str]]:
    """Path and version of each, our own first. Looking for them takes a moment, once."""
    return [(found.path, _text(found.version)) for found in find_interpreters()]


def _text(version: tuple[int, int, int]) -> str:
    return ".".join(map(str, version))
