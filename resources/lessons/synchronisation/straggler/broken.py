"""The long tasks lie in one chunk."""

import multiprocessing as mp
import time


def work(seconds):
    time.sleep(seconds)
    return mp.current_process().name


def main(
    workers: int = 4,
    manager: bool = False,
):
    home = mp.Manager() if manager else mp
    long, short = [0.1] * 8, [0.001] * 8
    tasks = long + short * (workers - 1)
    with home.Pool(workers) as pool:
        names = pool.map(
            work,
            tasks,
            chunksize=8,
        )
    names = names[:8]
    most = max(map(names.count, names))
    print("one did", most, "of 8 long ones")


if __name__ == "__main__":
    main()
