"""``threading``'s locks, asking before they act, those that the library makes for itself included.

``Condition``, ``Event``, ``Semaphore``, ``Barrier`` and ``queue.Queue`` are Python code over these
locks and follow by themselves. A few locks of the library's are left as they are: nothing that asks
ever happens while they are held, so nobody can be seen to wait for them.
"""

from __future__ import annotations

import _thread
import sys
import threading
from types import FrameType

from ipcsim.operations import Op
from ipcsim.probe.control.actors import current
from ipcsim.probe.control.asking import ask, result
from ipcsim.probe.control.local_keys import LocalKey
from ipcsim.probe.control.protocol import Answer
from ipcsim.probe.instruments.alike import Alike, in_place_of
from ipcsim.probe.instruments.callers import is_library
from ipcsim.probe.instruments.standing_in import like
from ipcsim.probe.instruments.timed import nanoseconds
from ipcsim.probe.instruments.tracebacks import drop_frame, is_ours
from ipcsim.probe.type_words import Any, Final

_CONFIRMS_S: Final = 2.0
"""The model says it is free: if the real one takes longer than this, they disagree."""
_UNSEEN: Final = (
    "multiprocessing/heap.py",
    "multiprocessing/resource_tracker.py",
    "multiprocessing/util.py",
    "subprocess.py",
    "tempfile.py",
    "weakref.py",
)
"""Files of the library whose locks are left as they are."""

_module: Any = threading
_allocate = _thread.allocate_lock
_RealLock: Any = type(_allocate())
_real_rlock: Any = _module._CRLock
_threading_file: Final = threading.Thread.run.__code__.co_filename
_wait_code: Final = threading.Condition.wait.__code__


def install() -> None:
    """The locks of ``threading`` that are made from now on ask."""
    _module._allocate_lock = _allocate_lock
    if isinstance(threading.Lock, type):
        names = {"__module__": "threading", "__qualname__": "Lock", "__doc__": _RealLock.__doc__}
        _module.Lock = _LockType("lock", (), names)
    else:
        _module.Lock = _lock_function()
    # ``threading.RLock`` is a function that stays: this is what it calls.
    _module._CRLock = _rlock_function()
    _instrument_event(threading.Event)


class Lock(metaclass=Alike):
    """In place of ``_thread.lock``, with its methods."""

    __slots__ = ("__weakref__", "_fresh", "_key", "_real", "_skipped")
    _ipcsim_real = _thread.LockType
    __class__ = property(lambda _: _thread.LockType)

    def __init__(self, kind: str, creator: FrameType | None, fresh: bool) -> None:
        self._real = _allocate()
        self._fresh = fresh
        """Nobody else has it yet: acquiring it is no step."""
        self._skipped = False
        """It lets everybody in, as its controller wants."""
        self._key = LocalKey(kind, creator, owned=not fresh)

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """As the real one; waits for the controller instead."""
        try:
            real = self._real
            odd = timeout != -1 and (not blocking or timeout < 0)
            if current() is None or self._fresh or odd:
                self._fresh = False
                return real.acquire(blocking, timeout)
            key = self._key.told(not real.locked())
            tries = not blocking or timeout == 0
            limit = -1 if timeout == -1 else nanoseconds(timeout)
            answer = ask(Op.TRY_ACQUIRE, key) if tries else ask(Op.ACQUIRE, key, limit)
            if answer == Answer.GO:
                taken = real.acquire(not tries, -1 if tries else _CONFIRMS_S)
            else:
                taken = self._skipped = answer == Answer.SKIP
            result(taken)
            return taken
        except BaseException as error:
            drop_frame(error)
            raise

    def release(self) -> None:
        """As the real one."""
        try:
            real = self._real
            if current() is None:
                real.release()
                return
            if ask(Op.RELEASE, self._key.told(not real.locked())) != Answer.SKIP:
                real.release()
            result(1)
        except BaseException as error:
            drop_frame(error)
            raise

    def locked(self) -> bool:
        """As the real one; a step like any other, except for an instrument."""
        if current() is not None and not is_ours(sys._getframe(1).f_code.co_filename):
            ask(Op.COUNT, self._key.told(not self._real.locked()))
        return self._real.locked()

    def look(self) -> None:
        """Ask for a look at something that is changed only by whoever holds this lock."""
        if current() is not None:
            ask(Op.COUNT, self._key.told(not self._real.locked()))

    def _is_owned(self) -> bool:
        # A condition asks it before wait and notify; without it, it would try to acquire.
        return self._real.locked() or self._skipped

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()

    def _at_fork_reinit(self) -> None:
        self._real._at_fork_reinit()  # type: ignore[attr-defined]

    def __repr__(self) -> str:
        return in_place_of(self, self._real)

    def __reduce__(self) -> Any:
        raise TypeError("cannot pickle '_thread.lock' object")

    acquire_lock = acquire
    release_lock = release
    locked_lock = locked


Lock.__name__ = Lock.__qualname__ = "lock"
Lock.__module__, Lock.__doc__ = "_thread", _RealLock.__doc__


class _LockType(type):
    """3.13 and newer: ``threading.Lock`` is a class, which ``isinstance`` is asked about."""

    def __call__(cls) -> Any:
        return _made(sys._getframe(1))

    def __repr__(cls) -> str:
        return repr(_RealLock)

    def __instancecheck__(cls, thing: object) -> bool:
        return isinstance(thing, (_RealLock, Lock))


def _made(frame: FrameType | None) -> Any:
    """A lock for who asks for it in ``frame``."""
    # Who waits in a condition makes a lock, acquires it, and then waits to acquire it once more.
    waits = frame is not None and frame.f_code is _wait_code
    creator = _creator(frame)
    if not _is_seen(creator):
        return _allocate()
    return Lock("waiter" if waits else "lock", creator, waits)


def _creator(frame: FrameType | None) -> FrameType | None:
    """Who wants the lock: the first frame outside ``threading``, or what there serves threads."""
    while frame is not None:
        name = frame.f_code.co_filename
        if name == _threading_file:
            if _is_of_threads(frame):
                return frame
        elif not is_ours(name):
            return frame
        frame = frame.f_back
    return None


def _is_of_threads(frame: FrameType) -> bool:
    """Whether ``frame`` makes something that serves only to start, end and list threads."""
    name = frame.f_code.co_name
    return name == "_after_fork" or (
        name == "__init__" and frame.f_code is threading.Thread.__init__.__code__
    )


def _is_seen(creator: FrameType | None) -> bool:
    if creator is None:
        return True
    name = creator.f_code.co_filename
    if not is_library(name):
        return True
    plain = name.replace("\\", "/")
    if plain.endswith("logging/__init__.py"):
        return creator.f_code.co_name != "<module>"
    return name != _threading_file and not plain.endswith(_UNSEEN)


def _allocate_lock() -> Any:
    return _made(sys._getframe(1))


def _lock_function() -> Any:
    def allocate_lock() -> Any:
        return _made(sys._getframe(1))

    stands = like(_allocate, allocate_lock)
    # Pickles name it so: managers register it, and a child is to find its own.
    stands.__qualname__, stands.__module__ = "Lock", "threading"
    return stands


def _rlock_function() -> Any:
    in_python = _module._PyRLock

    def make_rlock(*arguments: Any, **named: Any) -> Any:
        if _is_seen(_creator(sys._getframe(1))):
            return in_python(*arguments, **named)
        return _real_rlock(*arguments, **named)

    return make_rlock


def _instrument_event(kind: Any) -> None:
    """``is_set`` looks without the lock: a step of its own."""
    real_is_set, real_wait = kind.is_set, kind.wait

    def is_set(self: Any) -> Any:
        lock = self._cond._lock
        if type(lock) is Lock:
            lock.look()
        return real_is_set(self)

    def wait(self: Any, timeout: float | None = None) -> Any:
        try:
            above: FrameType | None = sys._getframe(1)
            while above is not None and is_ours(above.f_code.co_filename):
                above = above.f_back
            caller = above.f_code if above is not None else None
            if caller and caller.co_name == "serve_forever" and is_library(caller.co_filename):
                timeout = None  # a manager's server looks every second, and would for ever
            return real_wait(self, timeout)
        except BaseException as error:
            drop_frame(error)
            raise

    kind.is_set = is_set
    kind.wait = wait
