"""Processes under control: a child is an actor from its first line to its exit."""

from __future__ import annotations

import atexit
import os
import select
import sys
from operator import attrgetter

from ipcsim.operations import Op
from ipcsim.probe.control import actors, asking, calls, forking, naming
from ipcsim.probe.control.actors import current
from ipcsim.probe.control.asking import ask, passing
from ipcsim.probe.control.protocol import Answer
from ipcsim.probe.instruments.exceptions import facts_of
from ipcsim.probe.instruments.imports import when_imported
from ipcsim.probe.instruments.standing_in import stand_in
from ipcsim.probe.instruments.timed import nanoseconds
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.type_words import Any

_next: list[str] = []
"""Name of the child that is being started, if it is one of multiprocessing's."""
children: dict[int, str] = {}
"""By pid the actors that this process has started."""
_sentinels: dict[int, tuple[str, int]] = {}
"""By sentinel the actor whose end it tells, and its pid."""


def install() -> None:
    """Control the processes that are started from now on."""
    when_imported("multiprocessing.process", _instrument)
    real_exit = os._exit

    def _exit(status: int) -> None:
        asking.end(status)
        real_exit(status)

    stand_in(os, _exit)
    if hasattr(os, "fork"):
        forking.install()
        stand_in(os, fork)
        os.register_at_fork(after_in_child=_forget)


def next_child() -> str:
    """Name of the child that is being started."""
    return _next[-1] if _next else ""


def actor_of_sentinel(handle: int) -> str:
    """Name of the actor whose end this sentinel tells; ``""`` if it is none."""
    parent = getattr(sys.modules.get("multiprocessing.process"), "_parent_process", None)
    if getattr(parent, "_sentinel", None) == handle:
        return naming.process_name().rpartition("/")[0]
    return _sentinels.get(handle, ("", 0))[0]


def has_died(handle: int) -> bool:
    """Whether the process of this sentinel is dead: the fork server tells a little later."""
    _, pid = _sentinels.get(handle, ("", 0))
    if not pid or not hasattr(os, "pidfd_open"):
        return False
    try:
        process = os.pidfd_open(pid)
    except OSError:
        return True
    try:
        poll = select.poll()
        poll.register(process, select.POLLIN)
        return bool(poll.poll(0))
    finally:
        os.close(process)


def _forget() -> None:
    asking.forget()
    children.clear()
    _sentinels.clear()


def say_raised(error: BaseException) -> None:
    """Tell the controller of an exception that ends this process."""
    if not isinstance(error, SystemExit):
        actors.tell(raised=facts_of(error))


def fork() -> int:
    """In the place of ``os.fork``."""
    if current() is None or _next:
        return forking.fork()
    name = naming.child_name("fork", "/")
    ask(Op.START, name.encode())
    pid = forking.fork()
    if pid == 0:
        asking.begin_process(name)
    else:
        children[pid] = name
    return pid


def _instrument(process: Any) -> None:
    base = process.BaseProcess
    real_start, real_bootstrap, real_join = base.start, base._bootstrap, base.join

    def start(self: Any) -> None:
        try:
            if current() is None:
                real_start(self)
                return
            self._ipcsim_actor = name = naming.child_name(self.name, "/")
            ask(Op.START, name.encode())
            _next.append(name)
            try:
                with passing():
                    real_start(self)
                self._popen._ipcsim_actor = name
                children[self.pid] = name
                _sentinels[self.sentinel] = name, self.pid
                # It may die before it can say so itself.
                actors.tell(started=name, pid=self.pid)
            except BaseException:
                actors.tell(unstarted=name)
                raise
            finally:
                _next.pop()
        except BaseException as error:
            drop_frame(error)
            raise

    def _bootstrap(self: Any, parent_sentinel: Any = None) -> int:
        interpreter = bool(arrived)
        name = arrived.pop() if arrived else next_child()
        if not name:
            return int(real_bootstrap(self, parent_sentinel))
        _next.clear()
        asking.begin_process(name)
        _tell_errors(self)
        if interpreter:
            _end_after_exit_functions()
        code = int(real_bootstrap(self, parent_sentinel))
        _exit_codes.append(code)
        return code

    def join(self: Any, timeout: float | None = None) -> None:
        try:
            if current() is None or self._popen is None:
                real_join(self, timeout)
                return
            answer = ask(Op.JOIN, key_of(self), nanoseconds(timeout))
            with passing():
                real_join(self, 0 if answer == Answer.TIMEOUT else None)
        except BaseException as error:
            drop_frame(error)
            raise

    calls.roots.add(_bootstrap.__code__)
    base.start, base._bootstrap, base.join = start, _bootstrap, join
    base.is_alive = _polling(base.is_alive)
    when_imported("multiprocessing.popen_fork", _instrument_signals)
    base.exitcode = property(_polling(base.exitcode.fget))
    _put_in_order(process)


def _put_in_order(process: Any) -> None:
    """Children are kept in a set: who goes through them meets them in the order of their making."""
    real = process.active_children

    def _cleanup() -> None:
        for child in _in_order(process._children):
            if child._popen and child._popen.poll() is not None:
                process._children.discard(child)

    def active_children() -> list[Any]:
        try:
            return _in_order(real())
        except BaseException as error:
            drop_frame(error)
            raise

    active_children.__doc__ = real.__doc__
    process._cleanup, process.active_children = _cleanup, active_children


def _in_order(processes: Any) -> list[Any]:
    return sorted(processes, key=attrgetter("_identity"))


def _end_after_exit_functions() -> None:
    """A new interpreter ends by itself, after exit functions; the others end by ``os._exit``."""
    of_library = sys.modules["multiprocessing.util"]._exit_function
    atexit.unregister(of_library)
    atexit.register(lambda: asking.end(_exit_codes[-1] if _exit_codes else 0))
    atexit.register(of_library)


_exit_codes: list[int] = []
arrived: list[str] = []
"""In a process that was started as a new interpreter: the actor's name that came along."""


def key_of(process: Any) -> bytes:
    """Name of the actor that a started process is."""
    return getattr(process, "_ipcsim_actor", "").encode()


def _tell_errors(process: Any) -> None:
    real_run = process.run

    def run() -> None:
        try:
            real_run()
        except BaseException as error:
            say_raised(error)
            drop_frame(error)
            raise

    if asking.reruns == "again":
        from ipcsim.probe.control.reruns import repeated

        process.run = repeated(process, say_raised)
    elif asking.reruns:
        from ipcsim.probe.control.bodies import forked

        process.run = forked(real_run, say_raised)
    else:
        process.run = run


def _polling(real: Any) -> Any:
    def polling(self: Any) -> Any:
        if current() is None or self._popen is None:
            return real(self)
        ended = ask(Op.POLL, key_of(self), 0) == Answer.GO and bool(key_of(self))
        with passing():
            if ended:
                self._popen.wait()  # for the controller it has ended: it is about to
            found = real(self)
        asking.result(ended)
        return found

    polling.__name__ = real.__name__
    return polling


def _instrument_signals(popen_fork: Any) -> None:
    real = popen_fork.Popen._send_signal

    def _send_signal(self: Any, sig: int) -> None:
        actor = getattr(self, "_ipcsim_actor", "")
        if actor and self.returncode is None:
            ask(Op.SIGNAL, actor.encode(), int(sig))
        with passing():
            real(self, sig)

    popen_fork.Popen._send_signal = _send_signal
