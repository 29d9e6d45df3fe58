"""atexit functions, threads that outlive main, finalizers, in main and in a child."""

import atexit
import multiprocessing as mp
import sys
import threading
import time
from multiprocessing import util


def lingering(word):
    time.sleep(0.05)
    print("thread of", word, flush=True)


def child():
    util.Finalize(None, print, ("finalizer of the child",), exitpriority=5)
    atexit.register(print, "atexit of the child")
    threading.Thread(target=lingering, args=("the child",)).start()
    print("child returns", flush=True)


if __name__ == "__main__":
    atexit.register(print, "atexit of main")
    process = mp.get_context(sys.argv[1]).Process(target=child)
    process.start()
    process.join()
    threading.Thread(target=lingering, args=("main",)).start()
    print("main returns", process.exitcode)
