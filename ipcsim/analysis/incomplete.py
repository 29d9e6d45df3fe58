"""Is anything missing from the recording, so that answers of "none" can't be relied on?"""

from __future__ import annotations

from ipcsim.analysis.finding import Finding
from ipcsim.language import _, ngettext
from ipcsim.trace.history import History


def find(trace: History) -> list[Finding]:
    """At most one finding: how many records are missing."""
    if not trace.lost:
        return []
    return [
        Finding(
            "incomplete",
            ngettext(
                "{count} record is missing: whether updates or messages were lost is not known.",
                "{count} records are missing: whether updates or messages were lost is not known.",
                trace.lost,
            ).format(count=trace.lost),
            _(
                "What can't be seen can't be judged. Messages are told apart by their order, so a "
                "gap makes it unknown which is which."
            ),
            time=trace.end,
        )
    ]
