"""The interleaving table: a column a process, a row an operation, columns of values beside it.

It is what one draws on a whiteboard to show a race. Long runs of one process's like operations are
shortened to "… 41 updates".
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from ipcsim.events import Kind
from ipcsim.language import _, grouped, ngettext
from ipcsim.trace.accesses import Accesses, accesses
from ipcsim.trace.cells import cells_at
from ipcsim.trace.objects import CELLS
from ipcsim.trace.operations import operations
from ipcsim.trace.queries import label_of_taken
from ipcsim.trace.standing import Standing
from ipcsim.trace.store import rank
from ipcsim.trace.trace import Trace

MOST_CELLS: Final = 6
SHORTEN: Final = 10
"""Runs longer than this are shortened."""
_KEPT: Final = 4
"""Rows kept at either end of a shortened run."""
KINDS: Final = (
    Kind.READ,
    Kind.WRITE,
    Kind.READ_SLICE,
    Kind.WRITE_SLICE,
    Kind.FILE_CALL,
    Kind.PUT_WAIT,
    Kind.PUT,
    Kind.FULL,
    Kind.GET_WAIT,
    Kind.GET,
    Kind.EMPTY,
    Kind.TASK_DONE,
    Kind.ALL_DONE_WAIT,
    Kind.ALL_DONE,
    Kind.SEND,
    Kind.RECV_WAIT,
    Kind.RECV,
    Kind.EOF,
    Kind.BROKEN_PIPE,
    Kind.CLOSE,
    Kind.ACQUIRE_WAIT,
    Kind.ACQUIRED,
    Kind.NOT_ACQUIRED,
    Kind.RELEASE,
    Kind.RELEASE_REFUSED,
    Kind.WAIT,
    Kind.WOKEN,
    Kind.NOTIFY,
    Kind.EVENT_WAIT,
    Kind.EVENT_PASSED,
    Kind.EVENT_ASKED,
    Kind.EVENT_SET,
    Kind.EVENT_CLEAR,
    Kind.BARRIER_WAIT,
    Kind.BARRIER_PASSED,
    Kind.BARRIER_BROKEN,
    Kind.BARRIER_RESET,
    Kind.BARRIER_ABORT,
    Kind.CALL,
    Kind.RESULT,
    Kind.SUBMIT,
    Kind.TASK_BEGIN,
    Kind.TASK_END,
    Kind.JOIN_WAIT,
    Kind.JOINED,
    Kind.STARTED,
    Kind.TERMINATE,
    Kind.KILL,
    Kind.RAISED,
)
"""Events that are operations of the program."""
_WAITS: Final = (
    Kind.PUT_WAIT,
    Kind.GET_WAIT,
    Kind.RECV_WAIT,
    Kind.ACQUIRE_WAIT,
    Kind.EVENT_WAIT,
    Kind.BARRIER_WAIT,
    Kind.WAIT,
    Kind.ALL_DONE_WAIT,
    Kind.JOIN_WAIT,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table."""

    row: int
    """The event; -1 where a run was shortened."""
    time: int
    process: int
    kind: int
    object: int
    text: str
    values: tuple[str, ...]
    """Of the table's cells, after the operation."""
    written: int | None = None
    """Which of the values the operation has written."""
    overwritten: bool = False
    """It wrote a value that another overwrote unseen."""
    overwrites: str = ""
    """The value of another's that it overwrote unseen."""
    count: int = 1
    """How many operations it stands for."""


@dataclass(frozen=True, slots=True)
class Interleaving:
    """The table."""

    processes: tuple[int, ...]
    """Columns."""
    cells: tuple[tuple[int, int], ...]
    """Columns of values: object, element (-1: the value itself)."""
    names: tuple[str, ...]
    """Names of all columns."""
    lines: tuple[Line, ...]


def interleaving(
    trace: Trace, t0: int, t1: int, limit: int = 2000, shorten: bool = True
) -> Interleaving:
    """The table of the operations from ``t0`` to ``t1`` (ns), at most the last ``limit``."""
    rows = trace.select(t0, t1, kinds=KINDS, limit=limit).tolist()
    ordinals = [trace.ordinal_of(row) for row in rows]
    known = [ordinal for ordinal in ordinals if ordinal is not None]
    store = trace.store
    objects = store.object.view[known].tolist()
    cells = _cells(trace, rows, objects)
    start = Standing(trace, store.time(known[0]) - 1 if known else t0)
    values = [_value_before(start, obj, element) for obj, element in cells]
    lines: list[Line] = []
    for row, ordinal, obj in zip(rows, known, objects, strict=True):
        kind = trace.raw.kind(row)
        written = None
        if kind == Kind.WRITE and (obj, trace.element(row)) in cells:
            written = cells.index((obj, trace.element(row)))
            values[written] = operations(trace).label(row)
        actor = int(store.actor.view[ordinal])
        text = _text(trace, row, ordinal, kind, obj)
        process = trace.actors[actor].process
        line = Line(row, store.time(ordinal), process, kind, obj, text, tuple(values), written)
        lines.append(line)
    lines = _mark_lost(trace, lines, known)
    if shorten:
        lines = shortened(lines)
    processes = tuple(sorted({line.process for line in lines}))
    names = [trace.processes[process].name for process in processes]
    for obj, element in cells:
        name = trace.objects[obj].name
        names.append(name if element < 0 else f"{name}[{element}]")
    return Interleaving(processes, tuple(cells), tuple(names), tuple(lines))


def _cells(trace: Trace, rows: list[int], objects: list[int]) -> list[tuple[int, int]]:
    found: dict[tuple[int, int], int] = {}
    for row, obj in zip(rows, objects, strict=True):
        if obj >= 0 and trace.registry.all[obj].kind in CELLS:
            key = (obj, trace.element(row))
            found[key] = found.get(key, 0) + 1
    return sorted(sorted(found, key=lambda key: -found[key])[:MOST_CELLS])


def _value_before(start: Standing, obj: int, element: int) -> str:
    for cell in cells_at(start, obj):
        if (cell.index if cell.index is not None else -1) == element:
            return cell.label
    return ""


def _text(trace: Trace, row: int, ordinal: int, kind: int, obj: int) -> str:
    words = operations(trace)
    if kind == Kind.READ:
        return _("read {label}").format(label=words.label(row))
    if kind == Kind.WRITE:
        return _("write {label}").format(label=words.label(row))
    text = words.text(row, obj)
    if kind in (Kind.GET, Kind.RECV) and obj >= 0:
        label = label_of_taken(trace, ordinal, obj)
        return f"{text} → {label}" if label else text
    if kind in _WAITS:
        return _("{operation} waits").format(operation=text)
    if not text:
        return Kind(kind).name.lower().replace("_", " ")
    return text


def _mark_lost(trace: Trace, lines: list[Line], ordinals: list[int]) -> list[Line]:
    """Flag writes that overwrite another's value unseen, and those that are overwritten."""
    at = {line.row: n for n, line in enumerate(lines)}
    for obj in {line.object for line in lines if line.kind == Kind.WRITE}:
        one = accesses(trace, obj)
        for index in _losing(one, ordinals[0], ordinals[-1]):
            n = at.get(one.row(index))
            victim_row = one.row(one.victim(index))
            m = at.get(victim_row)
            if n is not None:
                label = operations(trace).label(victim_row)
                lines[n] = replace(lines[n], overwrites=label)
            if m is not None:
                lines[m] = replace(lines[m], overwritten=True)
    return lines


def _losing(one: Accesses, first: int, last: int) -> list[int]:
    """The writes that lose another's update from ordinal ``first`` to ``last``, and those right
    after them, whose victims are among these; rising."""
    ordinals, losing = one.column("ordinal"), one.losing.view
    low, high = rank(ordinals, first), rank(ordinals, last + 1)
    found: list[int] = losing[rank(losing, low) : rank(losing, high)].tolist()
    written = one.column("element")[low:high][one.column("write")[low:high]]
    for element in np.unique(written).tolist():
        writes = one.writes[element].view
        for after in writes[rank(writes, high) :][:1].tolist():
            found += [after] if after in losing[rank(losing, after) :][:1] else []
    return sorted(found)


def shortened(lines: list[Line]) -> list[Line]:
    """Runs of one process at one object, where nothing goes wrong, with their middles left out."""
    found: list[Line] = []
    start = 0
    while start < len(lines):
        first = lines[start]
        end = start
        while (
            end < len(lines)
            and (lines[end].process, lines[end].object) == (first.process, first.object)
            and not lines[end].overwrites
            and not lines[end].overwritten
        ):
            end += 1
        end = max(end, start + 1)
        run = lines[start:end]
        if len(run) > SHORTEN:
            middle = run[_KEPT:-_KEPT]
            found += [*run[:_KEPT], _left_out(middle), *run[-_KEPT:]]
        else:
            found += run
        start = end
    return found


def _left_out(middle: list[Line]) -> Line:
    updates = sum(line.kind == Kind.WRITE for line in middle)
    if updates:
        text = ngettext("… {count} update", "… {count} updates", updates).format(
            count=grouped(updates)
        )
    else:
        count = len(middle)
        text = ngettext("… {count} operation", "… {count} operations", count).format(
            count=grouped(count)
        )
    last = middle[-1]
    return replace(last, row=-1, text=text, written=None, count=len(middle))


def _rows_of(table: Interleaving, begin: int, struck: tuple[str, str]) -> list[list[str]]:
    found = []
    for line in table.lines:
        cells = [f"{(line.time - begin) / 1e6:.3f}"]
        cells += [line.text if line.process == p else "" for p in table.processes]
        for n, value in enumerate(line.values):
            lost = line.overwritten and line.written == n
            cells.append(f"{struck[0]}{value}{struck[1]}" if lost else value)
        found.append(cells)
    return found


def as_markdown(table: Interleaving, begin: int) -> str:
    """The table as Markdown; values that were overwritten unseen are struck out.

    ``begin`` is the time of 0 ms, ns.
    """
    heads = ["ms", *table.names]
    lines = [heads, ["---:"] + [":---"] * len(table.names)]
    for cells in _rows_of(table, begin, ("~~", "~~")):
        lines.append([cell.replace("|", "\\|") for cell in cells])
    return "".join("| " + " | ".join(cells) + " |\n" for cells in lines)


def as_csv(table: Interleaving, begin: int) -> str:
    """The table as CSV; a column says what was overwritten unseen. ``begin``: 0 ms, ns."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["ms", *table.names, "overwrites_unread"])
    for line, cells in zip(table.lines, _rows_of(table, begin, ("", "")), strict=True):
        writer.writerow([*cells, line.overwrites])
    return text.getvalue()
