"""What ``sqlite3.connect`` is told: which file it is about, of which class the connection is."""

from __future__ import annotations

import os
import re

from ipcsim.probe.control.file_paths import path_of
from ipcsim.probe.type_words import Any, Final

_ESCAPED: Final = re.compile(rb"%([0-9A-Fa-f]{2})")
_MODES: Final = {"mode=ro", "mode=rw", "mode=rwc", "cache=private"}
_mixed: dict[tuple[type, type], Any] = {}


def database_path(database: Any, uri: bool) -> tuple[str | None, bool]:
    """The path of a database, None if it is none of the program's files; whether it can be stepped.

    A database in memory, or a temporary one, is nobody else's.
    """
    try:
        name = os.fsdecode(database)
    except TypeError:
        return None, True  # it says so itself
    if not (uri and name.startswith("file:")):
        return (None if name == ":memory:" else path_of(name)), True
    rest = name[len("file:") :].partition("#")[0]
    rest, _, query = rest.partition("?")
    told = [one for one in query.split("&") if one]
    if rest == ":memory:" or "mode=memory" in told:
        return None, "cache=shared" not in told  # by the threads of a process
    if rest.startswith("//"):
        host, slash, rest = rest[2:].partition("/")
        rest = slash + rest
        if host not in ("", "localhost"):
            return None, True  # it says so itself
    if not set(told) <= _MODES:
        return None, False
    path = _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), os.fsencode(rest))
    return path_of(path), True


def mixed(own: Any, asking: type) -> Any:
    """A class of the program's own, with methods that ask beneath its own; None if there is none.

    Args:
        own: a class derived from what ``asking`` is derived from, or something that makes one.
        asking: the class whose methods ask.
    """
    base = asking.__mro__[1]
    if own is base or own is asking:
        return asking
    if not (isinstance(own, type) and issubclass(own, base)):
        return None
    if (own, asking) not in _mixed:
        names = {"__module__": own.__module__, "__qualname__": own.__qualname__}
        try:
            make: Any = type(own)
            _mixed[own, asking] = make(own.__name__, (own, asking), names)
        except TypeError:
            _mixed[own, asking] = None
    return _mixed[own, asking]
