"""What the panels ask of a recorded run. :class:`ipcsim.trace.Trace` answers it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ipcsim.trace.moment import ObjectInfo


class Series(Protocol):
    """A quantity over time."""

    @property
    def bound(self) -> float | None: ...
    def view(
        self, t0: int, t1: int, pixels: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]: ...


class Lane(Protocol):
    """What a process did over time."""

    def view(
        self, t0: int, t1: int, pixels: int
    ) -> tuple[NDArray[np.uint8], NDArray[np.int32]]: ...


class Run(Protocol):
    """A recorded run that may still grow."""

    @property
    def begin(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def version(self) -> int: ...
    @property
    def event_count(self) -> int: ...
    @property
    def processes(self) -> Sequence[Any]: ...
    @property
    def objects(self) -> Sequence[ObjectInfo]: ...
    def lane(self, process: int) -> Lane: ...
    def series(self, object: int, what: str) -> Series: ...
    def messages(self, t0: int, t1: int, limit: int) -> NDArray[np.void]: ...
    def wrongs(self, t0: int, t1: int) -> Sequence[tuple[int, int, str]]: ...


def events_of(run: Any, number: int) -> int:
    """How many events an object has had."""
    store = run.store
    return sum(len(store.of(number, kind)) for kind in store.kinds_of(number))
