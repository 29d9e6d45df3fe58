"""Event loops: sleeping, in the threads of an executor, with streams between processes."""

from __future__ import annotations

import asyncio
import time
from multiprocessing import Process, RawValue
from multiprocessing.sharedctypes import Synchronized
from typing import Any


async def ticks(counter: Any, count: int = 3) -> None:
    for _ in range(count):
        await asyncio.sleep(10)
        counter.value += 1


def ticking(counter: Any) -> None:
    asyncio.run(ticks(counter))


def add(counter: Any) -> None:
    time.sleep(5)
    counter.value += 1


async def in_threads(counter: Any) -> None:
    loop = asyncio.get_running_loop()
    await asyncio.gather(*(loop.run_in_executor(None, add, counter) for _ in range(2)))
    await asyncio.wait_for(asyncio.to_thread(add, counter), 100)
    try:
        await asyncio.wait_for(asyncio.Event().wait(), 50)
    except asyncio.TimeoutError:
        print("timeout")


async def serve(port: Any, counter: Any) -> None:
    done = asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        counter.value += len(await reader.readline())
        writer.write(b"got it\n")
        await writer.drain()
        writer.close()
        done.set()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port.value = server.sockets[0].getsockname()[1]
    await done.wait()
    server.close()


def serving(port: Any, counter: Any) -> None:
    asyncio.run(serve(port, counter))


async def ask(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"12\n")
    print((await reader.readline()).decode().strip())
    writer.close()


def asking(port: Synchronized[int], counter: Any) -> None:
    while not port.value:
        time.sleep(1)
    asyncio.run(ask(port.value))


def main(kind: str = "ticks") -> None:
    counter, port = RawValue("i", 0), RawValue("i", 0)
    if kind == "ticks":
        workers = [Process(target=ticking, args=(counter,)) for _ in range(2)]
    elif kind == "threads":
        workers = []
        asyncio.run(in_threads(counter))
    else:
        workers = [Process(target=target, args=(port, counter)) for target in (serving, asking)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(counter.value)


if __name__ == "__main__":
    main()
