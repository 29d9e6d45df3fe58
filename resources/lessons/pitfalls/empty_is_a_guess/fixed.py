"""Take until the pill comes."""

import multiprocessing as mp


def work(tasks, start, rounds):
    for _ in range(rounds):
        start.wait()
        while tasks.get() is not None:
            pass


def main(workers: int = 4, rounds: int = 100):
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
        for _ in range(10):
            tasks.put(number)
        for _ in range(workers):
            tasks.put(None)
        start.wait()
    for worker in team:
        worker.join()
    print("the queue is empty")


if __name__ == "__main__":
    main()
