"""An event as the program would write it: ``tasks.put(41)``."""

from __future__ import annotations

from ipcsim.events import Kind, ObjectKind
from ipcsim.language import _
from ipcsim.trace.history import History
from ipcsim.trace.objects import QUEUES
from ipcsim.trace.parts import part_name
from ipcsim.trace.tokens import label_of

LABELLED = frozenset({Kind.PUT, Kind.SEND, Kind.READ, Kind.WRITE, Kind.RESULT, Kind.WATCH})
"""Kinds whose argument is a token."""
TEXTUAL = frozenset(
    {Kind.CALL, Kind.CALL_FAILED, Kind.SERVE, Kind.TARGET, Kind.NOTE, Kind.FILE_CALL}
)
"""Kinds whose argument is the number of a text."""

_CALLS: dict[int, str] = {
    Kind.PUT_WAIT: "put(…)",
    Kind.FULL: "put(…)",
    Kind.GET_WAIT: "get()",
    Kind.GET: "get()",
    Kind.EMPTY: "get()",
    Kind.TASK_DONE: "task_done()",
    Kind.ALL_DONE_WAIT: "join()",
    Kind.ALL_DONE: "join()",
    Kind.CLOSE: "close()",
    Kind.CANCEL_JOIN: "cancel_join_thread()",
    Kind.FEEDER_WAIT: "join_thread()",
    Kind.FEEDER_DONE: "join_thread()",
    Kind.SEND_WAIT: "send(…)",
    Kind.SENT: "send(…)",
    Kind.BROKEN_PIPE: "send(…)",
    Kind.RECV_WAIT: "recv()",
    Kind.RECV: "recv()",
    Kind.EOF: "recv()",
    Kind.POLL_WAIT: "poll()",
    Kind.POLLED: "poll()",
    Kind.ACQUIRE_WAIT: "acquire()",
    Kind.ACQUIRED: "acquire()",
    Kind.NOT_ACQUIRED: "acquire()",
    Kind.RELEASE: "release()",
    Kind.RELEASE_REFUSED: "release()",
    Kind.WAIT: "wait()",
    Kind.WOKEN: "wait()",
    Kind.EVENT_WAIT: "wait()",
    Kind.EVENT_PASSED: "wait()",
    Kind.EVENT_ASKED: "is_set()",
    Kind.EVENT_SET: "set()",
    Kind.EVENT_CLEAR: "clear()",
    Kind.BARRIER_WAIT: "wait()",
    Kind.BARRIER_PASSED: "wait()",
    Kind.BARRIER_BROKEN: "wait()",
    Kind.BARRIER_RESET: "reset()",
    Kind.BARRIER_ABORT: "abort()",
    Kind.UNLINK: "unlink()",
    Kind.DETACH: "close()",
}
_FROM_SOURCE = frozenset(
    {
        Kind.START,
        Kind.STARTED,
        Kind.JOIN_WAIT,
        Kind.JOINED,
        Kind.THREAD_START,
        Kind.THREAD_JOIN_WAIT,
        Kind.THREAD_JOINED,
        Kind.TERMINATE,
        Kind.KILL,
        Kind.FORK,
        Kind.SUBMIT,
        Kind.RESULT_WAIT,
        Kind.RESULT_GOT,
        Kind.SLEEP,
        Kind.WOKE,
        Kind.RAW_ACCESS,
        Kind.ATTACH,
    }
)
"""Operations on things that have no name here: shown as they stand in the program."""
_CONDITIONS = frozenset({ObjectKind.CONDITION, ObjectKind.THREAD_CONDITION})
_MOST_CHARACTERS = 60
_REMEMBERED = 20_000


class Operations:
    """Texts of events, kept for the rows that were asked for last."""

    def __init__(self, trace: History) -> None:
        self.trace = trace
        self._texts: dict[int, str] = {}
        self._named: object = None

    def text(self, row: int, obj: int) -> str:
        """The operation of an event; empty where there is nothing to write."""
        objects = self.trace.objects
        if self._named is not objects or len(self._texts) > _REMEMBERED:
            self._texts.clear()
            self._named = objects
        found = self._texts.get(row)
        if found is None:
            found = self._texts[row] = self._write(row, obj)
        return found

    def label(self, row: int) -> str:
        """The value that an event carries, in words; empty if it carries none."""
        kind, arg = self.trace.raw.kind(row), self.trace.raw.arg(row)
        if kind in LABELLED:
            return label_of(arg, self.trace.ring_of(self.trace.process_of_row(row)).text)
        if kind in TEXTUAL:
            return self.trace.ring_of(self.trace.process_of_row(row)).text(arg)
        return ""

    def source(self, row: int) -> str:
        """The program's own words at an event's place; empty if they are unknown or long."""
        place = self.trace.place(row)
        if place is None or place.column < 0:
            return ""
        lines = self.trace.lines(place.file)
        if not 0 < place.line <= len(lines):
            return ""
        goes_on = place.end_line != place.line
        end = None if goes_on else place.end_column
        data = lines[place.line - 1].encode()[place.column : end]
        text = data.decode("utf-8", "replace").strip() + ("…" if goes_on else "")
        return text if len(text) <= _MOST_CHARACTERS else ""

    def _write(self, row: int, obj: int) -> str:
        kind = self.trace.raw.kind(row)
        name = self._name(obj) if obj >= 0 else ""
        if kind in (Kind.READ, Kind.WRITE, Kind.READ_SLICE, Kind.WRITE_SLICE):
            return self._access(row, kind, name, obj)
        if kind == Kind.PUT:
            return f"{name}.put({self.label(row)})"
        if kind == Kind.SEND:
            return f"{name}.send({self.label(row)})"
        if kind == Kind.NOTIFY:
            n = self.trace.raw.arg(row)
            words = "notify_all()" if n < 0 else "notify()" if n == 1 else f"notify({n})"
            return f"{name}.{words}"
        if kind in (Kind.FEED, Kind.SEND_WAIT, Kind.SENT) and self._is_queue(obj):
            if self.trace.registry.all[obj].kind == ObjectKind.SIMPLE_QUEUE:
                return f"{name}.put(…)"
            return _("feeder of {name}").format(name=name)
        if kind in _CALLS and name:
            return f"{name}.{_CALLS[kind]}"
        if kind in (Kind.CALL, Kind.RESULT, Kind.CALL_FAILED):
            return self._call(row, kind, name)
        if kind == Kind.FILE_CALL:
            return self.label(row)
        if kind == Kind.TARGET:
            return f"{self.label(row)}()"
        return self._other(row, kind)

    def _name(self, obj: int) -> str:
        """What an object is called in the program: a condition's own lock as the condition, since
        that is what is acquired there."""
        objects = self.trace.objects
        owner = objects[obj].owner
        if owner is not None and objects[owner].kind in _CONDITIONS:
            obj = owner
        return objects[obj].name

    def _is_queue(self, obj: int) -> bool:
        return obj >= 0 and self.trace.registry.all[obj].kind in QUEUES

    def _access(self, row: int, kind: int, name: str, obj: int) -> str:
        arg = self.trace.raw.arg(row)
        if kind in (Kind.READ_SLICE, Kind.WRITE_SLICE):
            step = self.trace.element(row)
            every = f":{step}" if step > 1 else ""
            part = f"{name}[{arg >> 32}:{arg & 0xFFFFFFFF}{every}]"
            return part if kind == Kind.READ_SLICE else f"{part} = …"
        element = self.trace.element(row)
        cell = f"{name}.value" if element < 0 else f"{name}[{element}]"
        if element < -1:
            key = self.trace.ring_of(self.trace.process_of_row(row)).text(-1 - element)
            facts = self.trace.registry.all[obj] if obj >= 0 else None
            cell = part_name(name, key, facts is not None and facts.words("type") == "Namespace")
        return f"{cell} = {self.label(row)}" if kind == Kind.WRITE else cell

    def _call(self, row: int, kind: int, name: str) -> str:
        if kind == Kind.CALL:
            return self.label(row)
        return self.source(row) or name

    def _other(self, row: int, kind: int) -> str:
        if kind not in _FROM_SOURCE:
            return ""
        text = self.source(row)
        if text:
            return text
        arg = self.trace.raw.arg(row)
        if kind == Kind.SLEEP:
            return f"sleep({arg / 1e9:g})"
        process = self.trace.process_of_pid(abs(arg)) if arg else None
        who = "process" if process is None else self.trace.processes[process].name
        words = {
            Kind.JOIN_WAIT: "join()",
            Kind.JOINED: "join()",
            Kind.STARTED: "start()",
            Kind.TERMINATE: "terminate()",
            Kind.KILL: "kill()",
        }.get(Kind(kind))
        return f"{who}.{words}" if words else ""


def operations(trace: History) -> Operations:
    """The trace's operations, made once."""
    found: Operations = trace.remembered("operations", lambda: Operations(trace))
    return found
