"""What two workers share without anybody being asked: memory, pipes, sockets, other programs."""

import asyncio
import mmap
import multiprocessing as mp
import os
import socket
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.shared_memory import SharedMemory


def mapped():
    memory = mmap.mmap(-1, 8)
    return memory, add


def private():
    return mmap.mmap(-1, 8, flags=mmap.MAP_PRIVATE), add


def kept():
    block = SharedMemory(create=True, size=8)
    return block, add_to_view


def indexed():
    block = SharedMemory(create=True, size=8)
    return block, add_to_block


def pipe():
    return os.pipe(), write


def named_pipe():
    path = os.path.join(tempfile.mkdtemp(), "pipe")
    os.mkfifo(path)
    return path, open_pipe


def sockets():
    return socket.socketpair(), send


def program():
    return None, start


def library():
    return None, use_library


def add(memory):
    memory[0] = memory[0] + 1


def add_to_view(block):
    view = block.buf
    view[0] = view[0] + 1


def add_to_block(block):
    block.buf[0] = block.buf[0] + 1


def write(ends):
    os.write(ends[1], b"x")


def open_pipe(path):
    os.close(os.open(path, os.O_RDWR))


def send(ends):
    ends[1].send(b"x")


def start(_):
    subprocess.run([sys.executable, "-S", "-c", ""], check=True)


def use_library(_):
    with mp.Manager() as manager:
        manager.list([1]).append(2)
    asyncio.run(asyncio.sleep(0))


def main(kind: str = "mapped"):
    shared, work = globals()[kind]()
    team = [mp.Process(target=work, args=(shared,)) for _ in range(2)]
    for worker in team:
        worker.start()
    for worker in team:
        worker.join()
    if kind == "library":
        with ProcessPoolExecutor(1) as pool, mp.Pool(1) as other:
            print(pool.submit(abs, -1).result(), other.apply(abs, (-1,)))
    if kind in ("indexed", "kept"):
        total = shared.buf[0]
        shared.close()
        shared.unlink()
        assert total == 2, total


if __name__ == "__main__":
    mp.set_start_method("fork")
    main()
