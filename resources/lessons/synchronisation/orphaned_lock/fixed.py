"""The lock is released whatever happens."""

import multiprocessing as mp


def book(lock, ledger, amount):
    with lock:
        ledger.value += 100 // amount


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
