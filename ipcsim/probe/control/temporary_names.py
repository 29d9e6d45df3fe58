"""Names that ``tempfile`` makes up: to the controller they are called by who made them.

The name itself stays chance, so that executions at the same time don't come in each other's way.
"""

from __future__ import annotations

from ipcsim.probe.control.actors import current
from ipcsim.probe.control.naming import new_object
from ipcsim.probe.instruments.imports import when_imported
from ipcsim.probe.type_words import Any


def install() -> None:
    """Tell the names that are made up from now on."""
    when_imported("tempfile", _instrument)


def _instrument(tempfile: Any) -> None:
    names = tempfile._RandomNameSequence
    real = names.__next__

    def __next__(self: Any) -> str:
        name = str(real(self))
        if current() is not None:
            new_object("temporary", made_up=name)
        return name

    names.__next__ = __next__
