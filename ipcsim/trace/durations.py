"""Durations in words."""

from __future__ import annotations

from ipcsim.language import _


def duration(ns: int) -> str:
    """A duration of ``ns`` nanoseconds as a person reads it: ``0.3 ms``, ``2.5 s``."""
    ns = abs(ns)
    if ns < 1_000:
        return _("{number} ns").format(number=ns)
    if ns < 1_000_000:
        return _("{number:.3g} µs").format(number=ns / 1e3)
    if ns < 1_000_000_000:
        return _("{number:.3g} ms").format(number=ns / 1e6)
    return _("{number:.3g} s").format(number=ns / 1e9)
