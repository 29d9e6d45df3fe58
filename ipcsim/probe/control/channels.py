"""Channels: what ends of pipes and sockets are called, and whether they can be used now.

A channel is one direction of a pipe. Who makes a pipe introduces its channels, and tells by which
inodes other processes know them.
"""

from __future__ import annotations

import os
import select
import stat
import sys

from ipcsim.probe.control.asking import passing
from ipcsim.probe.type_words import Any, Final

_WINDOWS: Final = sys.platform == "win32"


def introduce(end: Any, read: bytes, write: bytes) -> None:
    """``end`` reads from the channel of this key, and writes to that one."""
    end._ipcsim_channels = read, write


def readable(end: Any) -> bool:
    """Whether reading from an end, a socket or a descriptor wouldn't block now."""
    return _polled(end, "POLLIN")


def writable(end: Any) -> bool:
    """Whether a little can be written to an end without blocking now."""
    return _WINDOWS or _polled(end, "POLLOUT")


def _polled(end: Any, event: str) -> bool:
    if _WINDOWS:
        with passing():
            return bool(sys.modules["multiprocessing.connection"].wait([end], 0))
    try:
        poll = select.poll()
        poll.register(end, getattr(select, event))
    except (OSError, ValueError):
        return True  # it is closed: let the operation itself say so
    return bool(poll.poll(0))


def channels(end: Any) -> tuple[bytes, bytes]:
    """Keys of the channels that an end reads from and writes to."""
    known: tuple[bytes, bytes] | None = getattr(end, "_ipcsim_channels", None)
    if known is None:
        known = end._ipcsim_channels = keys_of(end._handle)
    return known


def keys_of(handle: int) -> tuple[bytes, bytes]:
    """Keys of what a descriptor reads from and writes to, as other processes know them too."""
    if _WINDOWS:
        key = b"handle:%d:%d" % (os.getpid(), handle)
        return key, key
    status = os.fstat(handle)
    if stat.S_ISFIFO(status.st_mode):
        key = b"pipe:%d" % status.st_ino
        return key, key
    return b"socket:%d:r" % status.st_ino, b"socket:%d:w" % status.st_ino
