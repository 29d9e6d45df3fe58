"""What this process uses, and whether that stays so."""

from __future__ import annotations

import gc
import os
from dataclasses import dataclass
from pathlib import Path
from statistics import median

_PAGE = os.sysconf("SC_PAGE_SIZE")
MEGABYTE = 1 << 20


@dataclass(frozen=True)
class Vitals:
    """A process at one moment."""

    descriptors: int
    threads: int
    memory: int
    """Resident bytes."""


def resident(pid: int) -> int:
    """Resident memory of a process, bytes; 0 if it is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


def own_vitals() -> Vitals:
    """This process now, with what is garbage given back."""
    gc.collect()
    return Vitals(
        # One of them is the listing's own.
        len(os.listdir("/proc/self/fd")) - 1,
        len(os.listdir("/proc/self/task")),
        resident(os.getpid()),
    )


@dataclass(frozen=True)
class Drift:
    """A quantity in the first and in the last fifth of many runs."""

    first: float
    last: float

    @property
    def growth(self) -> float:
        """How much more it was in the end."""
        return self.last - self.first


def drift(values: list[int]) -> Drift:
    """Medians of the first and the last fifth."""
    fifth = max(1, len(values) // 5)
    return Drift(median(values[:fifth]), median(values[-fifth:]))
