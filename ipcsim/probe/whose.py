"""Which thread did something last, told by more than its identifier: the next one may have that.

Instruments remember what the records of a thread have in common (``spots``, ``leaves``), and must
know that it is the same thread that comes again, as quickly as an identifier could be compared.
"""

from __future__ import annotations

from _thread import RLock, _local
from collections.abc import Callable
from operator import methodcaller
from weakref import ref

from ipcsim.probe.type_words import Final

nobody: Callable[[], bool] = RLock()._is_owned  # type: ignore[attr-defined]
"""Is nobody's."""


_let_go = methodcaller("_at_fork_reinit")


class _Mark(ref[set[None]]):
    """In the storage of a thread behind ``anchor``, which ends with the thread, before another has
    its identifier: then ``is_mine`` becomes nobody's.

    Nothing of that is written in Python, which a program's own tracing would see, and which would
    run in forked children that clear away the threads that they don't have.
    """

    __slots__ = ("_at_fork_reinit", "is_mine")
    is_mine: Callable[[], bool]

    def __new__(cls, anchor: set[None]) -> _Mark:
        mark = super().__new__(cls, anchor, _let_go)
        lock = RLock()
        lock.acquire()
        mark.is_mine = lock._is_owned  # type: ignore[attr-defined]
        mark._at_fork_reinit = lock._at_fork_reinit  # type: ignore[attr-defined]
        return mark


class Marks:
    """A mark for each thread."""

    def __init__(self) -> None:
        self._here = _local()
        self.used: list[bool] = []
        """Not empty once something has been marked."""

    def mine(self) -> Callable[[], bool]:
        """What says, of the thread that calls it, whether it is the one that calls this now."""
        try:
            mark: _Mark = self._here.mark
        except AttributeError:
            if not self.used:
                self.used.append(True)
            # In this order: the mark is to be there when its anchor goes.
            anchor: set[None] = set()
            self._here.anchor = anchor
            mark = self._here.mark = _Mark(anchor)
        return mark.is_mine

    def forget(self) -> None:
        """Whatever is marked as the calling thread's is nobody's from now on."""
        if self.used:  # else a forked child would make the storage for it, and copy its pages
            self._here.__dict__.clear()


everywhere: Final = Marks()
"""For what a forked child shares: the thread that forks goes on there as the same one."""
