"""The C semaphore under every lock of multiprocessing, asking before it acts.

The controller's model decides who may acquire; the real semaphore is then asked without waiting and
confirms. Everything that is built on semaphores, ``Condition``, ``Event``, ``Barrier`` and the
locks inside queues, follows by itself, since CPython's own code runs above.
"""

from __future__ import annotations

import sys
from operator import attrgetter
from types import ModuleType, SimpleNamespace
from weakref import WeakSet

from ipcsim.operations import Op
from ipcsim.probe.control.actors import current
from ipcsim.probe.control.asking import ask
from ipcsim.probe.control.naming import new_object
from ipcsim.probe.control.protocol import Answer
from ipcsim.probe.instruments.imports import when_imported
from ipcsim.probe.instruments.timed import nanoseconds
from ipcsim.probe.instruments.tracebacks import drop_frame, is_ours
from ipcsim.probe.type_words import Any, Final

_RECURSIVE: Final = 0
_ACQUIRE, _TRY_ACQUIRE, _RELEASE = Op.ACQUIRE, Op.TRY_ACQUIRE, Op.RELEASE
_GO, _SKIP = Answer.GO, Answer.SKIP
_CONFIRMS_S: Final = 2.0
"""The model says it is free: if the real one takes longer than this, they disagree."""


def install() -> None:
    """Put the asking semaphore under multiprocessing's locks."""
    when_imported("multiprocessing.synchronize", _replace)


def _replace(synchronize: Any) -> None:
    raw: ModuleType = synchronize._multiprocessing
    names = {name: getattr(raw, name) for name in dir(raw) if not name.startswith("__")}
    Semaphore.SEM_VALUE_MAX = raw.SemLock.SEM_VALUE_MAX
    Semaphore.real_class = raw.SemLock
    names["SemLock"] = Semaphore
    synchronize._multiprocessing = SimpleNamespace(**names)


def everyone() -> list[Semaphore]:
    """Every semaphore of this process, in an order that is the same in every run."""
    return sorted(_everyone, key=attrgetter("_key"))


def how_many() -> int:
    """How many semaphores this process has."""
    return len(_everyone)


class Semaphore:
    """In place of ``_multiprocessing.SemLock``, with its methods."""

    real_class: Any
    SEM_VALUE_MAX: int

    def __init__(
        self, kind: int, value: int, maxvalue: int, name: str, unlink: bool, _real: Any = None
    ) -> None:
        try:
            self._real = _real or self.real_class(kind, value, maxvalue, name, unlink)
        except BaseException as error:
            drop_frame(error)
            raise
        self.kind: int = self._real.kind
        self.maxvalue: int = self._real.maxvalue
        self.name: str | None = self._real.name
        self.handle = self._real.handle
        self._acquire = self._real.acquire
        self._count = self._real._count
        self._is_mine = self._real._is_mine
        self._after_fork = self._real._after_fork
        if _real is None:
            self._key = new_object(
                "semaphore",
                value=value,
                alias=self.name and f"sem:{self.name}",
                owned=kind == _RECURSIVE or maxvalue == 1,
            )
        else:
            self._key = f"sem:{self.name}".encode()
        _everyone.add(self)

    @classmethod
    def _rebuild(cls, handle: Any, kind: int, maxvalue: int, name: str | None) -> Semaphore:
        real = cls.real_class._rebuild(handle, kind, maxvalue, name)
        return cls(kind, 0, maxvalue, "", False, real)

    def acquire(self, block: Any = True, timeout: Any = None) -> bool:
        """As the real one; waits for the controller instead."""
        try:
            actor = current()
            if actor is None or (self.kind == _RECURSIVE and self._is_mine()):
                return bool(self._real.acquire(block, timeout))
            limit = -1 if timeout is None else nanoseconds(timeout)
            tries = not block or limit == 0
            answer = ask(_TRY_ACQUIRE, self._key) if tries else ask(_ACQUIRE, self._key, limit)
            if answer == _GO:
                taken = bool(self._acquire(not tries, None if tries else _CONFIRMS_S))
            else:
                taken = answer == _SKIP
            actor.result = taken
            return taken
        except BaseException as error:
            drop_frame(error)
            raise

    def release(self) -> None:
        """As the real one."""
        try:
            actor = current()
            if actor is not None and (self.kind != _RECURSIVE or self._count() < 2):
                if ask(_RELEASE, self._key) != _SKIP:
                    self._real.release()
                actor.result = 1
            else:
                self._real.release()
        except BaseException as error:
            drop_frame(error)
            raise

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()

    def _get_value(self) -> int:
        _look(self._key)
        return int(self._real._get_value())

    def _is_zero(self) -> bool:
        _look(self._key)
        return bool(self._real._is_zero())

    def real_value(self) -> int:
        """How many may still acquire it, without asking."""
        return int(self._real._get_value())

    def set_real_value(self, value: int) -> None:
        """Make it as if so many could still acquire it, without asking."""
        while self._real._get_value() > value:
            self._real.acquire(False)
        while self._real._get_value() < value:
            self._real.release()

    @property
    def is_recursive(self) -> bool:
        """Whether it knows who holds it."""
        return self.kind == _RECURSIVE

    def held_here(self) -> bool:
        """Whether the calling thread holds it, so that nobody else can put it back."""
        return self.kind == _RECURSIVE and bool(self._is_mine())


_everyone: WeakSet[Semaphore] = WeakSet()


def _look(key: bytes) -> None:
    """A look at the counter is a step, except for an instrument's."""
    if not is_ours(sys._getframe(2).f_code.co_filename):
        ask(Op.COUNT, key)


Semaphore.__name__ = Semaphore.__qualname__ = "SemLock"
