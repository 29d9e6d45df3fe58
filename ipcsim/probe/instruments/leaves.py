"""The leaf of a lock: its C semaphore, and how what happens to it is called in the records."""

from __future__ import annotations

import itertools
import os
import struct
import weakref
from collections.abc import Callable
from types import CodeType, FrameType

from ipcsim.events import Kind, ObjectKind
from ipcsim.probe import forks, recorder
from ipcsim.probe.instruments import under_control
from ipcsim.probe.instruments.callers import is_library, place_above
from ipcsim.probe.instruments.spots import Spot
from ipcsim.probe.texts import Fact
from ipcsim.probe.type_words import Any, Final
from ipcsim.probe.whose import everywhere, nobody

_ACQUIRE_WAIT: Final = int(Kind.ACQUIRE_WAIT)
_ACQUIRED: Final = int(Kind.ACQUIRED)
_RELEASE: Final = int(Kind.RELEASE)
_middle = struct.Struct("<qIII").pack
"""All of a record but its time and lap: arg, object, place, kind and thread."""
_nameless = itertools.count(1)
known_places: dict[tuple[int, int], int] = {}
"""Places in the program's own code, as ``recorder.place`` numbers them."""
_leaves: weakref.WeakSet[Leaf] = weakref.WeakSet()


class Leaf:
    """A watched semaphore.

    ``take`` and ``give`` are the leaf operations: every acquire and release of a watched lock goes
    through them and through nothing else.

    The last acquisition from depth 0 is remembered as the bytes of its records (``awaited``,
    ``taken`` and ``given``) for the place and thread that it happened at: the next one there, most
    often a ``with`` in a loop, writes them with a new time and lap, which halves its cost. Whoever
    leaves a ``with`` block of a Lock is the one who entered it last, and the place is the same.
    """

    __slots__ = (
        "__weakref__",
        "attempt",
        "awaited",
        "code",
        "depth",
        "facts",
        "give",
        "given",
        "key",
        "kind",
        "lasti",
        "mine",
        "number",
        "outer",
        "released",
        "remembered",
        "semlock",
        "take",
        "taken",
    )

    def __init__(self, semlock: Any, kind: str, facts: dict[str, Fact]) -> None:
        self.semlock = semlock
        self.kind = kind
        self.facts = facts
        self.key = key_of(semlock)
        self.number = 0
        """Object number; 0 until it is introduced, which a received lock is at its first use."""
        self.take: Callable[..., bool] = semlock.acquire
        self.give: Callable[[], None] = semlock.release
        self.attempt = under_control.in_vain if under_control.asks else self.take
        """``take`` without waiting, before it is recorded that somebody waits."""
        self.depth: Callable[[], int] | None = semlock._count if kind == ObjectKind.RLOCK else None
        """How often its holder holds an RLock; None for the others."""
        self.code: CodeType | None = None
        self.lasti = -1
        self.mine = nobody
        self.taken = self.given = self.awaited = b""
        self.remembered = False
        """``given`` is the release of the one holder, who holds it once."""
        self.outer = False
        """What ``remembered`` was before an RLock was acquired a second time."""
        self.released = Spot(_RELEASE)
        """Where ``release`` was called last, which needn't be where it was acquired."""
        _leaves.add(self)

    def introduce(self, created: bool = False, place: int = 0, **facts: Fact) -> int:
        """Record its OBJECT if that hasn't been done, and give its number."""
        if not self.number:
            told = {**self.facts, **facts}
            self.number = recorder.new_object(self.kind, self.key, created, place, **told)
        return self.number

    def remember(self, frame: FrameType, place: int) -> None:
        """It has been acquired from depth 0 by ``frame``, in the calling thread."""
        word = recorder.thread_number() << 16
        self.remembered = False
        if self.number and place:
            taken = _middle(1, self.number, place, word | _ACQUIRED)
            given = _middle(0, self.number, place, word | _RELEASE)
            awaited = _middle(-1, self.number, place, word | _ACQUIRE_WAIT)
            # Others may have a semaphore, too: it is nobody's until all of it is this thread's.
            self.mine = nobody
            self.taken, self.given, self.awaited = taken, given, awaited
            # A place of the library's stands for whatever place of the program it is called from.
            fixed = not under_control.asks and not is_library(frame.f_code.co_filename)
            self.code = frame.f_code if fixed else None
            self.lasti = frame.f_lasti
            self.mine = everywhere.mine()
            self.remembered = not under_control.asks and (
                self.kind not in (ObjectKind.SEMAPHORE, ObjectKind.BOUNDED_SEMAPHORE)
            )

    def memory(self) -> tuple[Any, ...]:
        """What is remembered, to be given back to ``recall``."""
        where = self.code, self.lasti, self.mine
        return *where, self.taken, self.given, self.awaited, self.remembered, self.outer

    def recall(self, memory: tuple[Any, ...]) -> None:
        """Forget what happened since ``memory`` was taken."""
        self.code, self.lasti, self.mine, *rest = memory
        self.taken, self.given, self.awaited, self.remembered, self.outer = rest


def key_of(semlock: Any) -> str:
    """The key of a semaphore: its name; under fork it has none and one is made up."""
    name = semlock.name
    return f"sem:{name}" if name else f"sem:{os.getpid()}:{next(_nameless)}"


def place_of(frame: FrameType) -> int:
    """Number of the place of the program that called; quick when ``frame`` is the program's."""
    number = known_places.get((id(frame.f_code), frame.f_lasti))
    if number:
        return number
    if is_library(frame.f_code.co_filename):
        return place_above(frame.f_back)
    number = recorder.place(frame)
    if number:
        known_places[id(frame.f_code), frame.f_lasti] = number
    return number


def _forget_holders() -> None:
    for leaf in list(_leaves):
        leaf.remembered = False


forks.calls_elsewhere += [_forget_holders, everywhere.forget]
