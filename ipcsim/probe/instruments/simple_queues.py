"""SimpleQueue of multiprocessing: a locked pipe.

Pools and executors use it for themselves, and a worker can't tell from the pickle whose queue it
has received: there the caller of its first put or get decides.
"""

from __future__ import annotations

import os
import weakref
from _thread import get_ident
from collections.abc import Callable

from ipcsim.events import Kind, ObjectKind
from ipcsim.probe import recorder
from ipcsim.probe.instruments import queue_leaves, queue_readers, under_control
from ipcsim.probe.instruments.callers import creator, frame_above, is_library, place_above
from ipcsim.probe.instruments.pipes import make_internal as make_pipe_internal
from ipcsim.probe.instruments.queue_leaves import Watch
from ipcsim.probe.instruments.queue_readers import ReadLock
from ipcsim.probe.instruments.replacing import replace
from ipcsim.probe.instruments.semlocks import make_internal
from ipcsim.probe.recorder import emit, gate, token
from ipcsim.probe.type_words import Any, Final

_USERS: Final = ("multiprocessing.pool", "concurrent.futures.process")


class _SimpleWatch(Watch):
    __slots__ = ("tokens",)

    def __init__(self, introduce: Callable[[], int]) -> None:
        super().__init__(introduce)
        self.tokens: dict[int, tuple[int, int]] = {}
        """By thread: token and place of what it is putting."""


def instrument(cls: Any) -> None:
    """Replace the methods of SimpleQueue that are to be seen."""
    real_init, real_setstate = cls.__init__, cls.__setstate__
    real_put, real_get, real_close = cls.put, cls.get, cls.close

    def __init__(self: Any, *, ctx: Any) -> None:
        real_init(self, ctx=ctx)
        frame = creator(self, frame_above(1))
        if frame is None or not is_library(frame.f_code.co_filename):
            _watch(self, True, place_above(frame))

    def __setstate__(self: Any, state: Any) -> None:
        real_setstate(self, state)
        for lock in (self._rlock, self._wlock):
            if lock is not None:
                make_internal(lock)
        make_pipe_internal(self._reader)
        make_pipe_internal(self._writer)
        self._poll = self._reader.poll
        self._ipcsim_received = True

    def put(self: Any, obj: Any) -> None:
        if _watch_of(self) is None:
            real_put(self, obj)
            return
        gate()
        watch = self._ipcsim_watch
        watch.tokens[get_ident()] = token(obj), place_above(frame_above(1))
        try:
            real_put(self, obj)
        finally:
            watch.tokens.pop(get_ident(), None)

    def get(self: Any) -> Any:
        _watch_of(self)
        return real_get(self)

    def close(self: Any) -> None:
        watch = self._ipcsim_watch
        if watch is not None:
            number = watch.number or watch.introduce()
            emit(Kind.CLOSE, number, place_above(frame_above(1)), 0)
        real_close(self)

    cls._ipcsim_watch = None
    cls._ipcsim_received = False
    replace(cls, __init__, __setstate__, put, get, close)


def _watch_of(queue: Any) -> _SimpleWatch | None:
    if queue._ipcsim_received:
        queue._ipcsim_received = False
        # this function, put or get, its wrapper, who calls
        if frame_above(3).f_globals.get("__name__") not in _USERS:
            _watch(queue, False, 0)
    watch: _SimpleWatch | None = queue._ipcsim_watch
    return watch


def _watch(queue: Any, created: bool, place: int) -> None:
    key = f"queue:pipe:{os.fstat(queue._reader.fileno()).st_ino}"

    def introduce(created: bool = False, place: int = 0) -> int:
        watch.number = recorder.new_object(ObjectKind.SIMPLE_QUEUE, key, created, place)
        return watch.number

    watch = queue._ipcsim_watch = _SimpleWatch(introduce)
    if created:
        introduce(True, place)
    queue._rlock._semlock = ReadLock(watch, queue._rlock._semlock)
    reader, writer = queue._reader, queue._writer
    reader.recv_bytes = queue_readers.recv_bytes(
        watch, _weakly(reader.recv_bytes), weakref.proxy(reader)
    )
    real = _weakly(writer.send_bytes)
    writer.send_bytes = _send_bytes(
        watch, real, queue_leaves.send_bytes(watch, real, writer), weakref.proxy(writer)
    )
    if queue._wlock is not None:
        queue._wlock._semlock = WriteLock(watch, queue._wlock._semlock)


def _weakly(method: Any) -> Callable[..., Any]:
    """``method`` without a hold on its object, which keeps this function: no cycle is made."""
    reference = weakref.WeakMethod(method)
    return lambda *args: reference()(*args)  # type: ignore[misc]


def _send_bytes(
    watch: _SimpleWatch, real: Callable[[Any], None], feed: Callable[[Any], None], writer: Any
) -> Callable[[Any], None]:
    def send(data: Any) -> None:
        if writer.closed:
            real(data)  # raises: nothing is put
        label, place = watch.tokens.get(get_ident(), (0, 0))
        emit(Kind.PUT, watch.number or watch.introduce(), place, label)
        feed(data)

    return send


class WriteLock:
    """The C semaphore of a SimpleQueue's write lock: put() may wait for it."""

    __slots__ = ("__exit__", "_after_fork", "_watch", "semlock")

    def __init__(self, watch: _SimpleWatch, semlock: Any) -> None:
        self._watch = watch
        self.semlock = semlock
        self.__exit__ = semlock.__exit__
        self._after_fork = semlock._after_fork  # called in every forked child

    def __enter__(self) -> Any:
        if under_control.asks or not self.semlock.acquire(False):
            watch = self._watch
            _, place = watch.tokens.get(get_ident(), (0, 0))
            emit(Kind.PUT_WAIT, watch.number or watch.introduce(), place, -1)
            self.semlock.acquire()
        return True

    def __getattr__(self, name: str) -> Any:
        return getattr(self.semlock, name)
