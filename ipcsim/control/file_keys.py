"""Files and databases by their keys: what they are called, and what operations do to them.

A file is its path: ``file:/data/counter.txt``; a database ``db:...``; the lock of a file
``flock:...[owner]`` or ``lockf:...[owner]``, ``[owner shared]`` where others may share it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Final

from ipcsim.control.steps import Step, Touch
from ipcsim.operations import AGAIN, Looks, Op, Opens

_KINDS: Final = ("file:", "db:", "flock:", "lockf:")
_LOCKS: Final = ("flock:", "lockf:")
_SHARED: Final = " shared"
_WRITER: Final = " writer"
"""Of a database: who may write."""
_NUMBER: Final = re.compile(r"(?<!\d)\d+(?!\d)")


def is_file(key: str) -> bool:
    """Whether a key is a file's, a database's or that of a file's lock."""
    return key.startswith(_KINDS)


def is_lock(key: str) -> bool:
    """Whether a key is that of a file's lock."""
    return key.startswith(_LOCKS)


def is_writer(touched: str) -> bool:
    """Whether something that is touched is that one may write to a database."""
    return touched.endswith(_WRITER)


def path_of(key: str) -> str:
    """The path of a file or database."""
    return key.partition(":")[2]


def split_lock(key: str) -> tuple[str, str]:
    """A key without the owner of a file's lock, and that owner in brackets."""
    if is_lock(key) and key.endswith("]"):
        base, bracket, owner = key.rpartition("[")
        return base, bracket + owner
    return key, ""


def owner_of(key: str) -> tuple[str, bool]:
    """Who wants a file's lock, and whether it may be shared."""
    owner = split_lock(key)[1][1:-1]
    return owner.removesuffix(_SHARED), owner.endswith(_SHARED)


def called(key: str) -> str:
    """What a person calls it: the file's name."""
    return PurePath(path_of(key)).name or key if is_file(key) else key


def with_names_made_up(key: str, names: Mapping[str, str], pids: Mapping[str, str]) -> str:
    """A key with names as they are in every run.

    Args:
        key: as an actor says it.
        names: of temporary files; the folder that these are in falls away.
        pids: by which files may be named, and whose they are.
    """
    base, owner = split_lock(key)
    kind, _, path = base.partition(":")
    path = _NUMBER.sub(lambda found: pids.get(found[0], found[0]), path)
    parts = path.split("/")
    for index in range(len(parts) - 1, -1, -1):
        for name, always in names.items():
            if name in parts[index]:
                parts[index] = parts[index].replace(name, always)
                return f"{kind}:{'/'.join(parts[index:])}{owner}"
    return f"{kind}:{path}{owner}"


def file_touches(op: Op, key: str, arg: int) -> tuple[Touch, ...]:
    """What an operation on files touches.

    A file's content is one thing, that there is something of this name another. Those who change
    a folder's names don't come in each other's way, only in that of who lists them: so he who lists
    is the one who writes.
    """
    keys = key.split("\0")
    if is_lock(key):
        base, _ = split_lock(key)
        return (Touch(base, not owner_of(key)[1]),)
    if op in (Op.QUERY, Op.CHANGE, Op.EXECUTE):
        seen = (Touch(f"name:{path_of(key)}", False), Touch(key, op is Op.EXECUTE))
        if op is Op.QUERY or (op is Op.CHANGE and arg == AGAIN):
            return seen
        return (*seen, Touch(f"{key}{_WRITER}", True))
    if op is Op.READ:
        return (Touch(key, False),)
    if op is Op.WRITE:
        return (Touch(key, True),)
    name = f"name:{path_of(key)}"
    if op is Op.OPEN:
        found = [Touch(name, bool(arg & Opens.CREATES))]
        if arg & Opens.CREATES:
            found.append(Touch(_names_in(key), False))
        if arg & Opens.TRUNCATES:
            found.append(Touch(key, True))
        return tuple(found)
    if op is Op.STAT:
        if arg == Looks.NAMES:
            return (Touch(f"names:{path_of(key)}", True), Touch(name, False))
        content = (Touch(key, False),) if arg == Looks.SIZE else ()
        return (Touch(name, False), *content)
    found = []
    for one in keys:
        found += [Touch(f"name:{path_of(one)}", True), Touch(one, True)]
        found.append(Touch(_names_in(one), False))
    return tuple(dict.fromkeys(found))


def overwritten_unread(steps: Sequence[Step]) -> list[tuple[Step, Step]]:
    """Files that an actor writes anew, or replaces, after another has changed what it had read:
    that change, and what overwrites it."""
    read: dict[tuple[str, str], int] = {}
    changed: dict[str, Step] = {}
    found = []
    for step in steps:
        operation = step.operation
        if not operation.object.startswith("file:"):
            continue
        keys = operation.object.split("\0")
        key = keys[-1]
        if operation.op is Op.READ:
            read[step.actor, key] = step.index
            continue
        replaces = operation.op is Op.NAME and len(keys) > 1 and step.result >= 0
        truncates = operation.op is Op.OPEN and operation.arg & Opens.TRUNCATES
        if replaces or truncates:
            seen, other = read.pop((step.actor, key), None), changed.get(key)
            if other is not None and other.actor != step.actor and seen is not None:
                found += [(other, step)] if other.index > seen else []
        if replaces or truncates or operation.op is Op.WRITE:
            changed[key] = step
    return found


def _names_in(key: str) -> str:
    return f"names:{PurePath(path_of(key)).parent.as_posix()}"
