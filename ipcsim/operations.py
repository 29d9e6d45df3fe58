"""The vocabulary of control: what an actor asks permission for.

An *actor* is a thread of a process of the watched program. It is named by how it came to be, never
by a process identifier: ``main``, ``main/worker-1``, ``main/worker-1:feeder``; so a schedule means
the same in every run. Under control each actor asks before each *leaf operation*, the operations on
which everything else in ``multiprocessing`` and ``threading`` is built.
"""

from __future__ import annotations

from enum import IntEnum, IntFlag
from typing import Final


class Op(IntEnum):
    """A leaf operation. ``arg`` and ``result`` are 64 bit numbers that go with it."""

    __hash__ = int.__hash__  # an Enum's own is made in Python, ten times as dear

    BEGIN = 1
    """A new actor runs its code up to its first operation."""
    END = 2
    """The actor is through; its process or thread ends. Nothing is asked after it."""
    ACQUIRE = 3
    """Acquire a lock or semaphore, waiting for it. arg: timeout in ns, -1 for none."""
    TRY_ACQUIRE = 4
    """Acquire without waiting. result: 1 acquired, 0 not."""
    RELEASE = 5
    COUNT = 6
    """Look at a lock's or semaphore's counter (``get_value``, ``locked``, ``_is_zero``)."""
    READ = 7
    """Read a shared cell. result: digest of the value."""
    WRITE = 8
    """Write a shared cell. arg: digest of the value."""
    SEND = 9
    """Send one message into a channel. arg: its length in bytes; below 0: so many bytes of a
    message that didn't fit are still to be sent. result: how many were sent, -1: it failed."""
    RECEIVE = 10
    """Take one message out of a channel, or learn that no sender is left, waiting for it. arg:
    timeout in ns, -1 for none; below: the rest of a message. result: its length, -1: it failed."""
    POLL = 11
    """Ask whether a channel has a message, or an actor has ended. arg: timeout in ns, 0 not to
    wait, -1 for ever. result: 1 it has, 0 not."""
    CLOSE = 12
    """Close one's end of a channel, or of two (their keys with NUL between)."""
    START = 13
    """Start an actor; the object is its name."""
    JOIN = 14
    """Wait until an actor has ended. arg: timeout in ns, -1 for none."""
    SLEEP = 15
    """arg: for how long (ns of the virtual clock)."""
    WAIT = 16
    """Wait until any of several channels or actors (their keys with NUL between) is ready. arg:
    timeout in ns, -1 for none. result: which of them are, as bits."""
    ACCEPT = 17
    """Take a connection from a listening socket, waiting for it."""
    CONNECT = 18
    """Connect to a listening socket."""
    SIGNAL = 19
    """Send a process a signal. arg: the signal's number."""
    OUTPUT = 20
    """Write to stdout or stderr. arg: file descriptor."""
    OPEN = 21
    """Open a file. arg: what it changes (bits of :class:`Opens`). result: 1, or -1: it failed."""
    STAT = 22
    """Look at a name in a directory. arg: a :class:`Looks`."""
    NAME = 23
    """Make, remove or rename names in directories: files (their keys with NUL between), links,
    folders. result: 1, or -1: it failed."""
    QUERY = 24
    """Read from a database. arg: for how much longer it waits (ns) for somebody's lock, after it
    was refused; -1 before. result: 1, -1: it failed, :data:`REFUSED`."""
    CHANGE = 25
    """As QUERY: write within a transaction. Nobody sees it yet, and nobody else can write. arg:
    :data:`AGAIN` if it has written within it before."""
    EXECUTE = 26
    """As QUERY, of what changes what others see: a commit, a statement outside a transaction."""


class Opens(IntFlag):
    """What opening a file changes."""

    CREATES = 1
    """There was none of this name."""
    TRUNCATES = 2
    WRITABLE = 4
    """It may be written from now on."""


class Looks(IntEnum):
    """What looking at a name tells."""

    EXISTS = 0
    """Whether there is such a name."""
    SIZE = 1
    """And what depends on the content: size, time of the last change."""
    NAMES = 2
    """Which names there are in a directory."""


REFUSED: Final = -2
"""Result of what is done to a database while somebody's lock is in the way."""
AGAIN: Final = -2
"""As a CHANGE's arg: nobody else can come in its way, nor it in anybody's who wants to write."""
SAID: Final = "\x01"
"""In a request, between the key and how a person would write the operation; ``{}`` stands for the
object's name."""
