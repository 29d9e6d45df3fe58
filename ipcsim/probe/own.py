"""What a process has of its own, and doesn't need for each record."""

from __future__ import annotations

import itertools

from ipcsim.probe import ring
from ipcsim.probe.type_words import Any


class Own:
    """Of a process: where it records, and who it is."""

    __slots__ = ("base", "children", "inherited", "lineage", "path", "pools", "ring_name", "role")

    def __init__(self, path: str, base: int, ring_name: str, lineage: str, role: int = 0) -> None:
        """``path`` is of the file in which its ring begins at ``base``."""
        self.path, self.base, self.ring_name = path, base, ring_name
        self.lineage, self.role = lineage, role
        self.children = itertools.count(1)
        self.pools: list[tuple[str, ring.Buffer]] = []
        """Files with rings for its children."""
        self.inherited: tuple[Any, ...] = ()
        """What was its parent's: to free that would touch some ten pages more."""

    def next_lineage(self) -> str:
        """Lineage of the next child that it starts."""
        return f"{self.lineage}.{next(self.children)}"
