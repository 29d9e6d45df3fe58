"""Which threads ended by an exception? Python says so on stderr, and goes on."""

from __future__ import annotations

from ipcsim.analysis.finding import Finding, locations
from ipcsim.language import _
from ipcsim.trace.history import History
from ipcsim.trace.moment import Place
from ipcsim.trace.printed_errors import printed_errors


def find(trace: History) -> list[Finding]:
    """A finding for each."""
    errors = printed_errors(trace)
    rings = {trace.ring_of(info.process).ring: info.process for info in trace.processes}
    found = []
    for error in errors:
        if not error.thread:
            continue
        process = rings.get(error.ring) if error.ring is not None else None
        place = Place(error.file, int(error.line)) if error.file else None
        found.append(
            Finding(
                "exception",
                _("Thread {thread} of {who} ended by {error} (line {line}).").format(
                    thread=error.thread,
                    who=_("a process") if process is None else trace.processes[process].name,
                    error=error.message,
                    line=trace.at_line(place),
                ),
                _(
                    "An exception that leaves a thread ends that thread only. The process goes on, "
                    "and ends with exit code 0 as if nothing had happened."
                ),
                () if process is None else (process,),
                (),
                locations(place),
                error.time,
                remedy=_("Catch it in the thread and tell the others, or use a pool with results."),
            )
        )
    return found
