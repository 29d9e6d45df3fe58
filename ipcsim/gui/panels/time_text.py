"""Times as people read them: 3.482 s, 12.5 ms, 840 µs."""

from __future__ import annotations

import math

from ipcsim.language import grouped

UNITS = ((1_000_000_000, "s"), (1_000_000, "ms"), (1_000, "µs"), (1, "ns"))
NO_BREAK = "\u00a0"


def duration(ns: int) -> str:
    """A length of time with three figures that count.

    Args:
        ns: nanoseconds; negative for before.
    """
    for size, unit in UNITS:
        if abs(ns) >= size:
            value = ns / size
            digits = max(0, 2 - int(math.log10(abs(value))))
            return f"{value:.{digits}f}{NO_BREAK}{unit}"
    return f"0{NO_BREAK}s"


def step_for(width: int, labels: float) -> int:
    """The distance of marks on an axis: 1, 2 or 5 times a power of ten.

    Args:
        width: ns that are visible.
        labels: how many labels have room.
    """
    wanted = max(width / max(labels, 1.0), 1.0)
    power = 10 ** math.floor(math.log10(wanted))
    for factor in (1, 2, 5, 10):
        if factor * power >= wanted:
            return int(factor * power)
    return int(10 * power)


def moment(ns: int, step: int, finer: int = 1) -> str:
    """A moment since the run's beginning, as labels of an axis show it.

    Args:
        ns: since the beginning.
        step: distance of the axis' marks; all labels share its unit.
        finer: so many times more exact than the marks.
    """
    size, unit = unit_for(step)
    resolution = max(step // finer, 1)
    digits = max(0, math.ceil(math.log10(size / resolution))) if resolution < size else 0
    return f"{grouped(ns / size, digits)}{NO_BREAK}{unit}"


def unit_for(resolution: int) -> tuple[int, str]:
    """The unit in which marks ``resolution`` ns apart have the shortest labels."""
    for size, unit in UNITS:
        # 0.1 s reads better than 100 ms, but 0.001 s worse than 1 ms.
        if resolution >= size / 100:
            return size, unit
    return UNITS[-1]
