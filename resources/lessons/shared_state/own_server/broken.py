"""The server has a thread a client."""

import multiprocessing as mp
import threading
import time
from multiprocessing.managers import (
    BaseManager,
)


class Till:
    def __init__(self):
        self.sum = 0
        self.lock = threading.Lock()

    def pay(self, amount):
        before = self.sum
        time.sleep(0.001)
        self.sum = before + amount

    def total(self):
        return self.sum


class Shop(BaseManager):
    pass


Shop.register("Till", Till)


def buy(till, start, rounds):
    start.wait()
    for _ in range(rounds):
        till.pay(1)


def main(
    workers: int = 2,
    rounds: int = 50,
):
    with Shop() as shop:
        till = shop.Till()
        start = mp.Barrier(workers)
        team = [
            mp.Process(
                target=buy,
                args=(till, start, rounds),
                name=f"worker-{n}",
            )
            for n in range(1, workers + 1)
        ]
        for worker in team:
            worker.start()
        for worker in team:
            worker.join()
        total = workers * rounds
        print(till.total(), "of", total)


if __name__ == "__main__":
    main()
