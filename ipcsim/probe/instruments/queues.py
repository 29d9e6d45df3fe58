"""Queue, JoinableQueue and SimpleQueue of multiprocessing.

CPython's classes stay, and its code runs: put, get, the feeder's thread. No byte of a message is
changed. What is recorded happens at the leaves (``queue_leaves``). In the records

- the n-th FEED of a process belongs to its n-th PUT; a FEED of -1 says that the item could not be
  pickled and never leaves. A FEED that is followed by SEND_WAIT finds the pipe full; SENT ends it.
- a SimpleQueue's PUT and FEED come together, under its write lock; PUT_WAIT is for that lock.
- the number of CLOSEs of a queue counts ``close()``; the feeder may go on.
"""

from __future__ import annotations

import os
import sys

from ipcsim.events import Kind, ObjectKind
from ipcsim.probe import recorder
from ipcsim.probe.instruments import queue_leaves, queue_readers, simple_queues
from ipcsim.probe.instruments.callers import creator, frame_above, is_library, place_above
from ipcsim.probe.instruments.conditions import make_condition_internal
from ipcsim.probe.instruments.imports import when_imported
from ipcsim.probe.instruments.pipes import make_internal as make_pipe_internal
from ipcsim.probe.instruments.queue_leaves import Buffer, Watch
from ipcsim.probe.instruments.queue_readers import ReadLock
from ipcsim.probe.instruments.replacing import replace
from ipcsim.probe.instruments.semlocks import make_internal
from ipcsim.probe.instruments.thread_conditions import PlainCondition
from ipcsim.probe.recorder import emit, gate
from ipcsim.probe.texts import Fact
from ipcsim.probe.type_words import Any


def install() -> None:
    """Watch queues from now on, in this process and the ones it forks."""
    when_imported("multiprocessing.queues", _instrument)


def _instrument(queues: Any) -> None:
    _instrument_making(queues)
    _instrument_feeder(queues.Queue)
    _instrument_closing(queues.Queue)
    _instrument_tasks(queues.JoinableQueue)
    simple_queues.instrument(queues.SimpleQueue)


def _watch(queue: Any, queues: Any, created: bool, place: int) -> None:
    """Record what happens to ``queue`` from now on; it is introduced at once if created here."""
    joinable = isinstance(queue, queues.JoinableQueue)
    kind = ObjectKind.JOINABLE_QUEUE if joinable else ObjectKind.QUEUE
    bounded = queue._maxsize < sys.modules["multiprocessing.synchronize"].SEM_VALUE_MAX
    facts: dict[str, Fact] = {"bound": queue._maxsize} if bounded else {}
    key = f"queue:pipe:{os.fstat(queue._reader.fileno()).st_ino}"

    def introduce(created: bool = False, place: int = 0) -> int:
        watch.number = recorder.new_object(kind, key, created, place, **facts)
        return watch.number

    watch = queue._ipcsim_watch = Watch(introduce)
    if created:
        introduce(True, place)
    semlock = queue._sem._semlock
    queue._sem.acquire = queue_leaves.acquire_slot(watch, semlock.acquire, bounded)
    semlock = queue._rlock._semlock
    queue._rlock._semlock = ReadLock(watch, semlock)
    queue._rlock.acquire = queue._rlock._semlock.acquire
    if queue._wlock is not None:
        queue._wlock.acquire = queue_leaves.pass_gate_and(queue._wlock._semlock.acquire)
    _arm(queue, queues)


def _arm(queue: Any, queues: Any) -> None:
    """Put the leaves into a queue that has just been reset."""
    watch: Watch = queue._ipcsim_watch
    queue._buffer = Buffer(watch, queues._sentinel)
    # Each put notifies it. Made anew: an object whose class is changed keeps its attributes in a
    # dictionary of its own, which makes them slower.
    if type(queue._notempty) is not PlainCondition:
        queue._notempty = PlainCondition(queue._notempty._lock)
    queue._send_bytes = queue_leaves.send_bytes(watch, queue._send_bytes, queue._writer)
    queue._recv_bytes = queue_readers.recv_bytes(watch, queue._recv_bytes, queue._reader)
    lock = queue._rlock._semlock
    queue._poll = queue_readers.poll(watch, queue._poll, queue._reader, lock)


def _instrument_making(queues: Any) -> None:
    cls = queues.Queue
    real_init, real_setstate, real_reset = cls.__init__, cls.__setstate__, cls._reset

    def __init__(self: Any, maxsize: int = 0, *, ctx: Any) -> None:
        real_init(self, maxsize, ctx=ctx)
        frame = creator(self, frame_above(1))
        if frame is None or not is_library(frame.f_code.co_filename):
            _watch(self, queues, True, place_above(frame))

    def __setstate__(self: Any, state: Any) -> None:
        real_setstate(self, state)
        claim(self)

    def claim(queue: Any) -> None:
        for lock in (queue._rlock, queue._wlock, queue._sem):
            if lock is not None:
                make_internal(lock)
        make_pipe_internal(queue._reader)
        make_pipe_internal(queue._writer)
        # The bound methods that _reset() kept are those of before.
        real_reset(queue)
        if not type(queue).__module__.startswith("concurrent.futures."):
            _watch(queue, queues, False, 0)

    def _reset(self: Any, *args: Any, **kwargs: Any) -> None:
        real_reset(self, *args, **kwargs)
        caller = frame_above(2).f_code  # round this is what ``replace`` puts there
        if self._ipcsim_watch is not None:
            _arm(self, queues)
        elif caller.co_name == "__setstate__" and not is_library(caller.co_filename):
            claim(self)  # a subclass has a state of its own

    cls._ipcsim_watch = None
    replace(cls, __init__, __setstate__, _reset)

    joinable = queues.JoinableQueue
    real_joinable_setstate = joinable.__setstate__

    def joinable_setstate(self: Any, state: Any) -> None:
        real_joinable_setstate(self, state)
        make_internal(self._unfinished_tasks)
        make_condition_internal(self._cond)

    joinable_setstate.__name__ = "__setstate__"
    replace(joinable, joinable_setstate)


def _instrument_feeder(cls: Any) -> None:
    """The feeder is an actor of its own, and the process that ends waits for it."""
    real_start, real_feed, real_finalize = cls._start_thread, cls._feed, cls._finalize_join

    def _start_thread(self: Any) -> None:
        real_start(self)
        self._thread._ipcsim_watch = self._ipcsim_watch

    def _feed(buffer: Any, *args: Any) -> None:
        if not isinstance(buffer, Buffer):
            real_feed(buffer, *args)
            return
        watch = buffer.watch
        (*most, onerror, slots) = args

        def note_error(error: BaseException, item: Any) -> None:
            if not watch.failed:
                emit(Kind.FEED, watch.number, 0, -1)
            watch.failed = False
            onerror(error, item)

        emit(Kind.THREAD_BEGIN, 0, 0, 0)
        real_feed(buffer, *most, note_error, slots)

    def _finalize_join(reference: Any) -> None:
        thread = reference()
        watch = getattr(thread, "_ipcsim_watch", None)
        if watch is None or not thread.is_alive():
            real_finalize(reference)
            return
        place = place_above(frame_above(1))
        emit(Kind.FEEDER_WAIT, watch.number, place, 0)
        try:
            real_finalize(reference)
        finally:
            emit(Kind.FEEDER_DONE, watch.number, place, 0)

    replace(cls, _start_thread)
    replace(cls, _feed, _finalize_join, static=True)


def _instrument_closing(cls: Any) -> None:
    real_close, real_cancel = cls.close, cls.cancel_join_thread

    def close(self: Any) -> None:
        _record(self, Kind.CLOSE)
        real_close(self)

    def cancel_join_thread(self: Any) -> None:
        _record(self, Kind.CANCEL_JOIN)
        real_cancel(self)

    replace(cls, close, cancel_join_thread)


def _instrument_tasks(cls: Any) -> None:
    real_done, real_join = cls.task_done, cls.join

    def task_done(self: Any) -> None:
        watch: Watch | None = self._ipcsim_watch
        if watch is not None:
            gate()
            if not self._unfinished_tasks._semlock._is_zero():
                _record(self, Kind.TASK_DONE)
        real_done(self)

    def join(self: Any) -> None:
        if self._ipcsim_watch is None:
            real_join(self)
            return
        gate()
        if not self._unfinished_tasks._semlock._is_zero():
            _record(self, Kind.ALL_DONE_WAIT)
        real_join(self)
        _record(self, Kind.ALL_DONE)

    replace(cls, task_done, join)


def _record(queue: Any, kind: Kind) -> None:
    watch: Watch | None = queue._ipcsim_watch
    if watch is not None:
        emit(kind, watch.number or watch.introduce(), place_above(frame_above(1)), 0)
