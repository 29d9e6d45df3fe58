"""Exceptions in children: chained, with a cause, with notes of their own class, unpicklable."""

import multiprocessing as mp
import sys


class Special(Exception):
    def __str__(self):
        return "special: " + ", ".join(map(str, self.args))


def inner(number):
    return {}[number]


def chained(number):
    try:
        inner(number)
    except KeyError as error:
        raise Special("wrapped", number) from error


def while_handling():
    try:
        inner(1)
    except KeyError:
        inner(2)


def through_a_pipe(end):
    end.send(lambda: None)


def main(method):
    ctx = mp.get_context(method)
    ours, theirs = ctx.Pipe()
    for target, args in (
        (inner, (3,)),
        (chained, (4,)),
        (while_handling, ()),
        (through_a_pipe, (theirs,)),
    ):
        child = ctx.Process(target=target, args=args, name=target.__name__)
        child.start()
        child.join()
        print(target.__name__, child.exitcode, flush=True)
    ours.send(ctx.Lock())


if __name__ == "__main__":
    main(sys.argv[1])
