"""An RLock lets its holder in again."""

import multiprocessing as mp


def log(lock, text):
    with lock:
        print(text, flush=True)


def deposit(lock, balance, amount):
    with lock:
        balance.value += amount
        log(lock, f"deposit {amount}")


def main(
    workers: int = 2,
    manager: bool = False,
):
    home = mp.Manager() if manager else mp
    lock = home.RLock()
    balance = home.Value("i", 0)
    team = [
        mp.Process(
            target=deposit,
            args=(lock, balance, 100),
            name=f"worker-{n}",
        )
        for n in range(1, workers + 1)
    ]
    for worker in team:
        worker.start()
    for worker in team:
        worker.join()
    print("balance", balance.value)


if __name__ == "__main__":
    main()
