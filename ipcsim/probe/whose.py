"""Which thread did something last, told by more than its identifier: the next one may have that.

Instruments remember what the records of a thread have in common (``spots``, ``leaves``), and must
know that it is the same thread that comes again, as quickly as an identifier could be compared.
"""

from __future__ import annotations

from _thread import RLock, _local
from collections.abc import Callable
from typing import Final

nobody: Callable[[], bool] = RLock()._is_owned  # type: ignore[attr-defined]
"""Is nobody's."""


class _Mark:
    """In the storage of a thread: gone when the thread is, before another has its identifier."""

    __slots__ = ("_let_go", "is_mine")

    def __init__(self) -> None:
        lock = RLock()
        lock.acquire()
        self.is_mine: Callable[[], bool] = lock._is_owned  # type: ignore[attr-defined]
        # In a forked child it is another thread that clears away those that are not there.
        self._let_go: Callable[[], None] = lock._at_fork_reinit  # type: ignore[attr-defined]

    def __del__(self) -> None:
        self._let_go()


class Marks:
    """A mark for each thread."""

    def __init__(self) -> None:
        self._here = _local()

    def mine(self) -> Callable[[], bool]:
        """What says, of the thread that calls it, whether it is the one that calls this now."""
        try:
            mark: _Mark = self._here.mark
        except AttributeError:
            mark = self._here.mark = _Mark()
        return mark.is_mine

    def forget(self) -> None:
        """Whatever is marked as the calling thread's is nobody's from now on."""
        self._here.__dict__.clear()


everywhere: Final = Marks()
"""For what a forked child shares: the thread that forks goes on there as the same one."""
