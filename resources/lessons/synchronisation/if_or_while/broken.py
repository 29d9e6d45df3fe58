"""Woken, and gone on without looking."""

import multiprocessing as mp
import time


def buy(bell, stock, empty, start, rounds):
    start.wait()
    for _ in range(rounds):
        with bell:
            if stock.value < 1:
                bell.wait()
            if stock.value < 1:
                empty.value += 1
            stock.value -= 1


def main(
    workers: int = 4,
    rounds: int = 20,
    manager: bool = False,
):
    home = mp.Manager() if manager else mp
    bell = home.Condition()
    stock = home.Value("i", 0)
    empty = home.Value("i", 0)
    start = home.Barrier(workers + 1)
    shared = bell, stock, empty, start
    team = [
        mp.Process(
            target=buy,
            args=(*shared, rounds),
            name=f"worker-{n}",
        )
        for n in range(1, workers + 1)
    ]
    for worker in team:
        worker.start()
    start.wait()
    for _ in range(workers * rounds):
        time.sleep(0.002)
        with bell:
            stock.value += 1
            bell.notify_all()
    for worker in team:
        worker.join()
    print("shelf empty:", empty.value)


if __name__ == "__main__":
    main()
