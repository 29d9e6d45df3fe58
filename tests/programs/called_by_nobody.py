"""Methods that the interpreter itself calls, with no Python code above: at exit, in raw threads."""

import _thread
import atexit
import multiprocessing as mp
import os
import queue
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor


def work(event):
    event.wait()


def shown(what, function, *arguments):
    """Exit functions run in the reverse order."""
    atexit.register(print, what, flush=True)
    atexit.register(function, *arguments)


def begun(function, *arguments):
    _thread.start_new_thread(function, arguments)


def main(method):
    ctx = mp.get_context(method)
    event, value, array = ctx.Event(), ctx.Value("i"), ctx.Array("i", 2)
    process = ctx.Process(target=work, args=(event,))
    process.start()
    shown("process joined", process.join)
    shown("process terminated", process.terminate)

    lock, semaphore, condition = ctx.Lock(), ctx.Semaphore(), ctx.Condition()
    shown("lock released", lock.release)
    begun(lock.acquire)
    shown("semaphore released", semaphore.release)
    begun(semaphore.acquire, True, 5)
    shown("condition released", condition.release)
    shown("all notified", condition.notify_all)
    shown("condition acquired", condition.acquire)
    shown("event set", event.set)
    shown("value", setattr, value, "value", 3)
    shown("array", array.__setitem__, 0, 3)

    ours, theirs = ctx.Pipe()
    shown("received", theirs.recv)
    shown("polled", theirs.poll, 1)
    shown("sent", ours.send, "something")
    items, simple = ctx.Queue(), ctx.SimpleQueue()
    shown("queue read", items.get)
    shown("queue filled", items.put, 1)
    shown("simple queue read", simple.get)
    shown("simple queue filled", simple.put, 1)

    thread_lock, again, turn = threading.Lock(), threading.RLock(), threading.Semaphore()
    shown("thread lock released", thread_lock.release)
    begun(thread_lock.acquire)
    shown("entered again", again.__exit__, None, None, None)
    shown("entered", again.__enter__)
    shown("turn over", turn.release)
    begun(turn.acquire)
    flag, thread_items, plain = threading.Event(), queue.Queue(), queue.SimpleQueue()
    shown("flag awaited", flag.wait)
    begun(flag.set)
    shown("thread queue read", thread_items.get)
    begun(thread_items.put, 1)
    shown("plain queue read", plain.get)
    begun(plain.put, 1)
    barrier = threading.Barrier(2)
    shown("barrier passed", barrier.wait)
    begun(barrier.wait)
    shown("slept", time.sleep, 0.01)
    begun(time.sleep, 0.01)
    shown("another lock", threading.Lock)
    shown("another flag", threading.Event)
    shown("another queue", queue.Queue)
    shown("another pipe", ctx.Pipe)
    shown("nothing killed", os.kill, process.pid, 0)
    executor = ThreadPoolExecutor(1)
    done = executor.submit(int)
    shown("executor over", executor.shutdown)
    shown("done", done.result)
    time.sleep(0.2)


if __name__ == "__main__":
    main(sys.argv[1])
