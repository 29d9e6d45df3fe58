"""Names from creating lines."""

from __future__ import annotations

import re

import pytest

from ipcsim.trace.moment import Place
from ipcsim.trace.naming import named_objects
from ipcsim.trace.objects import Objects


def names(source: str, exact: bool = True) -> list[str]:
    """Names of the objects that the calls of Queue, Lock, Pipe, Value make, in order."""
    registry = Objects()
    for number, line in enumerate(source.splitlines(), 1):
        for call in re.finditer(r"(?:\w+\.)*(Queue|Lock|Pipe|Value|Pool)\([^()]*\)", line):
            column, end = call.span() if exact else (-1, -1)
            place = Place("p.py", number, number if exact else -1, column, end)
            repeat = 3 if " for " in line else 1
            kind = call.group(1)
            for n in range(repeat * (2 if kind == "Pipe" else 1)):
                key = f"{number}:{call.start()}:{n}"
                name = "Connection" if kind == "Pipe" else kind
                registry.introduce(
                    {"kind": name, "key": key, "created": True}, 0, place, number, lambda _n: -1
                )
    return [info.name for info in named_objects(registry, {"p.py": source})]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("tasks = Queue()", ["tasks"]),
        ("tasks: object = ctx.Queue(4)", ["tasks"]),
        ("a, b = Pipe()", ["a", "b"]),
        ("left, right = Lock(), Lock()", ["left", "right"]),
        ("locks = [Lock() for _ in range(3)]", ["locks[0]", "locks[1]", "locks[2]"]),
        ("locks = [Lock(), Lock()]", ["locks[0]", "locks[1]"]),
        ("self.q = multiprocessing.Queue()", ["self.q"]),
        ("box['in'] = Queue()", ["box['in']"]),
        ("box = {'in': Queue(), 'out': Queue()}", ["box['in']", "box['out']"]),
        ("a, b = Pipe(); c = Lock(); d = Pool()", ["a", "b", "c", "d"]),
        ("a, b = Pipe(); c, d = Pipe()", ["a", "b", "c", "d"]),
        ("start(queue=Queue())", ["queue"]),
        ("queues.append(Queue())", ["queues[0]"]),
        ("def f(a, b): Process(target=f, args=(Lock(), Queue()))", ["a", "b"]),
        ("def f(s, *, a): Process(target=p.f, args=[Lock()])", ["Lock 1"]),
        ("def f(s, a): Process(target=p.f, args=[Lock()])", ["a"]),
        ("def f(a): Pool(2, initializer=f, initargs=(Lock(),))", ["a"]),
        ("Process(target=g, args=(Lock(),))", ["Lock 1"]),
        ("Process(target=f, kwargs={'lock': Lock()})", ["lock"]),
        ("if (q := Queue()): pass", ["q"]),
        ("with Pool() as pool: pass", ["pool"]),
        ("start(Queue())", ["Queue 1"]),
        ("def f(): return Queue()", ["Queue 1"]),
        ("tasks = Queue(); tasks = Queue()", ["tasks", "tasks (2)"]),
    ],
)
@pytest.mark.parametrize("exact", [True, False], ids=["3.11", "3.10"])
def test_name(line: str, expected: list[str], exact: bool) -> None:
    assert names(line, exact) == expected


def test_no_name_from_a_broken_source() -> None:
    assert names("tasks = Queue() +") == ["Queue 1"]


def test_a_key_that_is_created_twice_is_two_objects() -> None:
    registry = Objects()
    facts = {"kind": "Value", "key": "arena:1", "created": True}
    first = registry.introduce(facts, 0, None, 1, lambda _n: -1)
    seen = registry.introduce(facts | {"created": False}, 1, None, 2, lambda _n: -1)
    second = registry.introduce(facts, 0, None, 3, lambda _n: -1)
    assert (first, seen, second) == (0, 0, 1)
