"""Questions to a trace, one a file; each answers with findings in plain sentences."""

from __future__ import annotations

from ipcsim.analysis import (
    blocked,
    deadlocks,
    exceptions,
    feeders,
    incomplete,
    lost_updates,
    orphaned_locks,
    unreceived,
)
from ipcsim.analysis.finding import Finding
from ipcsim.trace.history import History

__all__ = ["Finding", "findings"]

QUESTIONS = (
    exceptions,
    deadlocks,
    orphaned_locks,
    lost_updates,
    feeders,
    blocked,
    unreceived,
    incomplete,
)
"""In order of what a person wants to know first."""


def findings(trace: History) -> list[Finding]:
    """All findings of a run, of the run so far if it still goes on."""
    return [finding for question in QUESTIONS for finding in question.find(trace)]
