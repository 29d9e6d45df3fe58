"""Workers shuffle the same cards."""

import multiprocessing as mp
import random


def shuffle(row, start, rounds):
    start.wait()
    for _ in range(rounds):
        a, b = random.sample(range(8), 2)
        row[a], row[b] = row[b], row[a]


def main(
    workers: int = 2,
    rounds: int = 10_000,
):
    row = mp.Array("i", range(8))
    start = mp.Barrier(workers)
    team = [
        mp.Process(
            target=shuffle,
            args=(row, start, rounds),
            name=f"worker-{n}",
        )
        for n in range(1, workers + 1)
    ]
    for worker in team:
        worker.start()
    for worker in team:
        worker.join()
    print("cards:", *sorted(row))


if __name__ == "__main__":
    main()
