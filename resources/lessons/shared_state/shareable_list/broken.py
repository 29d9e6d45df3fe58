"""Votes are counted in a ShareableList."""

import multiprocessing as mp
from multiprocessing.shared_memory import (
    ShareableList,
)


def vote(name, lock, start, rounds):
    votes = ShareableList(name=name)
    start.wait()
    for _ in range(rounds):
        votes[0] += 1
    votes.shm.close()


def main(
    workers: int = 2,
    rounds: int = 20_000,
):
    votes = ShareableList([0, "yes"])
    lock = mp.Lock()
    start = mp.Barrier(workers)
    shared = votes.shm.name, lock, start
    team = [
        mp.Process(
            target=vote,
            args=(*shared, rounds),
            name=f"worker-{n}",
        )
        for n in range(1, workers + 1)
    ]
    for worker in team:
        worker.start()
    for worker in team:
        worker.join()
    total = workers * rounds
    print(votes[0], "of", total)
    votes.shm.close()
    votes.shm.unlink()


if __name__ == "__main__":
    main()
