"""Who decides, instead of time, when a run on show goes on."""

from __future__ import annotations

from typing import Protocol

from ipcsim.trace.moment import Moment


class Director(Protocol):
    """Who decides when a run goes on, and what its cards say of that."""

    revision: int
    """Grows with every change of what :meth:`direct` adds."""

    @property
    def active(self) -> bool:
        """Whether it decides: each operation is looked at."""

    @property
    def title(self) -> str:
        """Where it is, in two words."""

    def latest(self, now: int) -> int:
        """The last moment worth showing."""

    def direct(self, moment: Moment) -> Moment:
        """The live moment with what is known beyond the recording."""
