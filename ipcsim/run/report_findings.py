"""A finding as plain data for a report."""

from __future__ import annotations

from typing import Any

from ipcsim.analysis import Finding
from ipcsim.analysis.finding import Wait, thread_name
from ipcsim.trace.history import History
from ipcsim.trace.queries import event


def finding_facts(trace: History, finding: Finding) -> dict[str, Any]:
    """As in the schema; times in seconds since the run began."""
    moments = sorted({finding.time, *finding.moments})
    return {
        "kind": finding.kind,
        "severity": finding.severity,
        "happened": finding.happened,
        "sentence": finding.sentence,
        "explanation": finding.explanation,
        "remedy": finding.remedy,
        "pitfall": finding.pitfall,
        "reference": finding.reference,
        "processes": [trace.processes[process].name for process in finding.processes],
        "objects": [trace.objects[obj].name for obj in finding.objects],
        "locations": list(finding.locations),
        "time_s": _seconds(trace, finding.time),
        "moments_s": [_seconds(trace, moment) for moment in moments],
        "events": [_evidence(trace, row) for row in finding.events],
        "waits": [_wait(trace, wait) for wait in finding.waits],
        "schedule": finding.schedule,
    }


def _evidence(trace: History, row: int) -> dict[str, Any]:
    """An event as it stands in the list of events; its number is its row in the recording."""
    try:
        told = event(trace, row)
    except LookupError:
        return {"row": row}
    place = told.place
    return {
        "row": row,
        "time_s": _seconds(trace, told.time),
        "process": trace.processes[told.process].name,
        "kind": told.kind.name,
        "operation": told.operation,
        "location": None if place is None else f"{place.file}:{place.line}",
    }


def _wait(trace: History, wait: Wait) -> dict[str, Any]:
    return {
        "who": thread_name(trace, wait.actor),
        "operation": wait.what,
        "object": trace.objects[wait.object].name if wait.object >= 0 else None,
        "for": [thread_name(trace, other) for other in wait.others],
        "row": wait.row,
    }


def _seconds(trace: History, time: int) -> float:
    return (time - trace.begin) / 1e9
