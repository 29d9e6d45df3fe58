"""SIGINT while main waits for a child that ignores it; a handler; then one uncaught."""

import multiprocessing as mp
import os
import signal
import sys
import threading
import time


def stubborn(ready, go):
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ready.set()
    go.wait()


def later(delay):
    time.sleep(delay)
    os.kill(os.getpid(), signal.SIGINT)


def main(method):
    ctx = mp.get_context(method)
    ready, go = ctx.Event(), ctx.Event()
    child = ctx.Process(target=stubborn, args=(ready, go))
    child.start()
    ready.wait()
    silent, _held = ctx.Pipe()
    for wait in (child.join, ctx.Queue().get, lambda: time.sleep(60), silent.recv):
        thread = threading.Thread(target=later, args=(0.1,))
        thread.start()
        try:
            wait()
        except KeyboardInterrupt:
            print("interrupted")
        thread.join()
    signal.signal(signal.SIGINT, lambda *_: print("handled"))
    later(0)
    go.set()
    child.join()
    print(child.exitcode)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    thread = threading.Thread(target=later, args=(0.1,))
    thread.start()
    time.sleep(60)


if __name__ == "__main__":
    main(sys.argv[1])
