"""``multiprocessing.connection.wait``, and descriptors that travel in a socket's own messages."""

from __future__ import annotations

import sys
from functools import partial, wraps

from ipcsim.operations import Op
from ipcsim.probe.control.actors import current
from ipcsim.probe.control.asking import ask_until, passing, result
from ipcsim.probe.control.channels import channels, keys_of, readable, writable
from ipcsim.probe.control.connections import FAILED
from ipcsim.probe.control.processes import actor_of_sentinel, has_died
from ipcsim.probe.control.protocol import Answer
from ipcsim.probe.instruments.imports import when_imported
from ipcsim.probe.instruments.timed import nanoseconds
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.type_words import Any, Final

_CONFIRMS_S: Final = 2.0
"""Something is ready, the controller says: if it takes longer than this, they disagree."""


def install() -> None:
    """Make them steps from now on."""
    when_imported("multiprocessing.connection", _instrument_wait)
    if sys.platform != "win32":
        when_imported("multiprocessing.reduction", _instrument_handles)


def _instrument_wait(connection: Any) -> None:
    real = connection.wait

    @wraps(real)
    def wait(object_list: Any, timeout: float | None = None) -> Any:
        try:
            if current() is None:
                return real(object_list, timeout)
            objects = list(object_list)

            def look() -> Any:
                with passing():
                    return real(objects, 0)

            keys = dict.fromkeys(_key_of(thing) for thing in objects)
            limit = nanoseconds(timeout)
            answer = ask_until(Op.WAIT, b"\0".join(keys), lambda: bool(look()), limit)
            found: Any = []
            if answer == Answer.GO:
                with passing():
                    # An actor that has ended for the controller may have a moment to go.
                    for thing in objects:
                        if type(thing) is int and has_died(thing):
                            real([thing], _CONFIRMS_S)
                    found = real(objects, _CONFIRMS_S)
            # Which of them are ready, as bits.
            result(sum(1 << i for i, thing in enumerate(objects[:62]) if thing in found))
            return found
        except BaseException as error:
            drop_frame(error)
            raise

    connection.wait = wait


def _key_of(thing: Any) -> bytes:
    """What is waited for: a channel, or an actor whose end a sentinel tells."""
    if hasattr(thing, "_handle"):
        return channels(thing)[0]
    fileno = getattr(thing, "fileno", None)
    handle = fileno() if fileno is not None else int(thing)
    name = actor_of_sentinel(handle)
    return name.encode() if name else keys_of(handle)[0]


def _instrument_handles(reduction: Any) -> None:
    """Descriptors travel in messages of the socket's own."""
    real_send, real_receive = reduction.send_handle, reduction.recv_handle

    @wraps(real_send)
    def send_handle(conn: Any, handle: int, destination_pid: int) -> None:
        try:
            if current() is not None:
                ask_until(Op.SEND, channels(conn)[1], partial(writable, conn), 1)
                result(FAILED)
            real_send(conn, handle, destination_pid)
            result(1)
        except BaseException as error:
            drop_frame(error)
            raise

    @wraps(real_receive)
    def recv_handle(conn: Any) -> int:
        try:
            if current() is not None:
                ask_until(Op.RECEIVE, channels(conn)[0], partial(readable, conn))
                result(FAILED)
            handle = int(real_receive(conn))
            result(1)
            return handle
        except BaseException as error:
            drop_frame(error)
            raise

    reduction.send_handle, reduction.recv_handle = send_handle, recv_handle
