"""A child that has a child that has a child; each returns the depth below it."""

import multiprocessing as mp
import sys


def deeper(depth, queue, method):
    if depth:
        ctx = mp.get_context(method)
        inner = ctx.Queue()
        child = ctx.Process(target=deeper, args=(depth - 1, inner, method), name=f"depth-{depth}")
        child.start()
        print(mp.current_process().name, "has", child.name)
        sys.stdout.flush()
        queue.put(inner.get() + 1)
        child.join()
    else:
        queue.put(0)


if __name__ == "__main__":
    first = mp.get_context(sys.argv[1]).Queue()
    deeper(2, first, sys.argv[1])
    print(first.get())
