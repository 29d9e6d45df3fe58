"""A daemon is ended with its parent, may not have children, and a non-daemon is waited for."""

import multiprocessing as mp
import sys
import time


def forever(ready):
    try:
        mp.Process(target=print).start()
    except AssertionError as error:
        print(error, flush=True)
    ready.set()
    time.sleep(60)


def shortly(begun, counted):
    begun.set()
    counted.wait()
    print("the other one ends by itself")


if __name__ == "__main__":
    ctx = mp.get_context(sys.argv[1])
    event, begun, counted = ctx.Event(), ctx.Event(), ctx.Event()
    daemon = ctx.Process(target=forever, args=(event,), daemon=True)
    other = ctx.Process(target=shortly, args=(begun, counted))
    daemon.start()
    other.start()
    event.wait()
    begun.wait()
    print(daemon.daemon, other.daemon, daemon.is_alive(), len(mp.active_children()), flush=True)
    counted.set()
