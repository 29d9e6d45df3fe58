"""All events of a trace as CSV, one a line, for spreadsheets and data frames."""

from __future__ import annotations

import csv
from typing import IO

from ipcsim.trace.trace import Trace

HEADS = (
    "time_s",
    "uncertain_ns",
    "process",
    "pid",
    "thread",
    "kind",
    "object",
    "object_kind",
    "index",
    "value",
    "file",
    "line",
    "operation",
    "sentence",
)


def write_csv(trace: Trace, file: IO[str]) -> int:
    """Write the events in order of time; how many there were.

    ``time_s`` counts from the beginning of the run; ``uncertain_ns`` is 0 for an exact moment.
    """
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(HEADS)
    rows = trace.rows_in_time()
    for row in rows.tolist():
        event = trace.event(row)
        info = trace.processes[event.process]
        thing = None if event.object is None else trace.objects[event.object]
        writer.writerow(
            (
                f"{(event.time - trace.begin) / 1e9:.9f}",
                (1 << event.span) if event.span else 0,
                info.name,
                info.pid,
                trace.actors[event.actor].name,
                event.kind.name,
                "" if thing is None else thing.name,
                "" if thing is None else thing.kind,
                "" if event.index is None else event.index,
                event.label,
                "" if event.place is None else event.place.file,
                "" if event.place is None else event.place.line,
                event.operation,
                event.sentence,
            )
        )
    return len(rows)
