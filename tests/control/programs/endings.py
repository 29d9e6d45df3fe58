"""Ends in as many ways as a program can."""

import multiprocessing as mp
import os
import signal
import time


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def fail():
    raise ValueError("so it is")


def hold(lock):
    lock.acquire()
    lock.acquire()


def compute():
    while True:
        pass


def wait(event):
    if not event.wait(5):
        raise SystemExit(3)


def main(way: str = "well"):
    lock, event = mp.Lock(), mp.Event()
    targets = {
        "well": (print, ("done",)),
        "die": (die, ()),
        "fail": (fail, ()),
        "hold": (hold, (lock,)),
        "compute": (compute, ()),
        "exit": (os._exit, (7,)),
        "wait": (wait, (event,)),
        "sleep": (time.sleep, (100,)),
    }
    target, args = targets[way]
    worker = mp.Process(target=target, args=args, name="worker", daemon=way == "compute")
    worker.start()
    if way == "compute":
        return
    worker.join()
    print(worker.exitcode)


if __name__ == "__main__":
    main()
