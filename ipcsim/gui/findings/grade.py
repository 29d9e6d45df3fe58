"""How bad a finding is: red is for what went wrong, amber for what only could."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ipcsim.analysis import Finding

_COULD = frozenset({"data_race", "lock_order", "possible_lost_update"})
"""Kinds that tell of another order of events, or of one that isn't known."""


class Grade(IntEnum):
    """The worst is the largest."""

    FINE = 0
    COULD = 1
    WRONG = 2


def grade(finding: Finding) -> Grade:
    """Whether a finding went wrong in this run, could in another one, or is a mere notice."""
    if not finding.is_wrong:
        return Grade.FINE
    return Grade.COULD if finding.kind in _COULD else Grade.WRONG
