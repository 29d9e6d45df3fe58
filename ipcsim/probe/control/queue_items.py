"""What a queue's feeder pickles, while the thread that has put it goes on.

A list that is changed after its put may be sent as it was or as it is then. Changing it is no step,
so nothing can be said of all interleavings where such items are put.
"""

from __future__ import annotations

import threading
from types import BuiltinFunctionType, FunctionType

from ipcsim.probe.control.actors import current, tell
from ipcsim.probe.instruments.imports import when_imported
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.type_words import Any, Final

FEEDER: Final = "QueueFeederThread"
"""What the library calls a feeder's thread."""
_FIXED: Final = {
    *(int, float, complex, bool, str, bytes, type(None), type(Ellipsis)),
    *(type, FunctionType, BuiltinFunctionType),
}
"""Exact types whose values can't change, or are pickled by their names."""


def install() -> None:
    """Say from now on when something is sent that can have changed since its put."""
    when_imported("multiprocessing.queues", _instrument)


def _instrument(queues: Any) -> None:
    real: Any = queues._ForkingPickler

    class ForkingPickler(real):  # type: ignore[misc]
        __module__ = real.__module__

        @staticmethod
        def dumps(obj: Any, protocol: Any = None) -> Any:
            try:
                if current() is not None and threading.current_thread().name == FEEDER:
                    _tell_if_mutable(obj)
                return real.dumps(obj, protocol)
            except BaseException as error:
                drop_frame(error)
                raise

    queues._ForkingPickler = ForkingPickler


def _tell_if_mutable(item: object) -> None:
    if not _is_fixed(item):
        tell(unseen="item")


def _is_fixed(item: object) -> bool:
    if type(item) in (tuple, frozenset):
        return all(map(_is_fixed, item))  # type: ignore[call-overload]
    return type(item) in _FIXED
