"""A message's bytes, written and read in as few steps as most messages need.

Most are written by one call, and are whole when somebody reads them. All others are left to the
connection's own methods, for which what has been done isn't done again, so that whatever they
raise comes from where it would have come from.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from io import BytesIO
from struct import Struct

from ipcsim.probe.instruments import under_control
from ipcsim.probe.instruments.connection_waits import has_bytes
from ipcsim.probe.type_words import Any, Final

NOTHING: Final = object()
"""Reading would have to wait."""

# As in CPython: up to here the length is written together with what it is the length of.
_TOGETHER: Final = 16384
_length: Final = Struct("!i")
_pack_length, _unpack_length = _length.pack, _length.unpack

_write: Any = os.write if os.name == "posix" else None
_read_into: Any = getattr(os, "preadv", None)
_NOWAIT: int | None = getattr(os, "RWF_NOWAIT", None)
_REFUSED: Final = {errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL, errno.ESPIPE}
"""What a kernel answers that can't read from pipes or sockets without waiting."""


class _Begun:
    """Stands for an end for which some of the system calls have been made: their `outcomes`.

    It is what CPython's own ``_send_bytes`` and ``_recv_bytes`` need of a connection.
    """

    def __init__(self, end: Any, loop: Any, *outcomes: int | bytes | OSError) -> None:
        self._end, self._loop, self._outcomes = end, loop, list(outcomes)

    def _call(self, handle: int, rest: Any) -> Any:
        if not self._outcomes:
            return self._loop.__defaults__[0](handle, rest)
        outcome = self._outcomes.pop(0)
        if isinstance(outcome, OSError):
            try:
                raise outcome
            finally:
                # An error whose traceback leads to itself, and to the buffer of a BytesIO, is
                # more than the garbage collection of Python 3.12 and 3.13 can bear.
                del outcome
        return outcome

    def _send(self, data: Any) -> Any:
        return self._loop(self._end, data, self._call)

    def _recv(self, size: int) -> Any:
        return self._loop(self._end, size, self._call)


def writing(kind: Any) -> Callable[[Any, Any], Any]:
    """As ``_send_bytes`` of this class of connections."""
    whole, loop = kind._send_bytes, getattr(kind, "_send", None)
    if _write is None or loop is None or under_control.asks:
        return whole  # type: ignore[no-any-return]

    def write(end: Any, message: Any) -> Any:
        size = len(message)
        if size > _TOGETHER or type(end)._send is not loop:
            return whole(end, message)
        data = _pack_length(size) + message
        try:
            written = _write(end._handle, data)
            if written == len(data):
                return None
            begun = _Begun(end, loop, written)
        except TypeError:  # closed by another thread
            begun = end
        except OSError as error:
            begun = _Begun(end, loop, error)
        return whole(begun, message)

    return write


def reading(kind: Any) -> Callable[..., Any]:
    """As ``_recv_bytes`` of this class of connections; NOTHING if there is no message yet.

    Who has just seen that there is one says so by a third argument.
    """
    whole, loop = kind._recv_bytes, getattr(kind, "_recv", None)
    can = _read_into and _NOWAIT is not None and loop and not under_control.asks

    def read(end: Any, maxsize: int | None, seen: bool = False) -> Any:
        nonlocal can
        if not can or maxsize is not None or type(end)._recv is not loop:
            return whole(end, maxsize) if has_bytes(end) else NOTHING
        if not seen and end._ipcsim_waited:
            if not has_bytes(end):
                return NOTHING
            end._ipcsim_waited = False
        handle, head = end._handle, bytearray(4)
        try:
            count = _read_into(handle, (head,), -1, _NOWAIT)
        except BlockingIOError:
            end._ipcsim_waited = True
            return NOTHING
        except TypeError:  # closed by another thread
            return whole(end)
        except OSError as error:
            if error.errno not in _REFUSED:
                return whole(_Begun(end, loop, error))
            can = False
            return read(end, maxsize)
        if count == 4:
            (size,) = _unpack_length(head)
            if 0 < size <= _TOGETHER:
                body = bytearray(size)
                try:
                    count = _read_into(handle, (body,), -1, _NOWAIT)
                except BlockingIOError:
                    return whole(_Begun(end, loop, bytes(head)))
                except OSError as error:
                    return whole(_Begun(end, loop, bytes(head), error))
                if count < size:
                    return whole(_Begun(end, loop, bytes(head), bytes(body[:count])))
                message = BytesIO()
                message.write(body)  # whose position is its end, as that of CPython's
                return message
        return whole(_Begun(end, loop, bytes(head[:count])))

    return read
