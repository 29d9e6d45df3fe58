"""Several workers add to one Value."""

import multiprocessing as mp


def add(counter, start, rounds):
    start.wait()
    for _ in range(rounds):
        with counter.get_lock():
            counter.value += 1


def main(
    workers: int = 4,
    rounds: int = 50_000,
):
    counter = mp.Value("i", 0)
    start = mp.Barrier(workers)
    team = [
        mp.Process(
            target=add,
            args=(counter, start, rounds),
            name=f"worker-{n}",
        )
        for n in range(1, workers + 1)
    ]
    for worker in team:
        worker.start()
    for worker in team:
        worker.join()
    total = workers * rounds
    print(counter.value, "of", total)


if __name__ == "__main__":
    main()
