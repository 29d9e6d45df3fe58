"""Differences between the suite bare and watched that can't be mended, with the reason of each."""

from __future__ import annotations

from typing import Final

KNOWN: Final[dict[tuple[str, str], str]] = {}
"""By start method ("all" for each) and ``Class.test``."""
