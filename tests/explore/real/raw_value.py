"""Workers that add to one RawValue without a lock, or with one."""

import multiprocessing as mp


def add(counter, lock, rounds):
    for _ in range(rounds):
        if lock is None:
            counter.value += 1
        else:
            with lock:
                counter.value += 1


def main(workers: int = 2, rounds: int = 1, lock: bool = False):
    counter = mp.RawValue("i", 0)
    guard = mp.Lock() if lock else None
    team = [mp.Process(target=add, args=(counter, guard, rounds)) for _ in range(workers)]
    for worker in team:
        worker.start()
    for worker in team:
        worker.join()
    print(counter.value)


if __name__ == "__main__":
    main()
