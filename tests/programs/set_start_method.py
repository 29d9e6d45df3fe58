"""set_start_method, once; get_start_method; contexts beside it; a wrong name."""

import multiprocessing as mp
import sys


def child(queue):
    queue.put(mp.get_start_method())


if __name__ == "__main__":
    print(mp.get_start_method(allow_none=True))
    mp.set_start_method(sys.argv[1])
    print(mp.get_start_method(), mp.get_all_start_methods())
    try:
        mp.set_start_method("spawn")
    except RuntimeError as error:
        print(error)
    try:
        mp.get_context("spoon")
    except ValueError as error:
        print(error)
    for method in ("fork", "spawn", sys.argv[1]):
        ctx = mp.get_context(method)
        queue = ctx.SimpleQueue()
        process = ctx.Process(target=child, args=(queue,))
        process.start()
        print(method, queue.get(), type(process).__name__)
        process.join()
    mp.set_start_method("fork", force=True)
    print(mp.get_start_method())
