"""``ShareableList``: reading and writing an element are steps, as for an Array."""

from __future__ import annotations

from ipcsim.operations import Op
from ipcsim.probe.control.actors import current
from ipcsim.probe.control.asking import ask, result
from ipcsim.probe.control.cells import digest
from ipcsim.probe.control.naming import new_object
from ipcsim.probe.instruments.imports import when_imported
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.type_words import Any


def install() -> None:
    """Make the lists ask from now on."""
    when_imported("multiprocessing.shared_memory", _instrument)


def _instrument(module: Any) -> None:
    kind = module.ShareableList
    real_init, real_get, real_set = kind.__init__, kind.__getitem__, kind.__setitem__

    def __init__(self: Any, sequence: Any = None, *, name: str | None = None) -> None:
        try:
            real_init(self, sequence, name=name)
            alias = f"list:{self.shm.name.lstrip('/')}"
            self._ipcsim_key = alias.encode()
            if sequence is not None:
                self._ipcsim_key = new_object("cell", alias=alias)
        except BaseException as error:
            drop_frame(error)
            raise

    def __getitem__(self: Any, position: int) -> Any:
        try:
            if current() is None or not _usual(self, position):
                return real_get(self, position)
            ask(Op.READ, _part(self, position))
            value = real_get(self, position)
            result(digest(value))
            return value
        except BaseException as error:
            drop_frame(error)
            raise

    def __setitem__(self: Any, position: int, value: Any) -> None:
        try:
            if current() is not None and _usual(self, position):
                ask(Op.WRITE, _part(self, position), digest(value))
            real_set(self, position, value)
        except BaseException as error:
            drop_frame(error)
            raise

    kind.__init__, kind.__getitem__, kind.__setitem__ = __init__, __getitem__, __setitem__


def _usual(values: Any, position: Any) -> bool:
    return type(position) is int and -len(values) <= position < len(values)


def _part(values: Any, position: int) -> bytes:
    key: bytes = values._ipcsim_key
    return b"%s[%d]" % (key, position % len(values))
