"""Pool: every way of handing work in, callbacks, errors, time-outs, and its end."""

import multiprocessing as mp
import sys
import time


def square(x):
    return x * x


def add(a, b=0):
    return a + b


def bad(x):
    raise ValueError(f"bad {x}")


def hello(word):
    global greeting
    greeting = word


def greet(name):
    return f"{greeting} {name}"


def main(method):
    ctx = mp.get_context(method)
    done = []
    with ctx.Pool(2, hello, ("hi",)) as pool:
        print(pool.apply(add, (1,), {"b": 2}), pool.apply(greet, ("there",)))
        print(pool.apply_async(square, (4,), callback=done.append).get(10))
        print(pool.map(square, range(10)), pool.map(square, [], 3))
        print(pool.map_async(square, range(4), 2, callback=done.append).get())
        print(list(pool.imap(square, range(5))), list(pool.imap(square, range(5), 2)))
        print(sorted(pool.imap_unordered(square, range(5))))
        print(pool.starmap(add, [(1, 2), (3, 4)]), pool.starmap_async(add, [(5, 6)]).get())
        failed = pool.apply_async(bad, (8,), error_callback=lambda e: done.append(str(e)))
        failed.wait(10)
        print(failed.ready(), failed.successful())
        results = pool.imap(bad, [1])
        try:
            next(results)
        except ValueError as error:
            print(repr(error))
        late = pool.apply_async(time.sleep, (0.3,))
        for call in (lambda: late.get(0.01), lambda: pool.imap(time.sleep, [0.3]).next(0.01)):
            try:
                call()
            except mp.TimeoutError:
                print("timeout")
        print(late.get())
        pool.close()
        try:
            pool.map(square, [1])
        except ValueError as error:
            print(error)
        pool.join()
    print(done)
    with ctx.Pool(1, maxtasksperchild=2) as pool:
        print(pool.map(square, range(6), 1))
    print(type(pool), pool._state)
    with ctx.Pool(1) as pool:
        pool.map(bad, ["uncaught"])


if __name__ == "__main__":
    main(sys.argv[1])
