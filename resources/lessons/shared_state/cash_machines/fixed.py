"""Look and take under one lock."""

import multiprocessing as mp


def withdraw(balance, paid, me, start):
    start.wait()
    while True:
        with balance.get_lock():
            if balance.value < 1:
                break
            balance.value -= 1
        paid[me] += 1


def main(
    workers: int = 2,
    money: int = 100_000,
):
    balance = mp.Value("i", money)
    paid = mp.Array("i", workers)
    start = mp.Barrier(workers)
    team = [
        mp.Process(
            target=withdraw,
            args=(balance, paid, n, start),
            name=f"machine-{n + 1}",
        )
        for n in range(workers)
    ]
    for worker in team:
        worker.start()
    for worker in team:
        worker.join()
    print("paid", sum(paid), "of", money)


if __name__ == "__main__":
    main()
