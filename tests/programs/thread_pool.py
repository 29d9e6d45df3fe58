"""ThreadPool and multiprocessing.dummy."""

import threading
from multiprocessing import dummy
from multiprocessing.pool import ThreadPool


def square(x):
    return x * x


if __name__ == "__main__":
    with ThreadPool(2) as pool:
        print(pool.map(square, range(5)), list(pool.imap(square, range(3))))
        print(pool.apply_async(threading.current_thread).get().daemon)
        try:
            pool.apply(square, ("a",))
        except TypeError as error:
            print(error)
    a, b = dummy.Pipe()
    thread = dummy.Process(target=lambda: b.send(a is not b))
    thread.start()
    print(a.recv(), thread.exitcode or 0)
    thread.join()
