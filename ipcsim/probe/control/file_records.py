"""What is done to files and databases, in the recording: nothing else records it.

Only under control: there each operation is known for what it is, and is done when it is recorded.
"""

from __future__ import annotations

import os
import sys

from ipcsim.events import Kind, ObjectKind
from ipcsim.operations import SAID
from ipcsim.probe import recorder, tokens
from ipcsim.probe.control.actors import current
from ipcsim.probe.instruments.callers import place_above
from ipcsim.probe.texts import fresh_text
from ipcsim.probe.type_words import Any, Final

_FILE_CALL: Final = int(Kind.FILE_CALL)
_MOST_CHARACTERS: Final = 16
_MOST_BYTES: Final = 64
_MOST_ROWS: Final = 4
_LOCKS: Final = ("flock", "lockf")
_DATABASE: Final = "db"
_OPEN, _CLOSED = "\x02", "\x03"
_numbers: dict[tuple[str, str], int] = {}
"""Of the objects that files are, by path and kind; a forked child goes on with its parent's."""


class recorded:
    """``with recorded(key) as call:`` an operation is performed that ``key`` was asked for.

    Recorded when it is through, with what has been ``read`` or ``written``, or what it has raised.
    Where there is no key, or no recording, nothing is. ``connects``: the file is a database.
    """

    __slots__ = ("_connects", "_key", "_place", "_tail")

    def __init__(self, key: bytes | None, connects: bool = False) -> None:
        self._key, self._tail, self._place = None, "", 0
        self._connects = connects
        if key is not None and recorder.recording() and current() is not None:
            self._key, self._place = key, place_above(sys._getframe(1))

    def __enter__(self) -> recorded:
        return self

    def read(self, value: object) -> None:
        """This has been read."""
        if self._key is not None:
            self._tail = _after(" → ", value)

    def wrote(self, value: object) -> None:
        """This is written."""
        if self._key is not None:
            self._tail = _after(" ← ", value)

    def __exit__(self, kind: Any, *_: object) -> None:
        if self._key is not None:
            tail = self._tail if kind is None else f" → {kind.__name__}"
            files, said = _parts(self._key)
            kind, path = files[-1]
            if self._connects:
                kind = _DATABASE
            number = _number_of(path, kind, self._place)
            text = fresh_text(_words([path for _, path in files], said) + tail)
            recorder.emit(_FILE_CALL, number, self._place, text)


def _parts(key: bytes) -> tuple[list[tuple[str, str]], str]:
    """Kinds and paths of the files that a key is about, and what is done to them."""
    keys, _, said = os.fsdecode(key).partition(SAID)
    files = []
    for one in keys.split("\0"):
        kind, _, path = one.partition(":")
        files.append((kind, path.rpartition("[")[0] if kind in _LOCKS else path))
    return files, said


def _number_of(path: str, kind: str, place: int) -> int:
    """The object that a file is; of two, where one is replaced by another, that is the other."""
    known = _numbers.get((path, _DATABASE))
    if known is None and kind != _DATABASE:
        known = _numbers.get((path, ""))
    if known is None:
        what = ObjectKind.DATABASE if kind == _DATABASE else ObjectKind.FILE
        known = recorder.new_object(
            what, f"file:{path}", False, place, name=os.path.basename(path) or path
        )
        _numbers[path, _DATABASE if kind == _DATABASE else ""] = known
    return known


def _words(paths: list[str], said: str) -> str:
    """The operation as a person would write it, with the files' base names."""
    names = [os.path.basename(path) for path in paths]
    said = said.replace("{{", _OPEN).replace("}}", _CLOSED)
    if said.startswith("{}."):
        said = said.replace("{}", names[0], 1)
    said = said.replace("{}", ", ".join(map(repr, names)))
    return said.replace(_OPEN, "{").replace(_CLOSED, "}")


def _after(arrow: str, value: object) -> str:
    label = _label(value)
    return arrow + label if label else ""


def _label(value: object) -> str:
    """The beginning of what was read or written; no method of an object of the program's is called.

    Empty where it can't be told so.
    """
    kind = type(value)
    if kind is memoryview or kind is bytes or kind is bytearray:
        data = memoryview(value).cast("B")  # type: ignore[arg-type]
        start = bytes(data[:_MOST_BYTES])
        try:
            # A character may have been cut in two.
            text: Any = start.decode("utf-8", "strict" if len(data) <= _MOST_BYTES else "ignore")
        except UnicodeDecodeError:
            text = start
        more = len(text) > _MOST_CHARACTERS or len(data) > _MOST_BYTES
        return repr(text[:_MOST_CHARACTERS]) + ("…" if more else "")
    if kind is list:
        rows: Any = value
        shown = [_row(row) for row in rows[:_MOST_ROWS]]
        if not all(shown):
            return ""
        return f"[{', '.join(shown)}{', …' if len(rows) > _MOST_ROWS else ''}]"
    return "None" if value is None else _row(value)


def _row(row: object) -> str:
    if type(row) is not tuple or not all(tokens.plain(item) for item in row):
        return ""
    return repr(row)
