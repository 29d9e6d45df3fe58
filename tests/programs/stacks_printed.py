"""Stacks that a program prints: by a signal's handler, of other threads, in its log."""

import logging
import multiprocessing as mp
import queue
import signal
import sys
import threading
import time
import traceback


def on_alarm(_signal, frame):
    traceback.print_stack(frame, file=sys.stdout)
    raise TimeoutError


def interrupted(action):
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    try:
        action()
    except TimeoutError:
        print("interrupted", flush=True)


def main(method):
    ctx = mp.get_context(method)
    logging.basicConfig(format="%(message)s", stream=sys.stdout)
    logging.warning("logged", stack_info=True)
    signal.signal(signal.SIGALRM, on_alarm)
    lock = threading.Lock()
    lock.acquire()
    waits = (lambda: time.sleep(9), lock.acquire, queue.SimpleQueue().get, ctx.Semaphore(0).acquire)
    for action in (*waits, queue.Queue().get, threading.Event().wait, threading.Barrier(2).wait):
        interrupted(action)
    items = queue.SimpleQueue()
    thread = threading.Thread(target=items.get)
    thread.start()
    for _ in range(500):
        frames = [f.name for f in traceback.extract_stack(sys._current_frames()[thread.ident])]
        if frames[-1] == "run":
            break
        time.sleep(0.01)
    print(frames)
    items.put(1)
    thread.join()


if __name__ == "__main__":
    main(sys.argv[1])
