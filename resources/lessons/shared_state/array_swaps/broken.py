"""Workers shuffle the same cards."""

import multiprocessing as mp
import random


def shuffle(cards, start, rounds):
    start.wait()
    for _ in range(rounds):
        a, b = random.sample(range(8), 2)
        cards[a], cards[b] = cards[b], cards[a]


def main(workers: int = 2, rounds: int = 10_000):
    cards = mp.Array("i", range(8))
    start = mp.Barrier(workers)
    team = [
        mp.Process(
            target=shuffle,
            args=(cards, start, rounds),
            name=f"worker-{n}",
        )
        for n in range(1, workers + 1)
    ]
    for worker in team:
        worker.start()
    for worker in team:
        worker.join()
    print("cards:", *sorted(cards))


if __name__ == "__main__":
    main()
