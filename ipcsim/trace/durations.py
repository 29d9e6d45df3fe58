"""Durations in words."""

from __future__ import annotations

from ipcsim.language import _, grouped


def duration(ns: int) -> str:
    """A duration of ``ns`` nanoseconds as a person reads it: ``0.3 ms``, ``2.5 s``."""
    ns = abs(ns)
    # What would be rounded up to a thousand is one of the next unit.
    if ns < 1_000:
        return _("{number} ns").format(number=ns)
    if ns < 999_500:
        return _("{number} µs").format(number=f"{ns / 1e3:.3g}")
    if ns < 999_500_000:
        return _("{number} ms").format(number=f"{ns / 1e6:.3g}")
    seconds = ns / 1e9
    return _("{number} s").format(number=f"{seconds:.3g}" if seconds < 999 else grouped(seconds))
