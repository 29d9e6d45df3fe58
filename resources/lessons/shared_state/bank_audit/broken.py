"""An audit that sums between two writes."""

import multiprocessing as mp


def transfer(accounts, lock, start, go, n):
    start.wait()
    while go.value:
        with lock:
            accounts[n % 4] -= 1
            accounts[(n + 1) % 4] += 1


def audit(accounts, lock):
    return sum(accounts)


def main(
    workers: int = 2,
    audits: int = 20_000,
):
    accounts = mp.Array("i", [100] * 4)
    lock = mp.Lock()
    start = mp.Barrier(workers + 1)
    go = mp.Value("b", 1)
    shared = accounts, lock, start, go
    team = [
        mp.Process(
            target=transfer,
            args=(*shared, n),
            name=f"worker-{n}",
        )
        for n in range(1, workers + 1)
    ]
    for worker in team:
        worker.start()
    start.wait()
    wrong = 0
    for _ in range(audits):
        if audit(accounts, lock) != 400:
            wrong += 1
    go.value = 0
    for worker in team:
        worker.join()
    print(wrong, "wrong audits")
    print("in the end", sum(accounts))


if __name__ == "__main__":
    main()
