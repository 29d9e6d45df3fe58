"""Pools of processes and of threads, from their makings to their ends."""

import multiprocessing as mp
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from multiprocessing.pool import ThreadPool


def square(number):
    return number * number


def main(kind="pool"):
    if kind == "pool":
        with mp.Pool(2) as pool:
            print(pool.map(square, range(3)), sorted(pool.imap_unordered(square, range(2))))
        pool = mp.Pool(1)
        print(pool.apply(square, (3,)))
        pool.close()
        pool.join()
    elif kind == "threads":
        with ThreadPool(2) as pool:
            print(pool.map(square, range(3)))
    else:
        made = ProcessPoolExecutor if kind == "executor" else ThreadPoolExecutor
        with made(2) as executor:
            futures = [executor.submit(square, number) for number in range(3)]
            print(sorted(future.result() for future in as_completed(futures)))


if __name__ == "__main__":
    main()
