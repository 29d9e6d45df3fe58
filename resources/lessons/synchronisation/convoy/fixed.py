"""The lock is held for the sum only."""

import multiprocessing as mp
import time


def work(lock, start, jobs, nap):
    start.wait()
    for _ in range(jobs):
        time.sleep(nap)
        with lock:
            pass


def main(
    workers: int = 4,
    jobs: int = 10,
    nap: float = 0.02,
    manager: bool = False,
):
    home = mp.Manager() if manager else mp
    lock = home.Lock()
    start = home.Barrier(workers + 1)
    team = [
        mp.Process(
            target=work,
            args=(lock, start, jobs, nap),
            name=f"worker-{n}",
        )
        for n in range(1, workers + 1)
    ]
    for worker in team:
        worker.start()
    start.wait()
    began = time.perf_counter()
    for worker in team:
        worker.join()
    took = time.perf_counter() - began
    busy = workers * jobs * nap / took
    print(f"{busy:.1f} at work on average")


if __name__ == "__main__":
    main()
