"""Two orders, but only so much patience."""

import multiprocessing as mp
import time


def transfer(first, second, start, rounds):
    start.wait()
    for _ in range(rounds):
        with first:
            time.sleep(0.001)
            if second.acquire(timeout=0.01):
                second.release()
            else:
                print("gave up a transfer")


def main(
    workers: int = 2,
    rounds: int = 20,
    manager: bool = False,
):
    home = mp.Manager() if manager else mp
    giro = home.Lock()
    savings = home.Lock()
    start = home.Barrier(workers)
    team = []
    for n in range(1, workers + 1):
        one, two = giro, savings
        if n % 2 == 0:
            one, two = savings, giro
        worker = mp.Process(
            target=transfer,
            args=(one, two, start, rounds),
            name=f"worker-{n}",
        )
        worker.start()
        team.append(worker)
    for worker in team:
        worker.join()
    print("the end")


if __name__ == "__main__":
    main()
