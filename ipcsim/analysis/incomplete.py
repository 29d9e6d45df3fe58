"""Is anything missing from the recording, so that answers of "none" can't be relied on?"""

from __future__ import annotations

from ipcsim.analysis.finding import Finding
from ipcsim.language import _, grouped, ngettext
from ipcsim.trace.history import History


def find(trace: History) -> list[Finding]:
    """Missing records, and a recording without its end."""
    found = []
    if trace.lost:
        found.append(
            Finding(
                "incomplete",
                ngettext(
                    "{count} record is missing: whether updates or messages were lost, and who "
                    "raced "
                    "with whom, is not known.",
                    "{count} records are missing: whether updates or messages were lost, and who "
                    "raced with whom, is not known.",
                    trace.lost,
                ).format(count=grouped(trace.lost)),
                _(
                    "What can't be seen can't be judged. Messages are told apart by their "
                    "order, so "
                    "a gap makes it unknown which is which."
                ),
                time=trace.end,
            )
        )
    if trace.cut_off:
        found.append(
            Finding(
                "incomplete",
                _(
                    "The recording has no end: what came after it is not known, nor who would have "
                    "been blocked, and what left behind."
                ),
                _("It was cut off while it was written; all that is whole has been read."),
                time=trace.end,
            )
        )
    return found
