"""The lock has to be brought along."""

import multiprocessing as mp
from multiprocessing import shared_memory


def vote(name, lock, start, rounds):
    votes = shared_memory.ShareableList(name=name)
    start.wait()
    for _ in range(rounds):
        with lock:
            votes[0] += 1
    votes.shm.close()


def main(workers: int = 2, rounds: int = 20_000):
    votes = shared_memory.ShareableList([0, "yes"])
    lock = mp.Lock()
    start = mp.Barrier(workers)
    name = votes.shm.name
    team = [
        mp.Process(
            target=vote,
            args=(name, lock, start, rounds),
            name=f"worker-{n}",
        )
        for n in range(1, workers + 1)
    ]
    for worker in team:
        worker.start()
    for worker in team:
        worker.join()
    print(votes[0], "of", workers * rounds)
    votes.shm.close()
    votes.shm.unlink()


if __name__ == "__main__":
    main()
