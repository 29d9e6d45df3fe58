"""ProcessPoolExecutor: submit, map, results, exceptions, wait, as_completed, a broken pool."""

import multiprocessing as mp
import os
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed, wait
from concurrent.futures.process import BrokenProcessPool


def square(x):
    return x * x


def bad(x):
    raise KeyError(x)


def main(method):
    ctx = mp.get_context(method)
    with ProcessPoolExecutor(2, mp_context=ctx) as executor:
        future = executor.submit(square, 7)
        future.add_done_callback(lambda f: None)
        print(future.result(), future.done(), future.exception())
        print(list(executor.map(square, range(6), chunksize=2)))
        futures = [executor.submit(square, n) for n in range(4)]
        print(sorted(f.result() for f in as_completed(futures)), len(wait(futures).done))
        print(repr(executor.submit(bad, 1).exception(10)))
        print(executor.submit(square, 2).result(timeout=10))
    try:
        executor.submit(square, 1)
    except RuntimeError as error:
        print(error)
    with ProcessPoolExecutor(1, mp_context=ctx) as executor:
        try:
            executor.submit(os._exit, 1).result()
        except BrokenProcessPool as error:
            print(error)
    with ProcessPoolExecutor(1, mp_context=ctx) as executor:
        executor.submit(bad, "uncaught").result()


if __name__ == "__main__":
    main(sys.argv[1])
