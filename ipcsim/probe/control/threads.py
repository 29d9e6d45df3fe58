"""Threads under control: each that is made by an actor is one too, from its first line to its end.

While a thread is being started, and after its END, it passes freely.
"""

from __future__ import annotations

import multiprocessing.process
import sys
import threading
from collections.abc import Callable
from functools import partial
from operator import methodcaller

from ipcsim.operations import Op
from ipcsim.probe.control import actors, asking, naming
from ipcsim.probe.control.actors import current
from ipcsim.probe.control.asking import ask, passing
from ipcsim.probe.control.processes import say_raised
from ipcsim.probe.control.protocol import Answer
from ipcsim.probe.control.queue_items import FEEDER
from ipcsim.probe.instruments.callers import is_library
from ipcsim.probe.instruments.timed import nanoseconds
from ipcsim.probe.instruments.tracebacks import drop_frame, is_ours
from ipcsim.probe.type_words import Any

_Thread: Any = threading.Thread
_module: Any = threading
_feeders: list[Any] = []
"""Kept: a queue's finalizer joins its feeder unless that is gone, which would be a matter of time.
"""


def install() -> None:
    """Control the threads that are started from now on."""
    _instrument_start()
    _instrument_end()
    _instrument_join()
    # The first that is registered is called last: after it the interpreter waits for all threads.
    _module._register_atexit(_join_all)


def _name_of(thread: Any) -> str:
    """A name without the numbers that count all threads of a process, in whatever order."""
    name = str(thread.name)
    if name == FEEDER:
        return "feeder"
    if not name.startswith("Thread-"):
        return name
    target = getattr(thread, "_target", None)
    if target is None:
        return type(thread).__name__
    return str(getattr(target, "__name__", "Thread"))


def _instrument_start() -> None:
    real_start = _Thread.start

    def start(self: Any) -> None:
        try:
            if current() is None or not self._initialized or self._started.is_set():
                real_start(self)
                return
            self._ipcsim_actor = name = naming.child_name(_name_of(self), ":")
            ask(Op.START, name.encode())
            asking.several = True
            self._invoke_excepthook = _telling(self._invoke_excepthook)
            role = _role_of(self)
            if role == "feeder":
                _feeders.append(self)
            self._started.set = _beginning(self._started, name, role)
            try:
                with passing():
                    real_start(self)
            except BaseException:
                actors.tell(unstarted=name)
                raise
        except BaseException as error:
            drop_frame(error)
            raise

    _Thread.start = start


def _role_of(thread: Any) -> str:
    """What the library has a thread do, where it is known what it shares with others."""
    if thread.name == FEEDER:
        return "feeder"
    serves = getattr(multiprocessing.process.current_process(), "_manager_server", None) is not None
    return "server" if serves and is_library(_file_of(thread)) else ""


def _file_of(thread: Any) -> str:
    code = getattr(getattr(thread, "_target", None), "__code__", None)
    return str(getattr(code, "co_filename", ""))


def _beginning(started: Any, name: str, role: str) -> Callable[[], None]:
    """The thread says that it has started, which its starter waits for, and becomes an actor."""

    def begin() -> None:
        del started.set
        started.set()
        asking.begin(name, role=role)

    return begin


def _telling(hook: Callable[[Any], None]) -> Callable[[Any], None]:
    def invoke_excepthook(thread: Any) -> None:
        error = sys.exc_info()[1]
        if error is not None:
            say_raised(error)
        hook(thread)

    return invoke_excepthook


def _instrument_end() -> None:
    if sys.version_info >= (3, 11):
        real_delete = _Thread._delete

        def _delete(self: Any) -> None:
            asking.end()
            real_delete(self)

        _Thread._delete = _delete
        return
    # 3.10 ends a thread without a call that could be ours: the thread makes two calls instead.
    real_start = _module._start_new_thread
    call = methodcaller("__call__")

    def start_new_thread(function: Any, arguments: tuple[Any, ...]) -> Any:
        # All of it written in C: no frame of ours is below the program's.
        both = (partial(function, *arguments), asking.end)
        return real_start(any, (map(call, both),))

    _module._start_new_thread = start_new_thread


def _instrument_join() -> None:
    real_join, real_is_alive = _Thread.join, _Thread.is_alive

    def join(self: Any, timeout: float | None = None) -> None:
        try:
            name = getattr(self, "_ipcsim_actor", "")
            if current() is None or not name or self is threading.current_thread():
                real_join(self, timeout)
                return
            answer = ask(Op.JOIN, name.encode(), nanoseconds(timeout))
            with passing():
                real_join(self, 0 if answer == Answer.TIMEOUT else None)
        except BaseException as error:
            drop_frame(error)
            raise

    def is_alive(self: Any) -> bool:
        name = getattr(self, "_ipcsim_actor", "")
        if current() is None or not name or is_ours(sys._getframe(1).f_code.co_filename):
            return bool(real_is_alive(self))
        ended = ask(Op.POLL, name.encode(), 0) == Answer.GO
        with passing():
            if ended and self is not threading.current_thread():
                real_join(self)  # for the controller it has ended: it is about to
            alive = bool(real_is_alive(self))
        asking.result(ended)
        return alive

    _Thread.join, _Thread.is_alive = join, is_alive


def _join_all() -> None:
    """What the interpreter does at its end, waiting in C: as steps."""
    met = {threading.current_thread()}
    while current() is not None:
        left = [t for t in threading.enumerate() if not t.daemon and t not in met]
        if not left:
            return
        for thread in left:
            met.add(thread)
            thread.join()
