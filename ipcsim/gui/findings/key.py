"""What a finding is called while its run goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ipcsim.analysis import Finding

Key = tuple[str, tuple[int, ...], tuple[str, ...]]
"""Kind, objects, locations."""


def key_of(finding: Finding) -> Key:
    """The same for a finding as long as the run goes on: what it counts may grow."""
    return finding.kind, finding.objects, finding.locations
