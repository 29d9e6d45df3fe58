"""ThreadPoolExecutor: results, exceptions, cancelling, time-outs."""

import threading
from concurrent.futures import ThreadPoolExecutor, TimeoutError, wait


def bad():
    raise ValueError("in a thread")


if __name__ == "__main__":
    go = threading.Event()
    with ThreadPoolExecutor(1, thread_name_prefix="mine") as executor:
        first = executor.submit(go.wait)
        second = executor.submit(pow, 2, 5)
        third = executor.submit(pow, 2, 6)
        print(third.cancel(), third.cancelled())
        try:
            second.result(0.01)
        except TimeoutError:
            print("timeout")
        go.set()
        print(first.result(), second.result(), len(wait([first, second]).done))
        print(list(executor.map(pow, [1, 2], [3, 4])))
        executor.submit(bad).result()
