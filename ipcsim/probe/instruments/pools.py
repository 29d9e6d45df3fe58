"""``multiprocessing.Pool`` and ``ThreadPool``: work handed in, tasks done by workers, results.

Pool and workers know each other by the pipe that brings the tasks; a thread pool's workers by the
queue itself. The pool's own queues, threads and locks are the standard library's and stay quiet.
``pool.join()`` is recorded as ALL_DONE_WAIT and ALL_DONE of the pool.
"""

from __future__ import annotations

import os
import sys

from ipcsim.events import Kind, ObjectKind
from ipcsim.probe.instruments import under_control
from ipcsim.probe.instruments.callers import creator, frame_above, place_above
from ipcsim.probe.instruments.imports import when_imported
from ipcsim.probe.instruments.replacing import replace
from ipcsim.probe.instruments.timed import extended
from ipcsim.probe.recorder import emit, gate, new_object
from ipcsim.probe.type_words import Any

_SUBMIT, _BEGIN, _END = int(Kind.SUBMIT), int(Kind.TASK_BEGIN), int(Kind.TASK_END)
_RESULT_WAIT, _RESULT_GOT = int(Kind.RESULT_WAIT), int(Kind.RESULT_GOT)
_CALLBACK, _CLOSE = int(Kind.CALLBACK), int(Kind.CLOSE)
_ALL_DONE_WAIT, _ALL_DONE = int(Kind.ALL_DONE_WAIT), int(Kind.ALL_DONE)


def install() -> None:
    """Watch pools from now on, in this process and in the workers of its pools."""
    when_imported("multiprocessing.pool", _instrument)


def key_of(inbox: Any) -> str:
    """The key of a pool or executor: by the queue that brings tasks to its workers."""
    reader = getattr(inbox, "_reader", None)
    if reader is None:
        return f"local:{os.getpid()}:pool:{id(inbox)}"
    if sys.platform == "win32":
        return f"pool:{reader.fileno()}"
    return f"pool:{os.fstat(reader.fileno()).st_ino}"


def make_internal(queue: Any) -> None:
    """A SimpleQueue that has arrived in a worker is the pool's, not the program's."""
    if getattr(queue, "_ipcsim_received", False):
        queue._ipcsim_received = False


class Inbox:
    """What a worker takes its tasks from: the real queue, with the beginning of tasks recorded."""

    def __init__(self, real: Any, kind: str) -> None:
        self._real = real
        make_internal(real)
        self.number = new_object(kind, key_of(real), False, 0)
        self.task = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def begin(self, job: int, task: int) -> None:
        """Record that this worker begins a task."""
        gate()
        self.task = task << 32 | job
        emit(_BEGIN, self.number, 0, self.task)

    def end(self, succeeded: bool) -> None:
        """Record that it has done it, once."""
        if self.task:
            emit(_END, self.number, 0, self.task if succeeded else -self.task)
            self.task = 0


def _instrument(module: Any) -> None:
    _instrument_pool(module)
    _instrument_submitting(module)
    _instrument_results(module)
    real_worker = module.worker

    class Tasks(Inbox):
        def get(self) -> Any:
            task = self._real.get()
            if task is not None:
                self.begin(task[0] + 1, task[1] or 0)
            return task

    class Results:
        def __init__(self, real: Any, inbox: Inbox) -> None:
            self._real, self._inbox = real, inbox
            make_internal(real)

        def __getattr__(self, name: str) -> Any:
            return getattr(self._real, name)

        def put(self, result: Any) -> None:
            self._inbox.end(result[2][0])
            self._real.put(result)

    def worker(inqueue: Any, outqueue: Any, *arguments: Any, **named: Any) -> None:
        kind = ObjectKind.POOL if hasattr(inqueue, "_reader") else ObjectKind.THREAD_POOL
        inbox = Tasks(inqueue, kind)
        real_worker(inbox, Results(outqueue, inbox), *arguments, **named)

    replace(module, worker)


def _instrument_pool(module: Any) -> None:
    real_init, real_join = module.Pool.__init__, module.Pool.join
    real_close, real_terminate = module.Pool.close, module.Pool.terminate

    def __init__(self: Any, *arguments: Any, **named: Any) -> None:
        self._ipcsim_object = 0
        real_init(self, *arguments, **named)
        kind = ObjectKind.POOL
        if isinstance(self, module.ThreadPool):
            kind = ObjectKind.THREAD_POOL
        place = place_above(creator(self, frame_above(1)))
        pids = " ".join(str(getattr(worker, "pid", "")) for worker in self._pool)
        self._ipcsim_object = new_object(
            kind, key_of(self._inqueue), True, place, workers=self._processes, pids=pids.strip()
        )

    def close(self: Any) -> None:
        gate()
        emit(_CLOSE, self._ipcsim_object, place_above(frame_above(1)), 0)
        real_close(self)

    def terminate(self: Any) -> None:
        gate()
        emit(_CLOSE, self._ipcsim_object, place_above(frame_above(1)), 0)
        real_terminate(self)

    def join(self: Any) -> None:
        gate()
        place = place_above(frame_above(1))
        emit(_ALL_DONE_WAIT, self._ipcsim_object, place, 0)
        real_join(self)
        emit(_ALL_DONE, self._ipcsim_object, place, 0)

    replace(module.Pool, __init__, close, terminate, join)


def _submitted(result: Any, pool: Any, tasks: int) -> None:
    """Record that a job goes to a pool; it is not yet in the pool's queue."""
    gate()
    result._ipcsim_object = pool._ipcsim_object
    # Jobs count from 1: job 0, task 0 could not be told to have failed.
    job = result._job + 1
    emit(_SUBMIT, pool._ipcsim_object, place_above(frame_above(2)), tasks << 32 | job)


def _instrument_submitting(module: Any) -> None:
    """Each call of the pool's makes a result first, then puts the tasks into its queue."""
    real_apply, real_map = module.ApplyResult.__init__, module.MapResult.__init__
    real_imap = module.IMapIterator.__init__

    def make_apply(self: Any, pool: Any, *arguments: Any, **named: Any) -> None:
        real_apply(self, pool, *arguments, **named)
        if not isinstance(self, module.MapResult):
            _submitted(self, pool, 1)

    def make_map(self: Any, pool: Any, *arguments: Any, **named: Any) -> None:
        real_map(self, pool, *arguments, **named)
        _submitted(self, pool, self._number_left)

    def make_imap(self: Any, pool: Any) -> None:
        real_imap(self, pool)
        _submitted(self, pool, 0)  # how many tasks will come isn't known yet

    for kind, make in (
        (module.ApplyResult, make_apply),
        (module.MapResult, make_map),
        (module.IMapIterator, make_imap),
    ):
        make.__name__ = "__init__"
        replace(kind, make)


def _instrument_results(module: Any) -> None:
    real_get, real_wait = module.ApplyResult.get, module.ApplyResult.wait
    real_next = module.IMapIterator.next

    def get(self: Any, timeout: float | None = None) -> Any:
        gate()
        try:
            return real_get(self, timeout)
        finally:
            if _is_ready(self):
                place = place_above(frame_above(1))
                emit(_RESULT_GOT, self._ipcsim_object, place, self._job + 1)

    def wait(self: Any, timeout: float | None = None) -> None:
        place = place_above(frame_above(1))
        emit(_RESULT_WAIT, self._ipcsim_object, place, self._job + 1)

        def once(left: float | None) -> bool:
            real_wait(self, left)
            return _is_ready(self)

        extended(timeout, once)
        # The frame above is that of `replace`'s wrapper, the one above that is the caller.
        if frame_above(2).f_code is not real_get.__code__:
            emit(_RESULT_GOT, self._ipcsim_object, place, self._job + 1)

    def next(self: Any, timeout: float | None = None) -> Any:
        gate()
        place = place_above(frame_above(1))
        if not self._items:
            emit(_RESULT_WAIT, self._ipcsim_object, place, self._job + 1)
        try:
            return real_next(self, timeout)
        finally:
            emit(_RESULT_GOT, self._ipcsim_object, place, self._job + 1)

    replace(module.ApplyResult, get, wait)
    replace(module.IMapIterator, next)
    module.IMapIterator.__next__ = module.IMapIterator.next
    _instrument_callbacks(module)


def _is_ready(result: Any) -> bool:
    with under_control.passing():
        return bool(result.ready())


def _instrument_callbacks(module: Any) -> None:
    for kind in (module.ApplyResult, module.MapResult):
        replace(kind, _setting(kind._set))


def _setting(real: Any) -> Any:
    def _set(self: Any, i: int, success_result: Any) -> None:
        callback = self._callback if success_result[0] else self._error_callback
        if callback is not None and getattr(self, "_number_left", 1) == 1:
            emit(_CALLBACK, self._ipcsim_object, 0, self._job + 1)
        real(self, i, success_result)

    return _set
