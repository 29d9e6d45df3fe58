"""The vocabulary: what can happen, to which object, in which thread, at which place.

An event is one record of 32 bytes, little-endian, in a ring of the process that it happened in:

====== ====== ====== ======================================================================
offset type   name   meaning
====== ====== ====== ======================================================================
0      u64    time   ``time.perf_counter_ns()``: one clock for all processes of a machine
8      i64    arg    by kind; see there
16     u32    object number of the object within its process; 0 is none
20     u32    place  number of the place within its process; 0 is none
24     u8     kind   a :class:`Kind`
25     u8     span   0: the moment is exact; n: it lies in [time, time + 2**n) nanoseconds
26     u16    thread number of the thread within its process (0 is the main thread)
28     u32    lap    how often the ring's slots had been gone round, from 1
====== ====== ====== ======================================================================

``lap`` is last because fields are stored in this order: a reader in another process that finds
the expected ``lap`` in a slot knows that the rest of the record is there too. In a recording it
means nothing (older ones have the record's index in its ring there).

Numbers of objects, places, texts and threads belong to a process and are introduced by a record
before their first use. A forked child goes on with its parent's numbers, so a number that a ring
does not introduce is looked up in the ring of the parent. The reader joins the objects of several
processes by their *key* (a semaphore's name, a pipe's inode, ...).

Stamps: a release, send, put or notify is stamped before the real operation, an acquire, receive,
get or return after it, so that cause is never later than effect. Accesses to values and negative
results are intervals (``span``).

Standard library only: this module is imported by every watched process.
"""

from __future__ import annotations

import struct
from enum import IntEnum

TYPE_CHECKING = False
if TYPE_CHECKING:  # see ipcsim.probe.type_words
    from typing import Final

FORMAT_VERSION: Final = 1
RECORD: Final = struct.Struct("<QqIIBBHI")
RECORD_SIZE: Final = 32


class Kind(IntEnum):
    """What happened. ``arg`` is given in brackets; *token* and *fingerprint* are defined below."""

    # --- the record keeper's own (1-31)
    TEXT = 1
    """A piece of a text: object = text number, place = part << 16 | length of the whole in bytes,
    time and arg = 16 bytes of UTF-8 (little-endian, zero-padded). Parts need not be neighbours."""
    HELLO = 2
    """First record of a ring [text number of a JSON object: pid, ppid, name, start_method, python,
    parent_ring; after a fork name, daemon, start_method and forked_at (index in the parent's
    ring)]. May be repeated with further facts (name, daemon, role) as they become known."""
    PLACE = 3
    """Introduces place number ``object`` [text number: file, line, end line, column, end column,
    function; separated by U+001F; -1 where unknown]."""
    OBJECT = 4
    """Introduces object number ``object``, created or received here [text number of a JSON object:
    kind, key, created (bool), and by kind bound, type, size, parties, owner (object number)]."""
    THREAD = 5
    """Introduces thread number ``thread`` [text number of its name]."""
    LOST = 6
    """Records that nobody drained are missing before this one [how many]."""
    WATCH = 7
    """A watched global of the program has a new value: object = text number of its name [token]."""
    OUTPUT = 8
    """Bytes are about to be written: object = file descriptor, 1 or 2 [fingerprint]."""
    OUTPUT_TEXT = 9
    """The text of the OUTPUT before it, where asked for [text number]."""
    NOTE = 10
    """Something the reader should know, e.g. held time that stayed in [text number]."""

    # --- processes and threads (32-63)
    START = 32
    """start() of a child is called [text number of its name]."""
    STARTED = 33
    """start() has returned [pid of the child]."""
    TARGET = 34
    """The process's target begins [text number: the target's qualified name]."""
    RETURNED = 35
    """The target has returned [0]."""
    RAISED = 36
    """An exception leaves the target or main module
    [text number of a JSON object: type, message, file, line, text; within (module.function) where
    it is of no file of the program's]."""
    ENDING = 37
    """Exit functions begin: queues' feeders are joined now [0]."""
    EXIT = 38
    """Last record of a process that ends by itself [exit code]."""
    JOIN_WAIT = 39
    """join() of a process begins to wait [pid]."""
    JOINED = 40
    """join() of a process has returned [pid, negative if it timed out]."""
    TERMINATE = 41
    """terminate() of a process [pid]."""
    KILL = 42
    """kill() of a process [pid]."""
    THREAD_START = 43
    """start() of a thread [thread number of the child, if known, else 0]."""
    THREAD_BEGIN = 44
    """A thread begins to run [1 if it is a daemon, else 0]."""
    THREAD_END = 45
    """A thread has ended [0]."""
    THREAD_JOIN_WAIT = 46
    """join() of a thread begins to wait [its thread number]."""
    THREAD_JOINED = 47
    """join() of a thread has returned [its thread number, negative if it timed out]."""
    SLEEP = 48
    """time.sleep begins [nanoseconds]."""
    WOKE = 49
    """time.sleep has returned [0]."""
    HELD = 50
    """The window holds this thread, to pause or slow it [nanoseconds, 0 until resumed]."""
    LET_GO = 51
    """The thread goes on [nanoseconds it was held]."""
    FORK = 52
    """os.fork has returned in the parent [pid of the child]."""
    REAPED = 53
    """A parent has learned the exit code of its child
    [pid << 32 | exit code modulo 2**32; negative codes are signals]."""

    # --- messages (64-95)
    PUT_WAIT = 64
    """put() begins to wait for a free slot [timeout in ns, -1 none]."""
    PUT = 65
    """An item enters the queue [token]."""
    FULL = 66
    """put() has failed with Full [0]."""
    FEED = 67
    """An item's bytes are about to be written to the queue's pipe, under its write lock: the n-th
    FEED in time is the n-th message out [fingerprint; -1: the item could not be pickled, its PUT
    is undone and nothing comes out]."""
    GET_WAIT = 68
    """get() begins to wait [timeout in ns, -1 none]."""
    GET = 69
    """An item has been taken, under the read lock: the n-th GET takes the n-th FEED
    [fingerprint; queues of one process: index of the PUT in stamp order]."""
    EMPTY = 70
    """get() has failed with Empty [0]; an interval."""
    TASK_DONE = 71
    """task_done() [0]."""
    ALL_DONE_WAIT = 72
    """join() of a queue or pool, or shutdown() of an executor, begins to wait [0]."""
    ALL_DONE = 73
    """join() of a queue or pool, or shutdown() of an executor, has returned [0]."""
    CLOSE = 74
    """close() of a queue or of one end of a connection [0]."""
    CANCEL_JOIN = 75
    """cancel_join_thread() [0]."""
    FEEDER_WAIT = 76
    """join_thread(): the process waits for its feeder [0]."""
    FEEDER_DONE = 77
    """The feeder has ended [0]."""
    SEND_WAIT = 78
    """send begins and may block (large message, full buffer) [fingerprint]."""
    SEND = 79
    """A message is about to be sent over a connection [token]."""
    SENT = 80
    """The send has returned [fingerprint]."""
    RECV_WAIT = 81
    """recv() begins to wait [-1]."""
    RECV = 82
    """A message has been received [fingerprint]."""
    POLL_WAIT = 83
    """poll() or connection.wait begins [timeout in ns, -1 none]."""
    POLLED = 84
    """poll() or connection.wait has returned [number of ready ends]; an interval."""
    EOF = 85
    """recv() has found the end of the stream [0]."""
    BROKEN_PIPE = 86
    """send() has found no reader [0]."""
    DUPLICATED = 87
    """An end is now also held by this process [0]."""

    # --- locks, semaphores, conditions, events, barriers (96-127)
    ACQUIRE_WAIT = 96
    """A thread begins to wait for a lock or permit [timeout in ns, -1 none]."""
    ACQUIRED = 97
    """A lock or permit has been taken [recursion depth of an RLock, else 1]."""
    NOT_ACQUIRED = 98
    """A try or a timed wait has failed [0]; an interval."""
    RELEASE = 99
    """A lock or permit is about to be given back [recursion depth left after it]."""
    RELEASE_REFUSED = 100
    """release() has raised: not the owner, or a bounded semaphore is full [0]."""
    WAIT = 101
    """Condition.wait: gives up the lock and begins to wait [timeout in ns, -1 none]."""
    WOKEN = 102
    """Condition.wait has returned [1 notified, 0 timed out]; the lock is held again."""
    NOTIFY = 103
    """notify(n) [n, -1 all]."""
    EVENT_WAIT = 104
    """Event.wait begins to wait [timeout in ns, -1 none]."""
    EVENT_PASSED = 105
    """Event.wait has returned [1 set, 0 timed out]."""
    EVENT_SET = 106
    """Event.set [0]."""
    EVENT_CLEAR = 107
    """Event.clear [0]."""
    BARRIER_WAIT = 108
    """Barrier.wait begins [timeout in ns, -1 none]."""
    BARRIER_PASSED = 109
    """Barrier.wait has returned [index of arrival]."""
    BARRIER_BROKEN = 110
    """Barrier.wait has raised [0 BrokenBarrierError, 1 another error that broke the barrier]."""
    BARRIER_RESET = 111
    """Barrier.reset [0]."""
    BARRIER_ABORT = 112
    """Barrier.abort [0]."""
    EVENT_ASKED = 113
    """Event.is_set has returned [1 set, 0 not]. Who asks again and again in one place and finds it
    not set has the first of these answers recorded."""

    # --- shared values and memory (128-159)
    INDEX = 128
    """The element that the next record of this thread is about
    [index; of a mapping or namespace: -1 - text number of the key]."""
    READ = 129
    """A value has been read [token]; an interval."""
    WRITE = 130
    """A value is written [token]; an interval."""
    READ_SLICE = 131
    """Several elements are read [start << 32 | stop]; an interval. An INDEX before it: the step."""
    WRITE_SLICE = 132
    """Several elements are written [start << 32 | stop]; an interval. An INDEX before it: the
    step."""
    RAW_ACCESS = 133
    """The program has taken the raw memory (get_obj, buf): accesses are not known from here [1: it
    has nothing else of it, nor has who it is handed on to; else 0]."""
    ATTACH = 134
    """A shared memory block is created or attached [size in bytes]."""
    DETACH = 135
    """A shared memory block is closed [0]."""
    UNLINK = 136
    """A shared memory block is unlinked [0]."""
    FILE_CALL = 144
    """Something has been done to a file or database; recorded under control alone
    [text number: the operation as a person would write it, with the beginning of what was read or
    written, or what it has raised]."""

    # --- managers and pools (160-191)
    CALL = 160
    """A proxy's method is called [text number: the call as the program would write it]."""
    RESULT = 161
    """The proxy's call has returned [token]."""
    CALL_FAILED = 162
    """The proxy's call has raised [text number of the exception's type]."""
    SERVE = 163
    """The manager's server begins a client's call [text number: method]."""
    SERVED = 164
    """The manager's server has done it [0]."""
    SUBMIT = 170
    """Work is handed to a pool or executor [tasks << 32 | job number]."""
    TASK_BEGIN = 171
    """A worker begins a task [task << 32 | job number]."""
    TASK_END = 172
    """A worker has done a task [task << 32 | job number, negative if it raised]."""
    RESULT_WAIT = 173
    """The program begins to wait for a pool's result [job number, 0: several]."""
    RESULT_GOT = 174
    """The program has a pool's result [job number]."""
    CALLBACK = 175
    """A callback runs in the parent [job number]."""


class ObjectKind:
    """``kind`` in an OBJECT record: the API's own names; files and databases have none."""

    QUEUE = "Queue"
    SIMPLE_QUEUE = "SimpleQueue"
    JOINABLE_QUEUE = "JoinableQueue"
    PIPE_END = "Connection"
    LOCK = "Lock"
    RLOCK = "RLock"
    SEMAPHORE = "Semaphore"
    BOUNDED_SEMAPHORE = "BoundedSemaphore"
    CONDITION = "Condition"
    EVENT = "Event"
    BARRIER = "Barrier"
    VALUE = "Value"
    ARRAY = "Array"
    SHARED_MEMORY = "SharedMemory"
    SHAREABLE_LIST = "ShareableList"
    MANAGER = "Manager"
    PROXY = "Proxy"
    POOL = "Pool"
    EXECUTOR = "ProcessPoolExecutor"
    THREAD_POOL = "ThreadPool"
    THREAD_EXECUTOR = "ThreadPoolExecutor"
    THREAD_QUEUE = "queue.Queue"
    THREAD_LIFO_QUEUE = "queue.LifoQueue"
    THREAD_PRIORITY_QUEUE = "queue.PriorityQueue"
    THREAD_SIMPLE_QUEUE = "queue.SimpleQueue"
    THREAD_LOCK = "threading.Lock"
    THREAD_RLOCK = "threading.RLock"
    THREAD_SEMAPHORE = "threading.Semaphore"
    THREAD_BOUNDED_SEMAPHORE = "threading.BoundedSemaphore"
    THREAD_CONDITION = "threading.Condition"
    THREAD_EVENT = "threading.Event"
    THREAD_BARRIER = "threading.Barrier"
    FILE = "file"
    DATABASE = "database"


# --- tokens: what the sender's probe says of a value, in 64 bits -------------------------------
# The low three bits say how to read the rest. No method of a payload is ever called: only exact
# builtin types are shown by value.

TOKEN_NONE: Final = 0
"""Nothing is known."""
TOKEN_INT: Final = 1
"""An exact int of at most 61 bits: arg >> 3."""
TOKEN_CONSTANT: Final = 2
"""arg >> 3 is an index into CONSTANTS."""
TOKEN_FLOAT: Final = 3
"""An exact float: its IEEE bits with the lowest three taken for the tag."""
TOKEN_TEXT: Final = 4
"""arg >> 3 is a text number; the text is shown as it is (at most 16 characters of the value)."""
TOKEN_SIZED: Final = 5
"""Any other object: text number of the type's name in bits 3..26, size or length in bits 27..62;
size 2**36 - 1 is unknown. Shown as ``list·128``."""
TOKEN_SHORT: Final = 6
"""An exact str of at most 7 bytes of UTF-8: length in bits 3..5, the bytes in bits 8..63."""

CONSTANTS: Final = ("None", "True", "False", "...")
SIZE_UNKNOWN: Final = (1 << 36) - 1

# A *fingerprint* identifies bytes without keeping them:
# length (at most 2**31 - 1) << 32 | checksum. Of OUTPUT that is the CRC-32 of the first 64 bytes.
FINGERPRINT_BYTES: Final = 64
# Of a message it is the Adler-32 of the first 128 bytes, which takes a third of the time: it only
# confirms what order has matched. (Older recordings have the CRC-32 of 64 bytes.)
MESSAGE_BYTES: Final = 128

# Unit separator between the fields of a PLACE's text.
FIELD: Final = "\x1f"
