"""What actors do things to: the model of locks and counters, names, and who touches what.

For locks and counters the model decides who can proceed, and the real object confirms. For byte
channels the real object decides; the model only counts messages, to know which was which.
"""

from __future__ import annotations

import linecache
import os
import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from ipcsim.control.file_keys import (
    called,
    file_touches,
    is_file,
    split_lock,
    with_names_made_up,
)
from ipcsim.control.shared import Shared
from ipcsim.control.steps import Line, Touch
from ipcsim.names import calls_of
from ipcsim.operations import SAID, Op

_PART: Final = re.compile(r"(\[[^\[\]]*\]|\.\w+)$")
_ASSIGNED: Final = re.compile(r"\s*(?:self\.)?_*(\w+)\s*(?:,[^=]*)?=[^=]")
_PASSING: Final = {
    "sl",
    "semlock",
    "obj",
    "result",
    "reader",
    "writer",
    "r",
    "c1",
    "fd1",
    "made",
    "name",
}
"""What the library calls the thing itself on the way, not a part of it."""
_FALLBACK: Final = {"semaphore": "lock", "cell": "value", "channel": "pipe", "lock": "lock"}


class Objects:
    """Every object of a controlled execution, by key."""

    def __init__(self) -> None:
        self.by_key: dict[str, Shared] = {}
        self._aliases: dict[str, str] = {}
        self._names: dict[str, int] = {}
        self._made: dict[tuple[object, ...], int] = {}
        self._made_up: dict[str, str] = {}
        """Names of temporary files, and what they are called in every run."""
        self._pids: dict[str, str] = {}

    def copy(self) -> Objects:
        """The same objects, as they are now."""
        made = Objects()
        made.by_key = {k: o.copy() for k, o in self.by_key.items()}
        made._aliases, made._names = dict(self._aliases), dict(self._names)
        made._made, made._made_up = dict(self._made), dict(self._made_up)
        made._pids = dict(self._pids)
        return made

    def folder_of_all(self, path: str) -> None:
        """What is made in this folder for temporary files is called the same in every run."""
        self._made_up[os.path.basename(path)] = "<tmp>"

    def process(self, pid: int, name: str) -> None:
        """A file with a process's identifier in its name is called by who that is."""
        self._pids[str(pid)] = f"<{name.replace('/', '-')}>"

    def introduce(self, fact: dict[str, Any]) -> None:
        """An actor has made an object."""
        key, kind = str(fact["object"]), str(fact["kind"])
        if kind == "temporary":
            self._made_up[str(fact["made_up"])] = f"<{key}>"
            return
        line = line_of(str(fact.get("path", "")), int(fact.get("line", 0)))
        parts = _parts(fact.get("made") or ())
        made = Shared(key, kind, self._name(kind, line, fact, parts), line, "".join(parts[-1:]))
        made.value = int(fact.get("value", 0))
        made.owned = bool(fact.get("owned"))
        made.internal = bool(fact.get("internal"))
        self.by_key[key] = made
        aliases = fact.get("alias") or ()
        for alias in (aliases,) if isinstance(aliases, str) else aliases:
            self._aliases[str(alias)] = key

    def resolve(self, key: str) -> str:
        """The one key of an object that an actor calls ``key``; a part (``[3]``) stays with it."""
        known = self._aliases.get(key)
        if known is None and is_file(key):
            known = self._aliases[key] = with_names_made_up(key, self._made_up, self._pids)
        if known is None:
            base, part = split(key)
            known = self._aliases.get(base, base) + part
            self._aliases[key] = known
        return known

    def get(self, key: str) -> Shared:
        """The object of a resolved key; unknown ones are made up."""
        base, _ = split(key)
        known = self.by_key.get(base)
        if known is None:
            kind = base.partition(":")[0] if is_file(base) else ""
            known = self.by_key[base] = Shared(base, kind, called(base), None)
        return known

    def gone(self, process: str, step: int) -> None:
        """A process has ended, and the locks of files end that it has taken."""
        for shared in self.by_key.values():
            for owner, grant in list(shared.grants.items()):
                if process == grant.actor.partition(":")[0]:
                    del shared.grants[owner]
                    shared.released = step

    def title(self, key: str) -> str:
        """What a person calls it, with its part."""
        return self.get(key).name + ("" if is_file(key) else split(key)[1])

    def _name(self, kind: str, line: Line | None, fact: dict[str, Any], parts: list[str]) -> str:
        base = str(fact.get("name") or "")
        called = str(fact.get("called") or "")
        if line is None:
            # It came along to a new interpreter: how that began says nothing of it.
            parts, called = parts[-1:], "" if called.startswith("<") else called
        extent = fact.get("column"), fact.get("end_column")
        place = (line, called, kind, extent, *parts)
        count = self._made[place] = self._made.get(place, -1) + 1
        if not base and line is not None:
            given = calls_of(source_of(line.path)).given(line.number, called, extent)
            base = given.name(count) if given is not None else ""
        whole = base or called or ("" if line is None and parts else _FALLBACK.get(kind, kind))
        base = ".".join([*([whole] if whole else []), *parts])
        taken = self._names[base] = self._names.get(base, 0) + 1
        return base if taken == 1 else f"{base} ({taken})"


def _parts(made: Iterable[Sequence[Any]]) -> list[str]:
    """What the library calls something of its own, from the lines on which it made it."""
    parts: list[str] = []
    for path, number in made:
        assigned = _ASSIGNED.match(linecache.getline(str(path), int(number)))
        if assigned and assigned[1] not in _PASSING:
            parts.insert(0, assigned[1])
    return parts


def source_of(path: str) -> str:
    """The text of a file; empty if it can't be read."""
    return "".join(linecache.getlines(path))


def split(key: str) -> tuple[str, str]:
    """A key without its part, and the part (``[3]``, ``.x``; mostly empty)."""
    if is_file(key):
        return split_lock(key)
    if key.endswith("]") or "." in key:
        part = _PART.search(key)
        if part:
            return key[: part.start()], part[0]
    return key, ""


def line_of(path: str, number: int) -> Line | None:
    """A place in a file with its text; None for no place."""
    if not path or not number:
        return None
    return Line(path, number, linecache.getline(path, number).strip())


_LOOKING: Final = {Op.COUNT, Op.READ}
_LOCKS: Final = {Op.ACQUIRE, Op.TRY_ACQUIRE, Op.RELEASE}


def touches(op: Op, key: str, actor: str, outputs: bool, arg: int = 0) -> tuple[Touch, ...]:
    """What an operation touches, as far as its order with others can matter."""
    if is_file(key):
        return file_touches(op, key, arg)
    if op in _LOCKS:
        return (Touch(key, True),)
    if op is Op.COUNT:
        return (Touch(key, False),)
    if op in (Op.READ, Op.WRITE):
        base, part = split(key)
        if part == "[:]":
            return (Touch(key, True),)
        own = Touch(key, op is Op.WRITE)
        return (own, Touch(f"{base}[:]", False)) if part else (own,)
    if op in (Op.SEND, Op.CLOSE):
        return tuple(Touch(f"{one}.in", True) for one in key.split("\0"))
    if op is Op.RECEIVE:
        return (Touch(f"{key}.out", True),)
    if op in (Op.POLL, Op.WAIT):
        return tuple(
            Touch(f"{one}{end}", False) for one in key.split("\0") for end in (".in", ".out")
        )
    if op in (Op.ACCEPT, Op.CONNECT):
        return (Touch(key, True),)
    if op in (Op.OPEN, Op.NAME):
        return (Touch(key, op is Op.NAME),)
    if op is Op.SIGNAL:
        return (Touch(f"{key}.in", True),)
    if op is Op.END:
        return (Touch(f"{actor}.in", True),)
    if op is Op.OUTPUT and outputs:
        return (Touch("output", True),)
    return ()


_CALLS: Final = {
    Op.ACQUIRE: "{}.acquire()",
    Op.TRY_ACQUIRE: "{}.acquire(False)",
    Op.RELEASE: "{}.release()",
    Op.COUNT: "{}.get_value()",
    Op.READ: "read {}",
    Op.WRITE: "write {}",
    Op.SEND: "{}.send()",
    Op.RECEIVE: "{}.recv()",
    Op.POLL: "{}.poll()",
    Op.CLOSE: "{}.close()",
    Op.START: "start {}",
    Op.JOIN: "join {}",
    Op.SLEEP: "sleep",
    Op.WAIT: "wait for {}",
    Op.ACCEPT: "{}.accept()",
    Op.CONNECT: "connect to {}",
    Op.SIGNAL: "kill {}",
    Op.OUTPUT: "write output",
    Op.OPEN: "open({})",
    Op.STAT: "look at {}",
    Op.NAME: "change {}",
    Op.QUERY: "query {}",
    Op.CHANGE: "execute on {}",
    Op.EXECUTE: "execute on {}",
    Op.BEGIN: "begin",
    Op.END: "end",
}


def call_text(op: Op, title: str, said: str = "") -> str:
    """An operation as the program would write it; ``said``: how, with ``{}`` for the object."""
    return (said or _CALLS[op]).format(title)


def parts_of(key: str) -> tuple[list[str], str]:
    """The keys of a request's objects, and how a person would write it."""
    keys, _, said = key.partition(SAID)
    return keys.split("\0"), said
