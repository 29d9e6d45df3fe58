"""What a strategy is: it says which run to make next, and learns from those that were made."""

from __future__ import annotations

from typing import Protocol

from ipcsim.explore.plan import Plan, Run


class Strategy(Protocol):
    """A way to search; a new one is one file with such a class and an entry in ``choosing``."""

    @property
    def exhausted(self) -> bool:
        """Whether there is nothing left that it could find."""

    def next(self, number: int) -> Plan | None:
        """The next run to make, or None if there is none before those under way have ended.

        Args:
            number: of the run, counted from 0.
        """

    def learn(self, run: Run) -> None:
        """Take note of what came of a plan.

        Raises:
            NotTheSameTwice: the program does not behave the same under the same choices.
        """
