"""What has to be known of a moment to say who can go on then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from ipcsim.control.actors import Phase
from ipcsim.control.hub import Request
from ipcsim.control.shared import Shared
from ipcsim.control.steps import Candidate, Operation, Step


class Asker(Protocol):
    """An actor that may be at an operation."""

    name: str
    request: Request | None
    operation: Operation | None
    candidate: Candidate | None
    """What it was offered as last."""
    since_ns: int
    """Virtual time of its request."""

    @property
    def phase(self) -> Phase:
        """Where it is."""


class Things(Protocol):
    """What actors share."""

    def get(self, key: str) -> Shared:
        """The object of a key."""

    def title(self, key: str) -> str:
        """What a person calls it."""


class Asked(Protocol):
    """A moment."""

    clock_ns: int
    early: bool
    """Timed waits may give up at any time."""
    ignored: frozenset[str]
    """Names of locks that let everybody in."""
    steps: list[Step]

    @property
    def actors(self) -> Mapping[str, Asker]:
        """By name."""

    @property
    def objects(self) -> Things:
        """What they share."""
