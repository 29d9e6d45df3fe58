"""An exception before the release."""

import multiprocessing as mp


def book(lock, ledger, amount):
    lock.acquire()
    ledger.value += 100 // amount
    lock.release()


def main(
    workers: int = 3,
    manager: bool = False,
):
    home = mp.Manager() if manager else mp
    lock = home.Lock()
    ledger = home.Value("i", 0)
    team = [
        mp.Process(
            target=book,
            args=(lock, ledger, n),
            name=f"worker-{n + 1}",
        )
        for n in range(workers)
    ]
    team[0].start()
    team[0].join()
    for worker in team[1:]:
        worker.start()
    for worker in team:
        worker.join()
    print("ledger", ledger.value)


if __name__ == "__main__":
    main()
