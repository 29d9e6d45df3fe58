"""A program that isn't the same twice."""

import multiprocessing as mp
import os


def work(lock, counter):
    if os.urandom(1)[0] < 128:
        with lock:
            pass
    counter.value = 1


def main(workers: int = 6):
    lock, counter = mp.Lock(), mp.RawValue("i", 0)
    team = [mp.Process(target=work, args=(lock, counter)) for _ in range(workers)]
    for worker in team:
        worker.start()
    for worker in team:
        worker.join()


if __name__ == "__main__":
    main()
