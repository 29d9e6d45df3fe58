"""One plus is two messages."""

import multiprocessing as mp


def count(hits, lock, start, rounds):
    start.wait()
    for _ in range(rounds):
        hits["page"] += 1


def main(
    workers: int = 2,
    rounds: int = 200,
):
    manager = mp.Manager()
    hits = manager.dict(page=0)
    lock = manager.Lock()
    start = manager.Barrier(workers)
    shared = hits, lock, start
    team = [
        mp.Process(
            target=count,
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
    print(hits["page"], "of", total)


if __name__ == "__main__":
    main()
