"""The first philosopher is left-handed."""

import multiprocessing as mp
import time


def dine(left, right, sit, meals):
    sit.wait()
    for _ in range(meals):
        with left:
            time.sleep(0.001)
            with right:
                time.sleep(0.001)


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
        if n == 0:
            left, right = right, left
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
