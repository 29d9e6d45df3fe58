"""Is the seat free? Then it is mine."""

import multiprocessing as mp


def book(seats, booked, lock, start, me):
    start.wait()
    for seat in range(200):
        if seat not in seats:
            seats[seat] = me
            booked[me] += 1


def main(workers: int = 2):
    manager = mp.Manager()
    seats = manager.dict()
    booked = mp.Array("i", workers)
    lock = mp.Lock()
    start = mp.Barrier(workers)
    shared = seats, booked, lock, start
    team = [
        mp.Process(
            target=book,
            args=(*shared, n),
            name=f"worker-{n + 1}",
        )
        for n in range(workers)
    ]
    for worker in team:
        worker.start()
    for worker in team:
        worker.join()
    print("sold", sum(booked), "of 200")


if __name__ == "__main__":
    main()
