"""``Listener`` and ``Client``, on which managers stand: accepting and connecting are steps.

Both ends of a new connection call its channels after the client's own address. A client of a local
socket has none: under control it gets one of the system's, which the program doesn't see.
"""

from __future__ import annotations

import socket
import sys
from contextlib import suppress
from functools import partial

from ipcsim.operations import Op
from ipcsim.probe.control.actors import current
from ipcsim.probe.control.asking import ask, ask_until
from ipcsim.probe.control.channels import introduce, readable
from ipcsim.probe.control.naming import new_object
from ipcsim.probe.instruments.imports import when_imported
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.type_words import Any, Final

_NAMELESS: Final = sys.platform.startswith("linux")
"""The system gives a local socket that is bound to nothing a name of its own."""


def install() -> None:
    """Make listeners and clients ask from now on."""
    when_imported("multiprocessing.connection", _instrument)


def _instrument(connection: Any) -> None:
    _instrument_listener(connection.SocketListener)
    _instrument_client(connection)


def _alias(address: Any) -> str:
    """What both sides call a listening address."""
    return f"listen:{address[1] if isinstance(address, tuple) else address}"


def _link(address: Any) -> tuple[str, str]:
    """What both sides call the channels from and to the client of this address."""
    name = address.hex() if isinstance(address, bytes) else repr(address)
    return f"link:{name}:up", f"link:{name}:down"


def _instrument_listener(kind: Any) -> None:
    real_init, real_accept, real_close = kind.__init__, kind.accept, kind.close

    def __init__(self: Any, address: Any, family: str, backlog: int = 1) -> None:
        try:
            real_init(self, address, family, backlog)
            self._ipcsim_key = new_object("listener", alias=_alias(self._address))
        except BaseException as error:
            drop_frame(error)
            raise

    def accept(self: Any) -> Any:
        try:
            if current() is None:
                return real_accept(self)
            ask_until(Op.ACCEPT, self._ipcsim_key, partial(readable, self._socket))
            made = real_accept(self)
            if self._family == "AF_INET":
                _hurry(made)
            client = self._last_accepted
            if client:
                up, down = _link(client)
                introduce(made, up.encode(), down.encode())
                if isinstance(client, bytes):
                    self._last_accepted = ""  # as without us
            return made
        except BaseException as error:
            drop_frame(error)
            raise

    def close(self: Any) -> None:
        try:
            if current() is not None:
                ask(Op.CLOSE, self._ipcsim_key)
            real_close(self)
        except BaseException as error:
            drop_frame(error)
            raise

    kind.__init__, kind.accept, kind.close = __init__, accept, close


def _instrument_client(connection: Any) -> None:
    real = connection.SocketClient

    def SocketClient(address: Any) -> Any:
        try:
            if current() is None:
                return real(address)
            family = getattr(socket, connection.address_type(address))
            with socket.socket(family) as made:
                _connect(made, family, address)
                made.setblocking(True)
                up, down = _link(made.getsockname())
                end = connection.Connection(made.detach())
            if family == socket.AF_INET:
                _hurry(end)
            there, back = new_object("channel", alias=up), new_object("channel", alias=down)
            introduce(end, back, there)
            return end
        except BaseException as error:
            drop_frame(error)
            raise

    connection.SocketClient = SocketClient


def _hurry(end: Any) -> None:
    """What is sent is there at once: nobody looks again later because time has passed."""
    one = socket.socket(fileno=end.fileno())
    try:
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    finally:
        one.detach()


def _connect(made: socket.socket, family: Any, address: Any) -> None:
    """Connect; where too many already wait to be accepted, wait in the controller."""
    if _NAMELESS and family == socket.AF_UNIX:
        with suppress(OSError):
            made.bind("")
    key = _alias(address).encode()
    full = False

    def ready() -> bool:
        nonlocal full
        waits, full = full, False
        return not waits

    while True:
        ask_until(Op.CONNECT, key, ready)
        if family != socket.AF_UNIX:
            made.connect(address)  # the system answers by itself, whoever listens
            return
        made.setblocking(False)
        try:
            made.connect(address)
            return
        except BlockingIOError:
            full = True
