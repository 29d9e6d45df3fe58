"""Several workers write on one screen."""

import multiprocessing as mp
import time


def say(letter):
    print(letter, end=" ", flush=True)
    time.sleep(0.001)


def sing(lock, start, letter, lines):
    start.wait()
    for _ in range(lines):
        for _ in range(10):
            say(letter)
        print(flush=True)


def main(
    workers: int = 4,
    lines: int = 10,
    manager: bool = False,
):
    home = mp.Manager() if manager else mp
    lock = home.Lock()
    start = home.Barrier(workers)
    team = []
    for n in range(workers):
        song = chr(97 + n), lines
        worker = mp.Process(
            target=sing,
            args=(lock, start, *song),
            name=f"worker-{n + 1}",
        )
        worker.start()
        team.append(worker)
    for worker in team:
        worker.join()


if __name__ == "__main__":
    main()
