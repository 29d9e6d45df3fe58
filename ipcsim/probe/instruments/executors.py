"""``concurrent.futures``: ProcessPoolExecutor and ThreadPoolExecutor, and waiting for futures.

``shutdown()`` is recorded as CLOSE, and as ALL_DONE_WAIT and ALL_DONE where it waits. Who waits
for several futures at once (``wait``, ``as_completed``) waits for job 0.
"""

from __future__ import annotations

import itertools
import threading

from ipcsim.events import Kind, ObjectKind
from ipcsim.probe.instruments import under_control
from ipcsim.probe.instruments.callers import creator, frame_above, place_above
from ipcsim.probe.instruments.imports import when_imported
from ipcsim.probe.instruments.local_objects import Local
from ipcsim.probe.instruments.pools import Inbox, key_of
from ipcsim.probe.instruments.replacing import replace
from ipcsim.probe.instruments.timed import extended
from ipcsim.probe.recorder import emit, gate, new_object
from ipcsim.probe.type_words import Any

_SUBMIT, _BEGIN, _END = int(Kind.SUBMIT), int(Kind.TASK_BEGIN), int(Kind.TASK_END)
_RESULT_WAIT, _RESULT_GOT = int(Kind.RESULT_WAIT), int(Kind.RESULT_GOT)
_CALLBACK, _CLOSE = int(Kind.CALLBACK), int(Kind.CLOSE)
_ALL_DONE_WAIT, _ALL_DONE = int(Kind.ALL_DONE_WAIT), int(Kind.ALL_DONE)


def install() -> None:
    """Watch executors from now on, in this process and in their workers."""
    when_imported("concurrent.futures._base", _instrument_futures)
    when_imported("concurrent.futures.process", _instrument_processes)
    when_imported("concurrent.futures.thread", _instrument_threads)


def _instrument_executor(executor: Any, introduced: Any) -> None:
    real_init, real_shutdown = executor.__init__, executor.shutdown

    def __init__(self: Any, *arguments: Any, **named: Any) -> None:
        self._ipcsim_object = 0
        real_init(self, *arguments, **named)
        self._ipcsim_object = introduced(self, creator(self, frame_above(1)))
        self._ipcsim_jobs = itertools.count(1)

    def shutdown(self: Any, wait: bool = True, **named: Any) -> None:
        gate()
        place = place_above(frame_above(1))
        emit(_CLOSE, self._ipcsim_object, place, 0)
        if wait:
            emit(_ALL_DONE_WAIT, self._ipcsim_object, place, 0)
        real_shutdown(self, wait, **named)
        if wait:
            emit(_ALL_DONE, self._ipcsim_object, place, 0)

    replace(executor, __init__, shutdown)


def _instrument_submitting(item: Any) -> None:
    """``submit`` makes a work item under its lock, before anything is in a queue."""
    real_init = item.__init__

    def __init__(self: Any, future: Any, *arguments: Any, **named: Any) -> None:
        real_init(self, future, *arguments, **named)
        frame = frame_above(2)  # above the wrapper that `replace` makes
        executor = frame.f_locals.get("self")
        number = getattr(executor, "_ipcsim_object", 0)
        if number and executor is not None:
            gate()
            job = next(executor._ipcsim_jobs)
            future._ipcsim_job = number, job
            emit(_SUBMIT, number, place_above(frame), 1 << 32 | job)

    replace(item, __init__)


def _instrument_processes(module: Any) -> None:
    def introduced(executor: Any, frame: Any) -> int:
        key, workers = key_of(executor._call_queue), executor._max_workers
        kind = ObjectKind.EXECUTOR
        return new_object(kind, key, True, place_above(frame), workers=workers)

    _instrument_executor(module.ProcessPoolExecutor, introduced)
    _instrument_submitting(module._WorkItem)
    real_worker, real_send_back = module._process_worker, module._sendback_result
    here: list[Inbox] = []

    class Calls(Inbox):
        def get(self, block: bool = True) -> Any:
            item = self._real.get(block=block)
            if item is not None:
                self.begin(item.work_id + 1, 0)  # jobs count from 1
            return item

    def _process_worker(call_queue: Any, *arguments: Any, **named: Any) -> None:
        here[:] = [Calls(call_queue, ObjectKind.EXECUTOR)]
        real_worker(here[0], *arguments, **named)

    def _sendback_result(*arguments: Any, **named: Any) -> None:
        for inbox in here:
            inbox.end(named.get("exception") is None)
        real_send_back(*arguments, **named)

    replace(module, _process_worker, _sendback_result)


def _instrument_threads(module: Any) -> None:
    def introduced(executor: Any, frame: Any) -> int:
        workers = executor._max_workers
        return Local(executor, ObjectKind.THREAD_EXECUTOR, frame, workers=workers).number()

    _instrument_executor(module.ThreadPoolExecutor, introduced)
    _instrument_submitting(module._WorkItem)
    real_run = module._WorkItem.run

    def run(self: Any, *arguments: Any) -> None:
        number, job = getattr(self.future, "_ipcsim_job", (0, 0))
        future = self.future
        gate()
        emit(_BEGIN, number, 0, job)
        real_run(self, *arguments)
        failed = future._state == "FINISHED" and future._exception is not None
        emit(_END, number, 0, -job if failed else job)

    replace(module._WorkItem, run)


def _instrument_futures(module: Any) -> None:
    future = module.Future
    replace(future, _waiting(future.result), _waiting(future.exception))
    real_callbacks, real_waiter = future._invoke_callbacks, module._Waiter.__init__

    def _invoke_callbacks(self: Any) -> None:
        number, job = getattr(self, "_ipcsim_job", (0, 0))
        for _ in self._done_callbacks if number else ():
            emit(_CALLBACK, number, 0, job)
        real_callbacks(self)

    def __init__(self: Any) -> None:
        real_waiter(self)
        self.event.__class__ = _SomeResult

    replace(future, _invoke_callbacks)
    replace(module._Waiter, __init__)


def _waiting(real: Any) -> Any:
    def waiting(self: Any, timeout: float | None = None) -> Any:
        number, job = getattr(self, "_ipcsim_job", (0, 0))
        if not number:
            return real(self, timeout)
        gate()
        place = place_above(frame_above(1))
        # Looked at without its lock: asking for it would be a step under control.
        if self._state in ("PENDING", "RUNNING"):
            emit(_RESULT_WAIT, number, place, job)
            # A time-out raises what ends the program's wait: it is awaited here, extended.
            if timeout is not None and not under_control.asks:
                extended(timeout, lambda left: _done(self, left))
                timeout = 0
        try:
            return real(self, timeout)
        finally:
            emit(_RESULT_GOT, number, place, job)

    waiting.__name__ = real.__name__
    return waiting


def _done(future: Any, timeout: float | None) -> bool:
    with future._condition:
        return bool(future._condition.wait_for(future.done, timeout))


class _SomeResult(threading.Event):
    """What ``wait`` and ``as_completed`` wait for."""

    def wait(self, timeout: float | None = None) -> bool:
        """As the real one."""
        place = place_above(frame_above(1))
        emit(_RESULT_WAIT, 0, place, 0)
        done = bool(extended(timeout, super().wait))
        emit(_RESULT_GOT, 0, place, 0)
        return done
