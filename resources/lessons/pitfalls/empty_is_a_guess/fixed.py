"""Take until the pill comes."""

import multiprocessing as mp
import time


def work(tasks, start, rounds):
    for _ in range(rounds):
        start.wait()
        while tasks.get() is not None:
            time.sleep(0.001)


def main(
    workers: int = 4,
    rounds: int = 20,
):
    tasks = mp.Queue()
    start = mp.Barrier(workers + 1)
    team = [
        mp.Process(
            target=work,
            args=(tasks, start, rounds),
            name=f"worker-{n}",
        )
        for n in range(1, workers + 1)
    ]
    for worker in team:
        worker.start()
    for number in range(rounds):
        for _ in range(25):
            tasks.put(number)
        for _ in range(workers):
            tasks.put(None)
        start.wait()
    for worker in team:
        worker.join()
    print("the queue is empty")


if __name__ == "__main__":
    main()
