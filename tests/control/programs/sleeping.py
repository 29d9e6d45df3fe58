"""Workers that wait for another one by looking and sleeping."""

import multiprocessing as mp
import time


def wait(ready, counter):
    while not ready.value:
        time.sleep(0.01)
    counter.value += 1


def give(ready, counter):
    if counter.value == counter.value:
        ready.value = 1


def main(waiters: int = 2):
    ready, counter = mp.RawValue("i", 0), mp.RawValue("i", 0)
    team = [mp.Process(target=wait, args=(ready, counter)) for _ in range(waiters)]
    team.append(mp.Process(target=give, args=(ready, counter)))
    for worker in team:
        worker.start()
    for worker in team:
        worker.join()


if __name__ == "__main__":
    main()
