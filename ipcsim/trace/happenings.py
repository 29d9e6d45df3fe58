"""An event as a sentence: ``worker-3 puts 41 into tasks.``"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from textwrap import shorten
from typing import Final

from ipcsim.events import Kind
from ipcsim.language import _, grouped, ngettext
from ipcsim.trace.durations import duration
from ipcsim.trace.history import History
from ipcsim.trace.moment import Place
from ipcsim.trace.operations import operations

_LONGEST_ERROR: Final = 160

_SENTENCES: Final[dict[int, Callable[[], str]]] = {
    Kind.LOST: lambda: _("{count} records of {who} are missing here."),
    Kind.WATCH: lambda: _("In {who}, {text} is now {label}."),
    Kind.OUTPUT: lambda: _("{who} prints."),
    Kind.OUTPUT_TEXT: lambda: _("{who} prints."),
    Kind.NOTE: lambda: _("{who}: {label}."),
    Kind.START: lambda: _("{who} starts a process."),
    Kind.STARTED: lambda: _("{who} has started {other}."),
    Kind.TARGET: lambda: _("{who} begins `{operation}`."),
    Kind.RETURNED: lambda: _("{who} has done its work."),
    Kind.RAISED: lambda: _("{who} ends by {error}."),
    Kind.ENDING: lambda: _("{who} is about to end."),
    Kind.EXIT: lambda: _("{who} ends with exit code {arg}."),
    Kind.JOIN_WAIT: lambda: _("{who} waits until {other} ends."),
    Kind.JOINED: lambda: _("{who} has seen the end of {other}."),
    Kind.TERMINATE: lambda: _("{who} terminates {other}."),
    Kind.KILL: lambda: _("{who} kills {other}."),
    Kind.THREAD_START: lambda: _("{who} starts a thread."),
    Kind.THREAD_BEGIN: lambda: _("{who} begins."),
    Kind.THREAD_END: lambda: _("{who} ends."),
    Kind.THREAD_JOIN_WAIT: lambda: _("{who} waits until a thread ends."),
    Kind.THREAD_JOINED: lambda: _("{who} has seen the end of a thread."),
    Kind.SLEEP: lambda: _("{who} sleeps for {duration}."),
    Kind.WOKE: lambda: _("{who} wakes up."),
    Kind.HELD: lambda: _("{who} is held by you."),
    Kind.LET_GO: lambda: _("{who} goes on."),
    Kind.FORK: lambda: _("{who} forks {other}."),
    Kind.REAPED: lambda: _("{who} learns that {other} has ended with {code}."),
    Kind.PUT_WAIT: lambda: _("{who} waits: {name} is full."),
    Kind.PUT: lambda: _("{who} puts {label} into {name}."),
    Kind.FULL: lambda: _("{who} finds {name} full: Full."),
    Kind.FEED: lambda: _("{who} writes an item into the pipe of {name}."),
    Kind.GET_WAIT: lambda: _("{who} waits: {name} is empty."),
    Kind.GET: lambda: _("{who} takes {label} from {name}."),
    Kind.EMPTY: lambda: _("{who} finds {name} empty: Empty."),
    Kind.TASK_DONE: lambda: _("{who} reports to {name} that an item is done."),
    Kind.ALL_DONE_WAIT: lambda: _("{who} waits until everything in {name} is done."),
    Kind.ALL_DONE: lambda: _("{who} knows that everything in {name} is done."),
    Kind.CLOSE: lambda: _("{who} closes {name}."),
    Kind.CANCEL_JOIN: lambda: _("{who} will not wait for the feeder of {name}."),
    Kind.FEEDER_WAIT: lambda: _("{who} waits for the feeder of {name}."),
    Kind.FEEDER_DONE: lambda: _("The feeder of {name} in {who} is done."),
    Kind.SEND_WAIT: lambda: _("{who} begins to send over {name}."),
    Kind.SEND: lambda: _("{who} sends {label} over {name}."),
    Kind.SENT: lambda: _("{who} has sent it over {name}."),
    Kind.RECV_WAIT: lambda: _("{who} waits for a message at {name}."),
    Kind.RECV: lambda: _("{who} receives {label} at {name}."),
    Kind.POLL_WAIT: lambda: _("{who} waits until {name} is ready."),
    Kind.POLLED: lambda: _("{who} has looked whether {name} is ready: {arg}."),
    Kind.EOF: lambda: _("{who} finds the end of {name}: EOFError."),
    Kind.BROKEN_PIPE: lambda: _("{who} finds nobody at the other end of {name}."),
    Kind.DUPLICATED: lambda: _("{who} now holds {name} too."),
    Kind.ACQUIRE_WAIT: lambda: _("{who} waits for {name}."),
    Kind.ACQUIRED: lambda: _("{who} takes {name}."),
    Kind.NOT_ACQUIRED: lambda: _("{who} could not take {name}."),
    Kind.RELEASE: lambda: _("{who} gives {name} back."),
    Kind.RELEASE_REFUSED: lambda: _("{who} may not give {name} back."),
    Kind.WAIT: lambda: _("{who} waits at {name} to be notified."),
    Kind.WOKEN: lambda: _("{who} goes on at {name}."),
    Kind.NOTIFY: lambda: _("{who} calls `{operation}`."),
    Kind.EVENT_WAIT: lambda: _("{who} waits until {name} is set."),
    Kind.EVENT_PASSED: lambda: _("{who} passes {name}."),
    Kind.EVENT_ASKED: lambda: _("{who} asks whether {name} is set: {answer}."),
    Kind.EVENT_SET: lambda: _("{who} sets {name}."),
    Kind.EVENT_CLEAR: lambda: _("{who} clears {name}."),
    Kind.BARRIER_WAIT: lambda: _("{who} arrives at {name}."),
    Kind.BARRIER_PASSED: lambda: _("{who} passes {name}."),
    Kind.BARRIER_BROKEN: lambda: _("{who} finds {name} broken."),
    Kind.BARRIER_RESET: lambda: _("{who} resets {name}."),
    Kind.BARRIER_ABORT: lambda: _("{who} breaks {name}."),
    Kind.READ: lambda: _("{who} reads {label} from {cell}."),
    Kind.WRITE: lambda: _("{who} writes {label} to {cell}."),
    Kind.READ_SLICE: lambda: _("{who} reads `{operation}`."),
    Kind.WRITE_SLICE: lambda: _("{who} writes `{operation}`."),
    Kind.RAW_ACCESS: lambda: _("{who} takes the raw memory of {name}."),
    Kind.ATTACH: lambda: _("{who} attaches {name}."),
    Kind.DETACH: lambda: _("{who} closes {name}."),
    Kind.UNLINK: lambda: _("{who} unlinks {name}."),
    Kind.FILE_CALL: lambda: _("{who}: {label}."),
    Kind.CALL: lambda: _("{who} asks the manager for `{operation}`."),
    Kind.RESULT: lambda: _("{who} has the manager's answer: {label}."),
    Kind.CALL_FAILED: lambda: _("The manager answers {who} with {label}."),
    Kind.SERVE: lambda: _("{who} begins to serve {label}."),
    Kind.SERVED: lambda: _("{who} has served it."),
    Kind.SUBMIT: lambda: _("{who} hands {tasks} to {name}."),
    Kind.TASK_BEGIN: lambda: _("{who} begins task {task} of {name}."),
    Kind.TASK_END: lambda: _("{who} has done task {task} of {name}."),
    Kind.RESULT_WAIT: lambda: _("{who} waits for a result of {name}."),
    Kind.RESULT_GOT: lambda: _("{who} has a result of {name}."),
    Kind.CALLBACK: lambda: _("A callback of {name} runs in {who}."),
}


def words_of(kind: int) -> str:
    """What is said of every event of a kind: its sentence without names and values."""
    template = _SENTENCES.get(kind)
    return "" if template is None else re.sub(r"{[^}]*}", " ", template())


def sentence(trace: History, row: int, actor: int, obj: int, label: str) -> str:
    """What happened, in words.

    Args:
        trace: the run.
        row: the event.
        actor: its thread.
        obj: its object, -1 for none.
        label: the value that it carries, in words (of a GET: the message's).
    """
    kind, arg = trace.raw.kind(row), trace.raw.arg(row)
    template = _SENTENCES.get(kind)
    if template is None:
        return ""
    info = trace.actors[actor]
    who = trace.processes[info.process].name
    name = trace.objects[obj].name if obj >= 0 else ""
    element = trace.element(row) if kind in (Kind.READ, Kind.WRITE) else -1
    return template().format(
        who=f"{who}/{info.name}" if info.thread else who,
        name=name,
        cell=name if element < 0 else f"{name}[{element}]",
        label=label or _("a message"),
        operation=operations(trace).text(row, obj),
        other=_other(trace, kind, arg, trace.raw.time(row)),
        arg=arg,
        answer=_("yes") if arg else _("no"),
        count=grouped(arg),
        tasks=_tasks(arg >> 32),
        code=(arg & 0xFFFFFFFF ^ 1 << 31) - (1 << 31),
        task=abs(arg) >> 32,
        duration=duration(arg),
        text=_text_of_number(trace, row, kind),
        error=error_said(trace, row) if kind == Kind.RAISED else "",
    )


def _tasks(count: int) -> str:
    if not count:
        return _("tasks, one by one,")  # imap() takes them as they come
    return ngettext("{count} task", "{count} tasks", count).format(count=grouped(count))


def _other(trace: History, kind: int, arg: int, time: int) -> str:
    if not Kind.STARTED <= kind <= Kind.REAPED:
        return ""
    pid = arg >> 32 if kind == Kind.REAPED else abs(arg)
    process = trace.process_of_pid(pid, time + 10**9)
    return trace.processes[process].name if process is not None else _("a process")


def _text_of_number(trace: History, row: int, kind: int) -> str:
    if kind != Kind.WATCH:
        return ""
    return trace.ring_of(trace.process_of_row(row)).text(trace.raw.number(row))


def error_of(trace: History, row: int) -> str:
    """The exception of a RAISED event, as the last line of its traceback."""
    facts = raised(trace, row)
    message = facts.get("message")
    kind = str(facts.get("type") or _("an exception"))
    return f"{kind}: {message}" if message else kind


def error_said(trace: History, row: int) -> str:
    """The exception of a RAISED event in one line, for sentences; some messages are paragraphs."""
    return shorten(error_of(trace, row), _LONGEST_ERROR, placeholder=" …")


def raised(trace: History, row: int) -> dict[str, object]:
    """The facts of a RAISED event: type, message, file, line, text."""
    text = trace.ring_of(trace.process_of_row(row)).text(trace.raw.arg(row))
    try:
        facts = json.loads(text)
    except ValueError:
        return {}
    return facts if isinstance(facts, dict) else {}


def place_of_raise(trace: History, row: int) -> Place | None:
    """The program's own line that the exception of a RAISED event came from."""
    facts = raised(trace, row)
    file, line = facts.get("file"), facts.get("line")
    if not isinstance(file, str) or not isinstance(line, int) or not file:
        return None
    return Place(file, line)
