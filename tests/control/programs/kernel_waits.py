"""Waits that nobody watches: a bare pipe, a named pipe, a socket, another program, an import."""

from __future__ import annotations

import os
import select
import selectors
import socket
import subprocess
import tempfile
import time
from multiprocessing import Process, RawValue
from typing import Any


def main(kind: str = "pipe") -> None:
    counter = RawValue("i", 0)
    waits, wakes = globals()[f"{kind}_ends"]()
    workers = [
        Process(target=waiting, args=(waits, counter), name="waits"),
        Process(target=waking, args=(wakes, counter), name="wakes"),
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(counter.value)


def waiting(wait: Any, counter: Any) -> None:
    wait()
    counter.value += 1


def waking(wake: Any, counter: Any) -> None:
    counter.value += 1
    wake()


def never_ends() -> tuple[Any, Any]:
    reader, _writer = os.pipe()
    return lambda: os.read(reader, 1), lambda: None


def pipe_ends() -> tuple[Any, Any]:
    reader, writer = os.pipe()
    return lambda: os.readv(reader, [bytearray(1)]), lambda: os.writev(writer, [b"x"])


def fifo_ends() -> tuple[Any, Any]:
    path = os.path.join(tempfile.mkdtemp(), "fifo")
    os.mkfifo(path)

    def wait() -> None:
        with open(path) as file:
            file.read()

    def wake() -> None:
        with open(path, "w") as file:
            file.write("x")

    return wait, wake


def socket_ends() -> tuple[Any, Any]:
    listener = socket.create_server(("127.0.0.1", 0))
    address = listener.getsockname()

    def wait() -> None:
        listener.accept()[0].recv(1)

    def wake() -> None:
        with socket.create_connection(address) as connection:
            connection.sendall(b"x")

    return wait, wake


def program_ends() -> tuple[Any, Any]:
    return lambda: subprocess.run(["sleep", "0.3"], check=True), lambda: None


def timed_ends() -> tuple[Any, Any]:
    """Another program has the time that it needs, and time passes in waits for a socket."""

    def wait() -> None:
        subprocess.run(["sleep", "0.3"], check=True, timeout=20)
        one, _other = socket.socketpair()
        began = time.monotonic()
        while time.monotonic() - began < 0.2:
            select.select([one], [], [], 0.05)
        with selectors.DefaultSelector() as selector:
            selector.register(one, selectors.EVENT_READ)
            while time.monotonic() - began < 0.4:
                selector.select(0.05)

    return wait, lambda: None


if __name__ == "__main__":
    main()
