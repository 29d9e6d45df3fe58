"""Everybody has a queue of their own."""

import queue
import threading
import time


def work(mine, count):
    while count:
        mine.get()
        time.sleep(0.02)
        count -= 1


def main(workers: int = 2, count: int = 10):
    mail = {}
    team = []
    for n in range(1, workers + 1):
        mail[n] = queue.Queue()
        worker = threading.Thread(
            target=work,
            args=(mail[n], count),
            name=f"worker-{n}",
        )
        worker.start()
        team.append(worker)
    for n in range(1, workers + 1):
        for _ in range(count):
            mail[n].put(n)
        time.sleep(0.1)
    for worker in team:
        worker.join()
    print("put back 0 times")


if __name__ == "__main__":
    main()
