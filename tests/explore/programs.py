"""Test equipment: textbook programs for the model, and random ones."""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.explore.model import Actors, Body, Model, together


def increments(workers: int, lock: bool = False, rounds: int = 1) -> Model:
    def add() -> Body:
        for _ in range(rounds):
            if lock:
                yield ("acquire", "lock")
            value = yield ("read", "x")
            yield ("write", "x", value + 1)
            if lock:
                yield ("release", "lock")

    actors = {f"worker-{n}": add for n in range(1, workers + 1)}
    return together(actors, locks={"lock": 1}, output=lambda cells: str(cells.get("x", 0)))


def independent(workers: int) -> Model:
    def body(name: str) -> Callable[[], Body]:
        def work() -> Body:
            value = yield ("read", name)
            yield ("write", name, value + 1)
            yield ("write", name, value + 2)

        return work

    return together({f"w{n}": body(f"x{n}") for n in range(workers)})


def two_locks() -> Model:
    def order(one: str, other: str) -> Callable[[], Body]:
        def work() -> Body:
            yield ("acquire", one)
            yield ("acquire", other)
            yield ("release", other)
            yield ("release", one)

        return work

    return together({"p": order("a", "b"), "q": order("b", "a")}, locks={"a": 1, "b": 1})


def vain_attempts(workers: int) -> Model:
    """All try a lock once that nobody gives back."""

    def tries() -> Body:
        yield ("try", "m")

    return together({f"p{n}": tries for n in range(workers)}, locks={"m": 0})


def philosophers(count: int) -> Model:
    def sits(n: int) -> Callable[[], Body]:
        def eats() -> Body:
            yield ("acquire", f"fork{n}")
            yield ("acquire", f"fork{(n + 1) % count}")
            yield ("release", f"fork{(n + 1) % count}")
            yield ("release", f"fork{n}")

        return eats

    locks = {f"fork{n}": 1 for n in range(count)}
    return together({f"p{n}": sits(n) for n in range(count)}, locks=locks)


def writer_and_readers(readers: int) -> Model:
    """The example of the POPL 2014 paper: a write of x beside readers of y and x."""

    def writer() -> Body:
        yield ("write", "x", 1)

    def reader(n: int) -> Callable[[], Body]:
        def reads() -> Body:
            yield ("read", f"y{n}")
            yield ("read", "x")

        return reads

    return together({"writer": writer, **{f"r{n}": reader(n) for n in range(readers)}})


def timed_locks() -> Model:
    """Two locks in two orders; who waits too long for his second one gives up."""

    def takes(first: str, second: str, patience: int) -> Callable[[], Body]:
        def body() -> Body:
            yield ("acquire", first)
            if (yield ("acquire_timed", second, patience)):
                yield ("release", second)
            yield ("release", first)

        return body

    return together({"w1": takes("a", "b", 10), "w2": takes("b", "a", 20)}, locks={"a": 1, "b": 1})


def last_zero(cells: int) -> Model:
    """Another example of that paper: who looks for the last zero, while others write."""

    def looks() -> Body:
        at = cells
        while (yield ("read", f"a{at}")) != 0:
            at -= 1

    def writes(n: int) -> Callable[[], Body]:
        def body() -> Body:
            value = yield ("read", f"a{n - 1}")
            yield ("write", f"a{n}", value + 1)

        return body

    return together({"looks": looks, **{f"w{n}": writes(n) for n in range(1, cells + 1)}})


def unseen_waits(seed: int, touches: bool = False) -> Model:
    """Programs in which some wait for what isn't seen to be what they wait for; ``touches``: to do
    something to a cell that others use, too."""
    rng = random.Random(seed)

    def body() -> Callable[[], Body]:
        plan = [(rng.choice("rrwwau"), rng.randrange(2)) for _ in range(rng.randint(2, 3))]

        def work() -> Body:
            for kind, cell in plan:
                if kind == "r":
                    yield ("read", f"x{cell}")
                elif kind == "w":
                    yield ("write", f"x{cell}", 1)
                elif kind == "a":
                    yield ("write", f"flag{cell}", 1)
                else:
                    yield ("unseen", f"flag{cell}", *([f"x{cell}"] if touches else []))

        return work

    return together({f"w{n}": body() for n in range(3)})


def random_program(seed: int) -> Model:
    """Small programs with everything the model has."""
    rng = random.Random(seed)
    names = [f"w{n}" for n in range(rng.choice((2, 2, 3)))]
    most = 4 if len(names) == 2 else 2

    def body(n: int) -> Callable[[], Body]:
        plan = [rng.randrange(12) for _ in range(rng.randint(1, most))]
        marks = [rng.randrange(2) for _ in plan]

        def work() -> Body:
            for kind, mark in zip(plan, marks, strict=True):
                cell, lock, channel = f"x{mark}", f"l{mark}", f"c{mark}"
                if kind <= 1:
                    value = yield ("read", cell)
                    if value > 1:
                        yield ("write", "seen", n)
                elif kind <= 3:
                    yield ("write", cell, n + 1)
                elif kind == 4:
                    yield ("acquire", lock)
                    yield ("write", cell, 5)
                    yield ("release", lock)
                elif kind == 5:
                    if (yield ("try", lock)):
                        yield ("write", "x1", 7 + n)
                        yield ("release", lock)
                elif kind == 6:
                    yield ("acquire", lock)
                elif kind == 7:
                    yield ("release", lock)
                elif kind == 8:
                    yield ("send", channel, n)
                elif kind == 9:
                    yield ("receive", channel)
                elif kind == 10:
                    if (yield ("poll", channel)):
                        yield ("receive", channel)
                else:
                    got = yield ("acquire_timed", lock, 10 + n)
                    if not got:
                        yield ("write", "x0", 9)

        return work

    actors: Actors = {name: body(n) for n, name in enumerate(names)}
    return together(
        actors,
        locks={"l0": 1, "l1": rng.choice((0, 1, 2))},
        capacity=rng.choice((1, 1000)),
        early=rng.random() < 0.3,
    )
