"""A process whose body is run again and again, to explore many schedules without forking for each.

Between two runs everything that the body can have changed is put back or compared: shared memory
and semaphores are put back by one of the processes, each compares its own globals, arguments,
descriptors and threads. Any difference is told, and ends the rerunning.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType

from ipcsim.operations import Op
from ipcsim.probe.control import actors, asking, chance, handing, naming, semaphores
from ipcsim.probe.control.insides import Inside
from ipcsim.probe.control.protocol import Answer
from ipcsim.probe.control.semaphores import Semaphore
from ipcsim.probe.control.shared_state import arenas
from ipcsim.probe.control.untouched import DEEP, Descriptors, plainly
from ipcsim.probe.instruments.callers import is_library
from ipcsim.probe.instruments.imports import when_imported
from ipcsim.probe.type_words import Any, Final

_NOT_ITS: Final = (__name__.partition(".")[0], "_distutils_hack")
"""Ours, and what setuptools has every interpreter start with: no program keeps anything there."""
_NUMBERS: Final = (1 << 62) - 1


def prepare(table: dict[str, Any]) -> None:
    """Bodies of this program's processes will be run again; they hand on the turn at a ``table``:
    its ``path``, and names of ``semaphores``."""
    watch_blocks()
    handing.open_table(**table)


def repeated(process: Any, say_raised: Callable[[BaseException], None]) -> Callable[[], None]:
    """The ``run`` of ``process``, as often as the controller wants."""
    real_run = process.run

    def run() -> None:
        handing.take_place()
        before = Before((process._args, process._kwargs))
        while True:
            asking.border(Op.BEGIN)
            error: BaseException | None = None
            code = 0
            try:
                real_run()
            except BaseException as raised:
                error, code = raised, 1
                say_raised(raised)
            for stream in (sys.stdout, sys.stderr):
                if stream is not None:
                    stream.flush()
            answer = asking.border(Op.END, code)
            if answer == Answer.GO:
                if error is not None:
                    raise error
                return
            shared = before.shared() if answer == Answer.RESET else 0
            changed = before.put_back(answer == Answer.RESET)
            if changed:
                actors.tell(changed=changed)
            asking.result(shared)

    return run


def watch_blocks() -> None:
    """Notice whoever uses blocks of ``multiprocessing.shared_memory``: they aren't put back."""
    when_imported("multiprocessing.shared_memory", _watch)


def _watch(shared_memory: Any) -> None:
    real = shared_memory.SharedMemory.__init__

    def __init__(self: Any, *arguments: Any, **named: Any) -> None:
        _blocks.append(True)
        real(self, *arguments, **named)

    shared_memory.SharedMemory.__init__ = __init__


_blocks: list[bool] = []


class Before:
    """What a process and the memory it shares were like before its body ran."""

    def __init__(self, arguments: object) -> None:
        self._arguments = arguments
        self._blocks = [(arena.buffer, bytes(arena.buffer)) for arena in arenas()]
        self._values = [(lock, lock.real_value()) for lock in semaphores.everyone()]
        self._modules = _modules()
        self._maps = any(hasattr(module, "mmap") for module in self._modules)
        self._descriptors = Descriptors()
        self._recursive = [lock for lock, _ in self._values if lock.is_recursive]
        self._threads = getattr(sys.modules.get("threading"), "_active", ())
        self._loaded, self._running = len(sys.modules), len(self._threads)
        self._mine, self._inside = self._look(), self._enter()
        self._clock, self._used = asking.clock_ns, naming.used_names()

    def shared(self) -> int:
        """Digest of the shared state now, the same in every process that comes from one: they have
        the same hash seed."""
        values = [lock.real_value() for lock, _ in self._values]
        return hash((*values, *[bytes(buffer) for buffer, _ in self._blocks])) & _NUMBERS

    def put_back(self, shared: bool) -> str:
        """Put back what can be; what can't is named."""
        if _blocks or self._maps:
            return "it may share memory that can't be put back"
        if any(map(Semaphore.held_here, self._recursive)):
            return "a lock is still held"
        if len(self._values) != semaphores.how_many() or len(self._blocks) != len(arenas()):
            return "it has made shared objects"
        if shared:
            for buffer, saved in self._blocks:
                if buffer[:] != saved:
                    buffer[:] = saved
            for lock, value in self._values:
                lock.set_real_value(value)
        asking.clock_ns = self._clock
        naming.use_names(self._used)
        chance.begin()
        changed = []
        if len(sys.modules) != self._loaded:
            changed.append("modules")
        if len(self._threads) != self._running:
            changed.append("threads")
        if not self._inside.is_untouched():
            # Something is another object now; perhaps it is an equal one.
            now = self._look()
            other = [name for name, was in self._mine.items() if now[name] != was]
            changed += other or (["globals"] if self._inside.changed() else [])
            self._inside = self._enter()
        if self._descriptors.changed():
            changed.append("descriptors")
        return f"it has changed its {' and '.join(changed)}" if changed else ""

    def _look(self) -> dict[str, object]:
        return {
            "globals": [plainly(vars(module), DEEP) for module in self._modules],
            "arguments": plainly(self._arguments, DEEP),
        }

    def _enter(self) -> Inside:
        return Inside(*map(vars, self._modules), self._arguments)


def _modules() -> list[ModuleType]:
    """The program's own modules."""
    return [
        module
        for module in list(sys.modules.values())
        if type(module) is ModuleType
        and getattr(module, "__file__", None)
        and module.__name__.partition(".")[0] not in _NOT_ITS
        and not is_library(str(module.__file__))
    ]
