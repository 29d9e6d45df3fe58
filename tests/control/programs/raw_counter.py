"""Two workers add to a cell without a lock; counted after both have started."""

import multiprocessing as mp


def add(counter, rounds):
    for _ in range(rounds):
        counter.value += 1


def main(workers: int = 2, rounds: int = 1):
    counter = mp.RawValue("i", 0)
    team = [
        mp.Process(target=add, args=(counter, rounds), name=f"worker-{n}")
        for n in range(1, workers + 1)
    ]
    for worker in team:
        worker.start()
    for worker in team:
        worker.join()
    print(counter.value)


if __name__ == "__main__":
    main()
