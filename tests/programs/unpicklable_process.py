"""A process that can't be pickled: start() raises under spawn, and the program goes on."""

import multiprocessing as mp
import sys

if __name__ == "__main__":
    ctx = mp.get_context(sys.argv[1])
    child = ctx.Process(target=lambda: print("only by fork", flush=True))
    try:
        child.start()
        child.join()
    except Exception as error:
        print(type(error).__name__)
    lock = ctx.Lock()
    ctx.Process(target=(lambda: None), args=(lock, iter(()))).start()
