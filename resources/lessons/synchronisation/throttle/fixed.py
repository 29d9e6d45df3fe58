"""A throttle: only so many at a time."""

import multiprocessing as mp
import time


def visit(seats, inside, most, rounds):
    for _ in range(rounds):
        with seats:
            count(inside, most, +1)
            time.sleep(0.02)
            count(inside, most, -1)


def count(inside, most, step):
    with inside.get_lock():
        inside.value += step
        most.value = max(most.value, inside.value)


def main(
    workers: int = 4,
    rounds: int = 5,
    manager: bool = False,
):
    home = mp.Manager() if manager else mp
    free = max(1, workers // 2)
    seats = home.Semaphore(free)
    inside = mp.Value("i", 0)
    most = mp.Value("i", 0)
    team = [
        mp.Process(
            target=visit,
            args=(seats, inside, most, rounds),
            name=f"worker-{n}",
        )
        for n in range(1, workers + 1)
    ]
    for worker in team:
        worker.start()
    for worker in team:
        worker.join()
    left = sum(w.exitcode == 0 for w in team)
    print("most inside:", most.value, "of", free)
    print(left, "of", workers, "ended well")


if __name__ == "__main__":
    main()
