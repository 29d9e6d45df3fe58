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


def hold_until_the_end(path: str, lock: str) -> None:
    getattr(fcntl, lock)(os.open(path, os.O_RDWR), fcntl.LOCK_EX)


def lock_beside(path: str) -> None:
    """Closing a file gives back ``lockf``'s locks of this file alone."""
    with open(f"{path}.lock", "a") as lock:
        fcntl.lockf(lock, fcntl.LOCK_EX)
        with open(path) as file:
            text = file.read()
        with open(path, "w") as file:
            file.write(text + "x")


def main(kind: str = "shared", lock: str = "flock") -> None:
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
    elif kind == "until_the_end":
        together([Process(target=hold_until_the_end, args=(path, lock)) for _ in range(2)])
    elif kind == "beside":
        together([Process(target=lock_beside, args=(path,)) for _ in range(2)])
        with open(path) as found:
            assert found.read() == "xx"
    else:
        together([Process(target=never_give_back, args=(path,))])


def together(workers: list[Process]) -> None:
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


if __name__ == "__main__":
    main()
