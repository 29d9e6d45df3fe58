"""Workers that read a number in a file, add one and write it, in one of many ways."""

from __future__ import annotations

import json
import os
import tempfile
import time
from multiprocessing import Process
from pathlib import Path

try:
    import fcntl
except ImportError:
    fcntl = None  # type: ignore[assignment]


def buffered(path: Path) -> None:
    with open(path) as file:
        number = int(file.read())
    with open(path, "w") as file:
        file.write(str(number + 1))


def descriptors(path: Path) -> None:
    fd = os.open(path, os.O_RDWR)
    number = int(os.read(fd, 10))
    os.lseek(fd, 0, os.SEEK_SET)
    os.write(fd, str(number + 1).encode())
    os.close(fd)


def replaced(path: Path) -> None:
    number = json.loads(path.read_text())
    new = path.with_suffix(f".{os.getpid()}")
    new.write_text(json.dumps(number + 1))
    os.replace(new, path)


def in_place(path: Path) -> None:
    with path.open("r+") as file:
        number = int(file.read())
        file.seek(0)
        file.write(str(number + 1))


def flocked(path: Path) -> None:
    with open(path.with_suffix(".lock"), "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        buffered(path)


def lockfed(path: Path) -> None:
    with open(path, "r+") as file:
        fcntl.lockf(file, fcntl.LOCK_EX)
        number = int(file.read())
        file.seek(0)
        file.write(str(number + 1))
        file.flush()
        fcntl.lockf(file, fcntl.LOCK_UN)


def tried(path: Path) -> None:
    with open(path.with_suffix(".lock"), "a") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                time.sleep(0.1)
        buffered(path)
        fcntl.flock(lock, fcntl.LOCK_UN)


def exclusive(path: Path) -> None:
    lock = path.with_suffix(".lock")
    while True:
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL))
            break
        except FileExistsError:
            time.sleep(0.1)
    buffered(path)
    lock.unlink()


def check_then_act(path: Path) -> None:
    lock = path.with_suffix(".lock")
    while lock.exists():
        time.sleep(0.1)
    lock.touch()
    in_place(path)
    lock.unlink(missing_ok=True)


def main(kind: str = "buffered", folder: str = "", workers: int = 2) -> None:
    path = Path(folder or tempfile.mkdtemp()) / "counter.txt"
    path.write_text("0")
    processes = [
        Process(target=globals()[kind], args=(path,), name=f"worker-{n + 1}")
        for n in range(workers)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    found = path.read_text()
    print(found)
    assert found == str(workers), found


if __name__ == "__main__":
    main()
