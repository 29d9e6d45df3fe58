"""File locks: shared by forked children, by readers, given back by closing and by death."""

from __future__ import annotations

import fcntl
import os
import signal
import tempfile
from multiprocessing import Process
from typing import IO


def lock_again(file: IO[str], path: str) -> None:
    """The open file is shared, and so is its lock: nobody waits."""
    fcntl.flock(file, fcntl.LOCK_EX)
    print("through", flush=True)


def read(path: str) -> None:
    with open(path) as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        file.read()
        fcntl.flock(file, fcntl.LOCK_UN)


def write(path: str) -> None:
    with open(path, "a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write("x")


def die_holding(path: str) -> None:
    file = open(path, "a")  # noqa: SIM115
    fcntl.flock(file, fcntl.LOCK_EX)
    os.kill(os.getpid(), signal.SIGKILL)


def never_give_back(path: str) -> None:
    first = open(path, "a")  # noqa: SIM115
    fcntl.flock(first, fcntl.LOCK_EX)
    second = open(path, "a")  # noqa: SIM115
    fcntl.flock(second, fcntl.LOCK_EX)


def main(kind: str = "shared") -> None:
    path = os.path.join(tempfile.mkdtemp(), "data")
    open(path, "w").close()
    if kind == "inherited":
        with open(path, "a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            workers = [Process(target=lock_again, args=(file, path)) for _ in range(2)]
            together(workers)
    elif kind == "readers":
        together([Process(target=target, args=(path,)) for target in (read, read, write)])
    elif kind == "death":
        together([Process(target=target, args=(path,)) for target in (die_holding, write)])
    else:
        together([Process(target=never_give_back, args=(path,))])


def together(workers: list[Process]) -> None:
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


if __name__ == "__main__":
    main()
