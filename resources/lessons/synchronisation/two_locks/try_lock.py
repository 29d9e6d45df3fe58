"""Two orders, but nobody insists."""

import multiprocessing as mp
import random
import time


def transfer(first, second, start, rounds):
    start.wait()
    done = 0
    while done < rounds:
        with first:
            time.sleep(0.001)
            if second.acquire(False):
                second.release()
                done += 1
        time.sleep(random.uniform(0, 0.02))


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
    print("all transferred")


if __name__ == "__main__":
    main()
