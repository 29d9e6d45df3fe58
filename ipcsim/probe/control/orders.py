"""Sets of threads, processes and futures: gone through in the same order in every run.

By themselves they are in the order of the objects' addresses. A thread pool joins its threads so,
and ``as_completed`` takes its futures so, each of which is a step.
"""

from __future__ import annotations

import itertools
import threading
from operator import attrgetter

from ipcsim.probe.instruments.imports import when_imported
from ipcsim.probe.type_words import Any

_numbers = itertools.count(1)


def install() -> None:
    """Order what is made from now on by its making."""
    _number(threading.Thread)
    when_imported("multiprocessing.process", lambda module: _number(module.BaseProcess))
    when_imported("concurrent.futures._base", _instrument_futures)


def _number(kind: Any) -> None:
    def __new__(cls: Any, *_: Any, **__: Any) -> Any:
        self = object.__new__(cls)
        self._ipcsim_order = next(_numbers)
        return self

    def __hash__(self: Any) -> int:
        return getattr(self, "_ipcsim_order", None) or object.__hash__(self)

    kind.__new__, kind.__hash__ = staticmethod(__new__), __hash__


def _instrument_futures(module: Any) -> None:
    _number(module.Future)

    def __init__(self: Any, futures: Any) -> None:
        self.futures = sorted(futures, key=attrgetter("_ipcsim_order"))

    module._AcquireFutures.__init__ = __init__
