"""What Python says of wrong arguments, and a thread whose attributes are its own matter."""

import multiprocessing as mp
import sys
import threading
from concurrent.futures import ThreadPoolExecutor


class Careful(threading.Thread):
    def __setattr__(self, name, value):
        if name.startswith("_ipcsim"):
            raise AttributeError(name)
        print("set", name)
        super().__setattr__(name, value)

    def run(self):
        print("ran")


def attempt(action):
    try:
        print(action())
    except TypeError as error:
        print(error)


def main(method):
    ctx = mp.get_context(method)
    queue, barrier, event = ctx.JoinableQueue(), ctx.Barrier(2), ctx.Event()
    attempt(lambda: queue.close(1))
    attempt(lambda: queue.task_done(1, 2))
    attempt(lambda: barrier.wait(1, 2))
    attempt(lambda: event.set(1))
    attempt(lambda: ctx.Condition().notify(1, 2))
    with ThreadPoolExecutor(1) as executor:
        attempt(lambda: executor.submit(int).result(1, 2))
    thread = Careful()
    thread.start()
    thread.join()


if __name__ == "__main__":
    main(sys.argv[1])
