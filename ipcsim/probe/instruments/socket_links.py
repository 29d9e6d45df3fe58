"""Which two ends of a socket belong together, when ``Client`` and ``Listener.accept`` made them.

Both ends get the same name. An Internet socket has the client's port for it. The client's end of a
Unix socket has no address; the kernel tells the accepting process which socket is at the other end
(``sock_diag(7)``: UNIX_DIAG_PEER), on Linux alone. Where nothing is known the ends stay single.
"""

from __future__ import annotations

import _socket
import os
import struct
import sys

from ipcsim.probe.type_words import Any, Final

_INTERNET: Final = {getattr(_socket, name, -1) for name in ("AF_INET", "AF_INET6")}
_UNIX: Final = getattr(_socket, "AF_UNIX", -1)
_NETLINK_SOCK_DIAG: Final = 4
_SOCK_DIAG_BY_FAMILY: Final = 20
_NLM_F_REQUEST: Final = 1
_UDIAG_SHOW_PEER: Final = 4
_UNIX_DIAG_PEER: Final = 2
_HEADER: Final = struct.Struct("=IHHII")
"""nlmsghdr: length, type, flags, sequence, pid."""
_REQUEST: Final = struct.Struct("=BBHIIIII")
"""unix_diag_req: family, protocol, padding, states, inode, what to show, cookie (2)."""
_MESSAGE: Final = struct.Struct("=BBBBIII")
"""unix_diag_msg: family, type, state, padding, inode, cookie (2)."""
_ATTRIBUTE: Final = struct.Struct("=HHI")
"""rtattr with a number: length, type, number."""


def link_of(connection: Any, accepted: bool) -> str | None:
    """The name that both ends of a connection have, one of which has been made just now."""
    # With a default timeout of the program's a socket object would change how its file blocks.
    if sys.platform == "win32" or _socket.getdefaulttimeout() is not None:
        return None
    try:
        end = _socket.socket(fileno=connection._handle)
    except OSError:
        return None
    try:
        if end.family in _INTERNET:
            return f"internet:{(end.getpeername() if accepted else end.getsockname())[:2]}"
        if end.family != _UNIX or sys.platform != "linux":
            return None
        inode = os.fstat(end.fileno()).st_ino
        return f"unix:{_peer_of(inode) if accepted else inode}"
    except OSError:
        return None
    finally:
        end.detach()


def _peer_of(inode: int) -> int:
    """Inode of the socket at the other end of a Unix socket. Raises OSError."""
    every = 0xFFFFFFFF
    asks = _REQUEST.pack(_UNIX, 0, 0, every, inode, _UDIAG_SHOW_PEER, every, every)
    head = _HEADER.pack(_HEADER.size + len(asks), _SOCK_DIAG_BY_FAMILY, _NLM_F_REQUEST, 1, 0)
    kernel = _socket.socket(_socket.AF_NETLINK, _socket.SOCK_DGRAM, _NETLINK_SOCK_DIAG)
    try:
        kernel.send(head + asks)
        answer = kernel.recv(4096)
    finally:
        kernel.close()
    length, kind = _HEADER.unpack_from(answer)[:2]
    at = _HEADER.size + _MESSAGE.size
    if kind != _SOCK_DIAG_BY_FAMILY or length < at + _ATTRIBUTE.size:
        raise OSError("the kernel doesn't know this socket")
    size, name, peer = _ATTRIBUTE.unpack_from(answer, at)
    if size != _ATTRIBUTE.size or name != _UNIX_DIAG_PEER:
        raise OSError("the kernel doesn't tell this socket's other end")
    return int(peer)
