"""Killed while holding a lock."""

import multiprocessing as mp
import time


def work(lock, inside, stop):
    for _ in range(5):
        if stop.is_set():
            return
        with lock:
            inside.set()
            time.sleep(0.02)


def main(workers: int = 2):
    lock = mp.Lock()
    inside = mp.Event()
    stop = mp.Event()
    go_on = mp.Event()
    first = mp.Process(
        target=work,
        args=(lock, inside, stop),
        name="worker-1",
    )
    first.start()
    inside.wait()
    first.kill()
    first.join()
    team = [
        mp.Process(
            target=work,
            args=(lock, inside, go_on),
            name=f"worker-{n}",
        )
        for n in range(2, workers + 1)
    ]
    for worker in team:
        worker.start()
    for worker in team:
        worker.join()
    print("all ended")


if __name__ == "__main__":
    main()
