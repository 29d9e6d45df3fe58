"""Chance under control: ``random`` begins the same in every run of a schedule.

Each process's generator is seeded with the name of its actor, where a free run would seed it with
the system's entropy. A program's own ``random.seed`` holds as ever. ``os.urandom`` and ``secrets``
stay true chance; who lets them decide is not the same twice.
"""

from __future__ import annotations

import sys

from ipcsim.probe.control import asking, naming
from ipcsim.probe.instruments.imports import when_imported
from ipcsim.probe.type_words import Any


def install() -> None:
    """Seed ``random`` when it is imported, and whenever a process begins."""
    when_imported("random", _seed)
    asking.at_begin.append(begin)


def begin() -> None:
    """A process begins, or its body does once more."""
    _seed(sys.modules.get("random"))


def _seed(random: Any) -> None:
    if random is not None and not _is_unused(random):
        random.seed(naming.process_name())
        _seeded[:] = [naming.process_name(), _memory(random)]


_seeded: list[object] = []
"""With what the generator was seeded last, and its memory then."""


def _is_unused(random: Any) -> bool:
    """Whether nobody has drawn since: seeding would not change anything.

    Where bodies are run again that is so most of the time, and looking at it takes a tenth.
    """
    return bool(_seeded and _seeded[1]) and _seeded == [naming.process_name(), _memory(random)]


def _memory(random: Any) -> bytes:
    """The state of the generator as it is in memory; empty where it can't be looked at."""
    ctypes = sys.modules.get("ctypes")
    generator: Any = getattr(random, "_inst", None)
    if ctypes is None or type(generator) is not random.Random or generator.gauss_next is not None:
        return b""
    begin, end = object.__basicsize__, random.Random.__mro__[1].__basicsize__
    found: bytes = ctypes.string_at(id(generator) + begin, end - begin)
    return found
