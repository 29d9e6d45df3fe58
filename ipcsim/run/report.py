"""What a run came to: as JSON for programs, as tables for a person.

The JSON's schema is ``report.schema.json`` beside this file.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ipcsim.analysis import NOTICE, Finding
from ipcsim.events import Kind
from ipcsim.language import _, grouped, ngettext
from ipcsim.run.fixes import says_how_fixed
from ipcsim.run.report_findings import finding_facts
from ipcsim.supervisor.messages import Ended, State
from ipcsim.trace.counts import counts
from ipcsim.trace.durations import duration
from ipcsim.trace.happenings import error_of
from ipcsim.trace.history import History
from ipcsim.trace.moment import ObjectInfo
from ipcsim.trace.people import ProcessInfo

FORMAT: Final = "ipcsim-report"
VERSION: Final = 1
_MOST_ROWS = 40


def report(trace: History, findings: list[Finding], ended: Ended | None) -> dict[str, Any]:
    """The run as plain data for JSON.

    Args:
        trace: the whole run.
        findings: of :func:`ipcsim.analysis.findings`.
        ended: how it ended; None if that isn't known (a recording that was cut off).
    """
    head = trace.head
    fixed = says_how_fixed(head.get("lesson"))
    return {
        "format": FORMAT,
        "version": VERSION,
        "ipcsim": head.get("ipcsim"),
        "program": str(head.get("program") or head.get("module") or ""),
        "python": head.get("python"),
        "start_method": head.get("start_method"),
        "parameters": head.get("parameters") or {},
        "args": head.get("argv") or [],
        "exit_code": None if ended is None else ended.exit_code,
        "timed_out": ended is not None and ended.timed_out,
        "stopped": ended is not None and ended.stopped,
        "duration_s": (trace.end - trace.begin) / 1e9 if ended is None else ended.duration_s,
        "events": trace.event_count,
        "lost": trace.lost,
        "processes": [_process(trace, info) for info in _in_order(trace)],
        "objects": [_object(trace, info) for info in trace.objects],
        "findings": [
            {**finding_facts(trace, finding), "fixed": fixed(finding)} for finding in findings
        ],
    }


def _in_order(trace: History) -> list[ProcessInfo]:
    """Processes as their parents have started them: who speaks first is chance."""
    return sorted(trace.processes, key=lambda info: (not info.is_main, info.started))


def _seconds(trace: History, time: int | None) -> float | None:
    return None if time is None else (time - trace.begin) / 1e9


def _events_of(trace: History, info: ProcessInfo) -> int:
    return sum(len(trace.store.of_actor(actor)) for actor in info.actors)


def _exception(trace: History, info: ProcessInfo) -> str | None:
    store = trace.store
    for ordinal in store.of(-1, Kind.RAISED).tolist():
        row = int(store.where.view[ordinal])
        if trace.process_of_row(row) == info.process:
            return error_of(trace, row)
    return info.detail or None if info.state == State.CRASHED else None


def _process(trace: History, info: ProcessInfo) -> dict[str, Any]:
    return {
        "name": info.name,
        "pid": info.pid,
        "parent": None if info.parent is None else trace.processes[info.parent].pid,
        "role": info.role,
        "daemon": info.daemon,
        "exit_code": info.exit_code,
        "state": info.state.value,
        "exception": _exception(trace, info),
        "started_s": _seconds(trace, info.started),
        "ended_s": _seconds(trace, info.ended),
        "events": _events_of(trace, info),
    }


def _created_at(info: ObjectInfo) -> str | None:
    return None if info.created_at is None else f"{info.created_at.file}:{info.created_at.line}"


def _object(trace: History, info: ObjectInfo) -> dict[str, Any]:
    return {
        "kind": info.kind,
        "name": info.name,
        "created_at": _created_at(info),
        "internal": info.internal,
        **counts(trace, info.object),
    }


def print_summary(
    trace: History, findings: list[Finding], ended: Ended | None, console: Console
) -> None:
    """Print tables of processes and objects and the findings for a person."""
    if ended is None:
        head = _("The recording was cut off")
    elif ended.timed_out:
        head = _("Timed out after {duration}").format(duration=_run_time(ended))
    else:
        head = _("Ended after {duration} with exit code {code}").format(
            duration=_run_time(ended), code=ended.exit_code
        )
    events = ngettext("{count} event", "{count} events", trace.event_count)
    words = [head, events.format(count=grouped(trace.event_count))]
    if trace.lost:
        words.append(
            ngettext("{count} lost", "{count} lost", trace.lost).format(count=grouped(trace.lost))
        )
    console.print(Text(" · ".join(words), style="bold"))
    console.print(_process_table(trace))
    objects = [info for info in trace.objects if _is_busy(trace, info)]
    if objects:
        console.print(_object_table(trace, objects))
    _print_findings(findings, says_how_fixed(trace.head.get("lesson")), console)


def _run_time(ended: Ended) -> str:
    return duration(int(ended.duration_s * 1e9))


def _is_busy(trace: History, info: ObjectInfo) -> bool:
    return bool(trace.store.kinds_of(info.object))


def _process_table(trace: History) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column(_("process"))
    table.add_column(_("pid"), justify="right")
    table.add_column(_("state"))
    table.add_column(_("exit"), justify="right")
    table.add_column(_("events"), justify="right")
    for info in _in_order(trace)[:_MOST_ROWS]:
        wrong = info.state in (State.CRASHED, State.KILLED)
        state = Text(_(info.state.told(info.exit_code).value), style="red" if wrong else "")
        error = _exception(trace, info)
        if error:
            state.append(f"  {error}")
        table.add_row(
            Text(info.name),
            str(info.pid),
            state,
            "" if info.exit_code is None else str(info.exit_code),
            grouped(_events_of(trace, info)),
        )
    _add_rest(table, len(trace.processes))
    return table


def _object_table(trace: History, objects: list[ObjectInfo]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column(_("object"))
    table.add_column(_("kind"))
    table.add_column(_("created at"))
    table.add_column(_("what happened"))
    for info in objects[:_MOST_ROWS]:
        told = ", ".join(
            f"{name.removesuffix('_s').replace('_', ' ')} "
            + (duration(int(value * 1e9)) if name.endswith("_s") else grouped(value))
            for name, value in counts(trace, info.object).items()
            if value
        )
        table.add_row(Text(info.name), info.kind, Text(_short(_created_at(info))), told)
    _add_rest(table, len(objects))
    return table


def _short(place: str | None) -> str:
    return "" if place is None else place.replace("\\", "/").rpartition("/")[2]


def _add_rest(table: Table, count: int) -> None:
    if count > _MOST_ROWS:
        more = count - _MOST_ROWS
        table.add_row(ngettext("… and {count} more", "… and {count} more", more).format(count=more))


def _print_findings(
    findings: list[Finding], fixed: Callable[[Finding], str], console: Console
) -> None:
    if not findings:
        console.print(_("No findings."))
        return
    wrong = [finding for finding in findings if finding.severity != NOTICE]
    notices = [finding for finding in findings if finding.severity == NOTICE]
    told: set[str] = set()
    if wrong:
        count = len(wrong)
        title = ngettext("{count} finding", "{count} findings", count).format(count=count)
        console.print(Text(title, style="bold"))
        for finding in wrong[:_MOST_ROWS]:
            _print_finding(1 + findings.index(finding), finding, fixed(finding), told, console)
    if notices:
        count = len(notices)
        title = ngettext("{count} notice", "{count} notices", count).format(count=count)
        console.print(Text(title, style="bold"))
        for finding in notices[:_MOST_ROWS]:
            _print_finding(1 + findings.index(finding), finding, fixed(finding), told, console)


def _print_finding(
    number: int, finding: Finding, fixed: str, told: set[str], console: Console
) -> None:
    """The sentence; once for each kind what it means, what repairs it, where to read on.

    Args:
        number: of the finding in the report, counted from 1.
        fixed: how the lesson's fixed variant differs.
        told: kinds that have been explained; this one's is added.
    """
    console.print(Text(f"{number}. {finding.sentence}"))
    if finding.kind in told:
        return
    told.add(finding.kind)
    console.print(Text("  " + finding.explanation, style="dim"))
    if finding.remedy:
        console.print(Text("  → " + finding.remedy, style="dim"))
    if fixed:
        console.print(Text("  ✓ " + fixed.replace("`", ""), style="dim"))
    if finding.reference:
        console.print(Text("  " + finding.reference, style="dim"))
