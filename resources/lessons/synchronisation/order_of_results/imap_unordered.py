"""Each result as soon as it is there."""

import multiprocessing as mp
import time


def work(number):
    time.sleep(0.5 if number == 0 else 0.01)
    return number


def main(
    workers: int = 2,
    manager: bool = False,
):
    home = mp.Manager() if manager else mp
    with home.Pool(workers) as pool:
        began = time.perf_counter()
        call = pool.imap_unordered
        for number in call(work, range(6)):
            t = time.perf_counter() - began
            print(number, f"at {t:.2f} s")


if __name__ == "__main__":
    main()
