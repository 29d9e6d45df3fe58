"""The block lives until all have read."""

import multiprocessing as mp
import time
from multiprocessing import shared_memory


def read(name):
    time.sleep(0.3)
    block = shared_memory.SharedMemory(name)
    print(bytes(block.buf[:5]), flush=True)
    block.close()


def main(workers: int = 2):
    block = shared_memory.SharedMemory(
        create=True, size=100
    )
    block.buf[:5] = b"hello"
    team = [
        mp.Process(
            target=read,
            args=(block.name,),
            name=f"worker-{n}",
        )
        for n in range(1, workers + 1)
    ]
    for worker in team:
        worker.start()
    for worker in team:
        worker.join()
    block.close()
    block.unlink()
    codes = [w.exitcode for w in team]
    failed = workers - codes.count(0)
    print(failed, "workers failed")


if __name__ == "__main__":
    main()
