"""A spawned process finds its lock gone, as its parent has kept no reference: it can't begin."""

import multiprocessing as mp
import sys

if __name__ == "__main__":
    method = sys.argv[1]
    # A fork server's child may come early enough.
    ctx = mp.get_context("spawn" if method == "forkserver" else method)
    child = ctx.Process(target=print, args=(1, ctx.Lock()) if method != "fork" else (1,))
    child.start()
    child.join()
    print(child.exitcode)
