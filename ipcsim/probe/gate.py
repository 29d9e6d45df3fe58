"""The gate that every watched operation passes: pause, and slow motion.

In a free run it costs a look at one byte of the control page. Holds are random around the mean and
seeded, since equal holds would force the processes into lockstep and turn "sometimes" into
"always". The time that any thread of the run is held counts neither towards ``sleep`` nor towards
timeouts of watched operations: the supervisor sums it up in the control page, ``held_ns`` tells it,
and instruments extend their waits by the difference.
"""

from __future__ import annotations

import sys
from _random import Random
from time import perf_counter_ns, sleep

from ipcsim.events import Kind
from ipcsim.probe import ring, tokens, writer
from ipcsim.probe.ring import U64
from ipcsim.probe.texts import text
from ipcsim.probe.type_words import Any, Final

_HELD: Final = int(Kind.HELD)
_LET_GO: Final = int(Kind.LET_GO)
_WATCH: Final = int(Kind.WATCH)
_LOOK_NS: Final = 20_000_000
"""A held thread looks at the page so often: a moved slider acts on it at once."""
_ALWAYS: Final = b"\1"
_OPEN: Final = b"\0"

_page: Any = bytes(ring.PAGE_SIZE)
_flags: Any = _OPEN
_random: dict[str, Random] = {}
"""By lineage: a forked child has holds of its own."""
_watched: dict[str, Any] = {}
_watches = [""]
"""The lineage of the process that has looked at the globals."""
_missing: Final = object()


def gate() -> None:
    """Called at the start of every watched operation: waits while the session holds it."""
    if _flags[0]:
        _hold()


def held_ns() -> int:
    """For how long so far (ns) threads of this run have been held by pause or slow motion.

    An instrument adds what this grows during a timed wait or sleep to its end.
    """
    held: int = U64.unpack_from(_page, ring.PAGE_HELD)[0]
    return held


def page_byte(offset: int) -> int:
    """A byte of the control page."""
    byte: int = _page[offset]
    return byte


def set_up(page: Any, watched: list[str]) -> None:
    """Obey ``page`` from now on. ``watched`` are globals of the main module to be recorded."""
    global _page, _flags, _watched
    _page = page
    _watched = dict.fromkeys(watched, _missing)
    _flags = _ALWAYS if watched else page


def set_down() -> None:
    """Hold nothing any more."""
    global _flags
    _flags = _OPEN


def look_at_globals() -> None:
    """Record the watched globals whose values have changed."""
    if _watches[0] != writer.own.lineage:
        _watches[0] = writer.own.lineage
        _watched.update(dict.fromkeys(_watched, _missing))
    main = sys.modules.get("__main__")
    names = getattr(main, "__dict__", {})
    for name, before in _watched.items():
        value = names.get(name, _missing)
        if value is not before and value is not _missing:
            _watched[name] = value
            writer.emit(_WATCH, text(name), 0, tokens.token(value))


def _hold() -> None:
    if _watched:
        look_at_globals()
    flags = _page[ring.PAGE_FLAGS]
    if not flags or not writer.recording():
        return
    began = perf_counter_ns()
    share = _share() if flags & ring.SLOWED else 0.0
    mean: int = U64.unpack_from(_page, ring.PAGE_PACE)[0]
    writer.emit(_HELD, 0, 0, 0 if flags & ring.PAUSED else int(share * mean))
    paused = 0
    looked = began
    while not _page[ring.PAGE_CLOSED]:
        flags = _page[ring.PAGE_FLAGS]
        now = perf_counter_ns()
        if flags & ring.PAUSED:
            left = _LOOK_NS
            paused += now - looked
        else:
            mean = U64.unpack_from(_page, ring.PAGE_PACE)[0]
            left = int(share * mean) - (now - began - paused) if flags & ring.SLOWED else 0
        if left <= 0:
            break
        looked = now
        sleep(min(left, _LOOK_NS) / 1e9)
    writer.emit(_LET_GO, 0, 0, perf_counter_ns() - began)


def _share() -> float:
    lineage = writer.own.lineage
    random = _random.get(lineage)
    if random is None:
        seed: int = U64.unpack_from(_page, ring.PAGE_SEED)[0]
        random = _random[lineage] = Random(hash((seed, *lineage.encode())))
    # From a half to one and a half of the mean; nothing may come out at 0.
    return 0.5 + float(random.random())
