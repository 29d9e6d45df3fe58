"""Exceptions that don't let themselves be changed, compared or shown, in whatever ends by them."""

import dataclasses
import multiprocessing as mp
import queue
import sys
import threading
from concurrent.futures import ThreadPoolExecutor


@dataclasses.dataclass(frozen=True)
class Frozen(Exception):
    code: int


class Mute(Exception):
    def __str__(self):
        raise ValueError("not shown")

    def __eq__(self, other):
        raise ValueError("not compared")

    __hash__ = None


def fail(kind):
    raise kind(1)


def main(method):
    ctx = mp.get_context(method)
    for kind in (Frozen, Mute):
        with ThreadPoolExecutor(1) as executor:
            try:
                executor.submit(fail, kind).result()
            except Exception as error:
                print(type(error), error.args)
        for maker in (threading.Thread, ctx.Process):
            one = maker(target=fail, args=(kind,), name="same")
            one.start()
            one.join()
        try:
            with threading.Lock(), threading.Condition():
                fail(kind)
        except Exception as error:
            print(type(error), error.args)
    refused = queue.Queue(1)
    try:
        refused.put(1, timeout=-1)
    except Exception as error:
        print(type(error), error.args)
    raise Frozen(2)


if __name__ == "__main__":
    main(sys.argv[1])
