"""How bad a finding is: red is for what went wrong, amber for what only could."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ipcsim.analysis import Finding


class Grade(IntEnum):
    """The worst is the largest."""

    FINE = 0
    COULD = 1
    WRONG = 2


def grade(finding: Finding) -> Grade:
    """Whether a finding went wrong in this run, could in another one, or is a mere notice."""
    if not finding.is_wrong:
        return Grade.FINE
    return Grade.WRONG if finding.happened else Grade.COULD
