"""Whose turn it is, where nobody says: by chance, or each in turn."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Protocol


class Policy(Protocol):
    """Chooses one of several actors."""

    def choose(self, actors: Sequence[str], last: str) -> str:
        """One of ``actors``, which isn't empty; ``last`` made the step before."""


class RandomWalk:
    """Each is as likely as the others; the same seed chooses the same."""

    def __init__(self, seed: int = 1) -> None:
        self.seed = seed
        self._random = random.Random(seed)

    def choose(self, actors: Sequence[str], last: str) -> str:
        """One by chance."""
        return self._random.choice(list(actors))


class RoundRobin:
    """Each in turn, in the order in which they appeared."""

    def __init__(self) -> None:
        self._order: list[str] = []

    def choose(self, actors: Sequence[str], last: str) -> str:
        """The first that can after the last one."""
        order = self._order
        order += [name for name in actors if name not in order]
        start = order.index(last) + 1 if last in order else 0
        return next(name for name in order[start:] + order[:start] if name in actors)
