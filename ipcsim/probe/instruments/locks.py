"""Locks, semaphores, conditions, events and barriers of multiprocessing."""

from __future__ import annotations

from ipcsim.probe.instruments import barriers, conditions, semlocks
from ipcsim.probe.instruments.imports import when_imported
from ipcsim.probe.type_words import Any


def install() -> None:
    """Watch them from now on, in this process and the ones it forks."""
    when_imported("multiprocessing.synchronize", _instrument)


def _instrument(synchronize: Any) -> None:
    semlocks.instrument(synchronize)
    conditions.instrument(synchronize)
    barriers.instrument(synchronize)
