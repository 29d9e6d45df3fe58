"""Who can't come breaks the barrier."""

import multiprocessing as mp
import threading
import time


def load(me):
    time.sleep(0.1)
    if me == 1:
        raise OSError("file not found")


def work(ready, me):
    try:
        load(me)
    except OSError as error:
        print(me, error, flush=True)
        ready.abort()
        return
    try:
        ready.wait()
    except threading.BrokenBarrierError:
        print(me, "gives up", flush=True)


def main(
    workers: int = 3,
    manager: bool = False,
):
    home = mp.Manager() if manager else mp
    ready = home.Barrier(workers)
    team = [
        mp.Process(
            target=work,
            args=(ready, n),
            name=f"worker-{n}",
        )
        for n in range(1, workers + 1)
    ]
    for worker in team:
        worker.start()
    for worker in team:
        worker.join()
    print("the end")


if __name__ == "__main__":
    main()
