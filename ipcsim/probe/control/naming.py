"""Names of actors and objects, the same in every run: who made them, and as which of theirs."""

from __future__ import annotations

import sys

from ipcsim.probe.control.actors import here, tell
from ipcsim.probe.control.calls import made_at
from ipcsim.probe.type_words import Any

_process = ""
"""Name of the actor that is this process's main thread."""
_used: dict[str, int] = {}


def process_name() -> str:
    """Name of the actor that is this process's main thread."""
    return _process


def expect_process(name: str) -> None:
    """This new interpreter will begin as the process ``name``; what it makes before is its own."""
    global _process
    _process = name


def begin_process(name: str) -> None:
    """This process begins as ``name``."""
    global _process
    if name != _process:
        _process = name
        _used.clear()


def child_name(name: str, separator: str) -> str:
    """A name for an actor that the calling actor is about to make, its own in every run.

    ``separator`` is ``/`` for a process, ``:`` for a thread.
    """
    parent = getattr(here, "actor", None)
    base = f"{parent.name if parent is not None else _process}{separator}{name}"
    _used[base] = _used.get(base, 0) + 1
    return base if _used[base] == 1 else f"{base}#{_used[base]}"


def next_key() -> str:
    """A key for an object that the calling actor makes, the same in every run."""
    parent = getattr(here, "actor", None)
    maker = parent.name if parent is not None else _process
    number = _used[maker] = _used.get(maker, 0) + 1
    return f"{maker}#{number}"


def new_object(kind: str, **facts: Any) -> bytes:
    """Introduce an object that the calling actor makes; its key, the same in every run."""
    key = next_key()
    tell(object=key, kind=kind, **made_at(sys._getframe(2)), **facts)
    return key.encode()


def used_names() -> dict[str, int]:
    """How many names of each base have been given."""
    return dict(_used)


def use_names(used: dict[str, int]) -> None:
    """Go on as if these names had been given."""
    _used.clear()
    _used.update(used)
