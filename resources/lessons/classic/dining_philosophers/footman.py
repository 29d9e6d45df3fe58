"""A footman lets in all but one."""

import multiprocessing as mp
import time


def dine(left, right, room, sit, meals):
    sit.wait()
    for _ in range(meals):
        with room, left:
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
    room = mp.Semaphore(count - 1)
    sit = mp.Barrier(philosophers)
    table = []
    for n in range(philosophers):
        left = forks[n]
        right = forks[(n + 1) % count]
        pair = left, right
        guest = mp.Process(
            target=dine,
            args=(*pair, room, sit, meals),
            name=f"philosopher-{n + 1}",
        )
        guest.start()
        table.append(guest)
    for guest in table:
        guest.join()
    print("everybody has eaten")


if __name__ == "__main__":
    main()
