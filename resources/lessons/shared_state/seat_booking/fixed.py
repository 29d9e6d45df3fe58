"""Ask and book under one lock."""

import multiprocessing as mp
import time


def book(seats, booked, lock, start, n, me):
    start.wait()
    for seat in range(n):
        with lock:
            if seat not in seats:
                time.sleep(0.001)
                seats[seat] = me
                booked[me] += 1


def main(
    workers: int = 2,
    count: int = 50,
):
    manager = mp.Manager()
    seats = manager.dict()
    booked = mp.Array("i", workers)
    lock = mp.Lock()
    start = mp.Barrier(workers)
    shared = seats, booked, lock, start
    team = [
        mp.Process(
            target=book,
            args=(*shared, count, n),
            name=f"worker-{n + 1}",
        )
        for n in range(workers)
    ]
    for worker in team:
        worker.start()
    for worker in team:
        worker.join()
    print("sold", sum(booked), "of", count)


if __name__ == "__main__":
    main()
