"""The version of a Python, as the status line tells it."""

from __future__ import annotations

import sys
from functools import cache

from ipcsim.run.interpreters import examine


@cache
def version_of(path: str) -> str:
    """``3.12.1``; empty if it isn't a Python that can be used."""
    if path == sys.executable:
        return ".".join(map(str, sys.version_info[:3]))
    found = examine(path)
    return _text(found.version) if found is not None else ""


def _text(version: tuple[int, int, int]) -> str:
    return ".".join(map(str, version))
