"""Who gets no second fork lays one down."""

import multiprocessing as mp
import random
import time


def dine(left, right, sit, meals):
    sit.wait()
    while meals:
        with left:
            time.sleep(0.001)
            if right.acquire(block=False):
                time.sleep(0.001)
                right.release()
                meals -= 1
        time.sleep(random.uniform(0, 0.005))


def main(
    philosophers: int = 5,
    meals: int = 50,
):
    count = max(2, philosophers)
    seats = range(count)
    forks = [mp.Lock() for _ in seats]
    sit = mp.Barrier(philosophers)
    table = []
    for n in range(philosophers):
        left = forks[n]
        right = forks[(n + 1) % count]
        guest = mp.Process(
            target=dine,
            args=(left, right, sit, meals),
            name=f"philosopher-{n + 1}",
        )
        guest.start()
        table.append(guest)
    for guest in table:
        guest.join()
    print("everybody has eaten")


if __name__ == "__main__":
    main()
