"""The controller's end of the conversations: connections of actors and of the template."""

from __future__ import annotations

import contextlib
import hmac
import json
import os
import secrets
import selectors
import shutil
import socket
import struct
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ipcsim.probe.control.protocol import ANSWER, FACT, REQUEST, Answer
from ipcsim.supervisor import sessions

_PORTION: Final = 1 << 16
_LONGEST: Final = 90
"""The path of a socket has at most some hundred bytes."""
_PATIENCE: Final = struct.pack("@ll", 0, 50_000)
"""For how long :meth:`Hub.receive` waits: 50 ms, as a ``timeval``."""

_FOR_EVER: Final = struct.pack("@ll", 0, 0)


@dataclass(slots=True)
class Request:
    """What an actor asks for."""

    op: int
    ready: bool
    key: str
    place: str
    number: int
    arg: int
    result: int
    """Of the operation before."""
    clock: int


@dataclass(slots=True)
class Peer:
    """A connection."""

    socket: socket.socket
    name: str = ""
    """The actor; empty before it has said so."""
    buffer: bytearray = field(default_factory=bytearray)
    greeted: bool = False


class Hub:
    """Accepts connections of actors and reads their messages. Never blocks longer than asked."""

    def __init__(self, directory: Path) -> None:
        """``directory``: for its socket, if that has a path short enough there."""
        self.secret = secrets.token_hex(16)
        self.inbox: deque[tuple[Peer, Request | dict[str, Any] | None]] = deque()
        """Messages in order of arrival; None: the connection has ended."""
        self.template: socket.socket | None = None
        self._selector = selectors.DefaultSelector()
        self._folder: Path | None = None
        if hasattr(socket, "AF_UNIX"):
            self._listener = socket.socket(socket.AF_UNIX)
            self.address = f"{directory}/s"
            if not directory.is_absolute() or len(self.address) > _LONGEST:
                self._folder = sessions.new_session()
                self.address = f"{self._folder}/s"
            self._listener.bind(self.address)
        else:
            self._listener = socket.socket(socket.AF_INET)
            self._listener.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self._listener.listen(512)
        self._listener.setblocking(False)
        self._selector.register(self._listener, selectors.EVENT_READ, None)

    def pump(self, timeout: float | None) -> bool:
        """Read what has arrived, waiting for it at most ``timeout`` seconds; whether there was."""
        events = self._selector.select(timeout)
        for key, _ in events:
            if key.data is None:
                self._accept()
            else:
                self._read(key.data)
        return bool(events)

    def receive(self, peer: Peer) -> bool:
        """Read what this one peer says, waiting for it; whether it has said something in time."""
        if self.inbox:
            return True
        try:
            data = peer.socket.recv(_PORTION)
        except OSError as error:
            if isinstance(error, BlockingIOError):
                return False
            data = b""
        self._take(peer, data)
        return True

    def answer(self, peer: Peer, number: int, answer: Answer, clock: int) -> None:
        """Answer a request. A peer that has gone is noticed by ``pump``."""
        with contextlib.suppress(OSError):
            peer.socket.sendall(ANSWER.pack(number, answer, clock))

    def close(self) -> None:
        """End all conversations."""
        for key in list(self._selector.get_map().values()):
            if key.data is not None:
                self.drop(key.data)
        self._selector.close()
        self._listener.close()
        if hasattr(socket, "AF_UNIX"):
            Path(self.address).unlink(missing_ok=True)
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            sessions.remove_empty_folder()

    def drop(self, peer: Peer) -> None:
        """End a conversation."""
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(peer.socket)
        peer.socket.close()

    def _accept(self) -> None:
        while True:
            try:
                made, _ = self._listener.accept()
            except OSError:
                return
            if os.name == "posix":
                made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _PATIENCE)
            self._selector.register(made, selectors.EVENT_READ, Peer(made))

    def _read(self, peer: Peer) -> None:
        try:
            data = peer.socket.recv(_PORTION)
        except OSError:
            data = b""
        self._take(peer, data)

    def _take(self, peer: Peer, data: bytes) -> None:
        if not data:
            self.drop(peer)
            self.inbox.append((peer, None))
            return
        buffer = peer.buffer
        buffer += data
        while len(buffer) >= REQUEST.size:
            op, ready, keyed, placed, number, arg, result, clock = REQUEST.unpack_from(buffer)
            end = REQUEST.size + keyed + placed
            if len(buffer) < end:
                return
            key = bytes(buffer[REQUEST.size : REQUEST.size + keyed])
            place = bytes(buffer[REQUEST.size + keyed : end])
            del buffer[:end]
            if op == FACT:
                self._fact(peer, place)
            elif peer.greeted:
                self.inbox.append(
                    (
                        peer,
                        Request(
                            op,
                            bool(ready),
                            key.decode("utf-8", "replace"),
                            place.decode("utf-8", "replace"),
                            number,
                            arg,
                            result,
                            clock,
                        ),
                    )
                )

    def _fact(self, peer: Peer, text: bytes) -> None:
        try:
            fact = json.loads(text)
        except ValueError:
            return
        if not peer.greeted:
            if not hmac.compare_digest(str(fact.pop("secret", "")), self.secret):
                self.drop(peer)
                return
            if "template" in fact:
                self._selector.unregister(peer.socket)
                self.template = peer.socket
                if os.name == "posix":
                    # On a busy machine a fork takes longer than our patience with actors.
                    self.template.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _FOR_EVER)
                return
            peer.greeted = True
            peer.name = str(fact.get("actor", ""))
        self.inbox.append((peer, fact))
