"""What installed packages do for themselves is seen; it isn't the program's to be judged by."""

from __future__ import annotations

from ipcsim.analysis.finding import Finding
from ipcsim.trace.history import History

_LEFT = ("never_received", "never_unlinked")


def is_of_a_package(trace: History, finding: Finding) -> bool:
    """Whether it only says what a package leaves behind, or how it uses its own objects.

    That somebody is stuck, has failed or has lost an update is the program's to know, whosever
    objects these are.
    """
    places = [trace.objects[obj].created_at for obj in finding.objects]
    return (not finding.is_wrong or finding.kind in _LEFT) and bool(
        places and all(place is not None and place.file in trace.packages for place in places)
    )
