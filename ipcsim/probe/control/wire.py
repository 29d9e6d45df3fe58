"""An actor's connection to the controller, which is verified before each use."""

from __future__ import annotations

import _socket
import os

from ipcsim.probe.type_words import Final

_HIGH: Final = 500
"""Our descriptors are far above the program's, so that its own keep their numbers."""
_GONE: Final = 70
_exit = os._exit
"""Before it is made to ask, too."""


class Wire:
    """A stream to ``address`` (path of a socket, or ``host:port``).

    A program may close every descriptor it finds, and open its own under the same number: then a
    new connection is made, which begins with ``greeting``. When the controller is gone the run is
    over, and so is this process.
    """

    __slots__ = ("_address", "_greeting", "_inode", "_socket")

    def __init__(self, address: str, greeting: bytes) -> None:
        self._address, self._greeting = address, greeting
        self._socket, self._inode = _connected(address)

    def send(self, data: bytes) -> None:
        """Send all of it."""
        try:
            if not self._is_ours():
                self._socket.detach()
                self._socket, self._inode = _connected(self._address)
                self._socket.sendall(self._greeting)
            self._socket.sendall(data)
        except OSError:
            _exit(_GONE)

    def receive(self, size: int) -> bytes:
        """The next ``size`` bytes."""
        data = b""
        while True:
            try:
                part = self._socket.recv(size - len(data))
            except OSError:
                part = b""
            if not part:
                _exit(_GONE)
            data += part
            if len(data) == size:
                return data

    def close(self) -> None:
        """Close it, unless its descriptor is somebody else's by now."""
        if self._is_ours():
            self._socket.close()
        else:
            self._socket.detach()

    def _is_ours(self) -> bool:
        if os.name != "posix":
            return True
        try:
            return os.fstat(self._socket.fileno()).st_ino == self._inode
        except OSError:
            return False


def _connected(address: str) -> tuple[_socket.socket, int]:
    if address.startswith("/"):
        made = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
        made.connect(address)
    else:
        host, port = address.rsplit(":", 1)
        made = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
        made.connect((host, int(port)))
        made.setsockopt(_socket.IPPROTO_TCP, _socket.TCP_NODELAY, 1)
    if os.name != "posix":
        return made, 0
    made = _moved_up(made)
    return made, os.fstat(made.fileno()).st_ino


def _moved_up(made: _socket.socket) -> _socket.socket:
    import fcntl

    try:
        high = fcntl.fcntl(made.fileno(), fcntl.F_DUPFD_CLOEXEC, _HIGH)
    except OSError:
        return made  # so many aren't allowed here
    family, kind = made.family, made.type
    made.close()
    return _socket.socket(family, kind, 0, high)
