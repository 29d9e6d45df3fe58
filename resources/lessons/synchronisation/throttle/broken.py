"""One release too many."""

import multiprocessing as mp
import time


def visit(seats, inside, most, go, rounds):
    go.wait()
    for _ in range(rounds):
        with seats:
            count(inside, most, +1)
            time.sleep(0.02)
            count(inside, most, -1)
            seats.release()


def count(inside, most, step):
    with inside.get_lock():
        now = inside.value + step
        inside.value = now
        most.value = max(most.value, now)


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
    go = home.Barrier(workers)
    shared = seats, inside, most, go
    team = [
        mp.Process(
            target=visit,
            args=(*shared, rounds),
            name=f"worker-{n}",
        )
        for n in range(1, workers + 1)
    ]
    for worker in team:
        worker.start()
    for worker in team:
        worker.join()
    codes = [w.exitcode for w in team]
    well = codes.count(0)
    print("inside:", most.value, "of", free)
    print(well, "of", workers, "ended well")


if __name__ == "__main__":
    main()
