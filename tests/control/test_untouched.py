"""Whether a process is still what it was: what of its values and descriptors is noticed."""

from __future__ import annotations

import functools
import itertools
import os
import random
from array import array
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import pytest

from ipcsim.probe.control.insides import Inside
from ipcsim.probe.control.untouched import Descriptors

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no body is run again")


def counts_descriptors() -> bool:
    try:
        return os.stat("/proc/self/fd").st_size > 0
    except OSError:
        return False


class Thing:
    def __init__(self) -> None:
        self.numbers = [1, 2]
        self.names = {"a", "b"}


def known() -> dict[str, Any]:
    return {"thing": Thing(), "table": {"a": "x", "b": "y"}, "pair": ([3], "z")}


def rename(values: dict[str, Any]) -> None:
    values["table"]["c"] = values["table"].pop("b")


def exchange(values: dict[str, Any]) -> None:
    values["thing"].__dict__ = dict(values["thing"].__dict__)


@pytest.mark.parametrize(
    "change",
    [
        lambda values: values.update(thing=Thing()),
        lambda values: values["thing"].numbers.append(3),
        lambda values: values["thing"].names.add("c"),
        lambda values: values["pair"][0].reverse() or values["pair"][0].clear(),
        lambda values: values["table"].update(a="w"),
        rename,
        exchange,
    ],
)
def test_a_part_that_is_another_is_noticed(change: Callable[[dict[str, Any]], object]) -> None:
    values = known()
    inside = Inside(values)
    assert inside.is_untouched()
    change(values)
    assert not inside.is_untouched()


@pytest.fixture
def opened() -> Iterator[list[int]]:
    opened = [os.open(os.devnull, os.O_RDONLY)]
    yield opened
    for descriptor in opened:
        os.close(descriptor)


def counting() -> Callable[[], int]:
    times = 0

    def count() -> int:
        nonlocal times
        times += 1
        return times

    return count


class Slotted:
    __slots__ = ("number",)

    def __init__(self) -> None:
        self.number = 1

    def get(self) -> int:
        return self.number


class Registered:
    everyone: ClassVar[list[int]] = []


class Numbers(list[int]):
    pass


@functools.lru_cache
def remembered(number: int) -> int:
    return number


@pytest.mark.parametrize(
    ("known", "change"),
    [
        (Counter(), lambda value: value.update("a")),
        (defaultdict(int), lambda value: value["a"]),
        (OrderedDict(a=1, b=2), lambda value: value.move_to_end("a")),
        (Numbers(), lambda value: value.append(1)),
        (deque([1]), lambda value: value.append(1)),
        (bytearray(b"a"), lambda value: value.reverse() or value.append(1)),
        (array("i", [1]), lambda value: value.append(1)),
        (itertools.count(), next),
        ((number for number in range(3)), next),
        (random.Random(1), lambda value: value.random()),
        (Slotted(), lambda value: setattr(value, "number", 2)),
        (Slotted().get, lambda value: setattr(value.__self__, "number", 2)),
        (functools.partial(list.append, []), lambda value: value(1)),
        (counting(), lambda value: value()),
        (counting, lambda value: setattr(value, "times", 1)),
        (Registered, lambda value: value.everyone.append(1)),
        (Registered, lambda value: setattr(value, "times", 1)),
        (remembered, lambda value: value(1)),
    ],
)
def test_what_a_value_holds_is_noticed(known: Any, change: Callable[[Any], object]) -> None:
    inside = Inside({"known": known})
    assert inside.is_untouched()
    change(known)
    assert not inside.is_untouched()
    assert inside.changed()


def test_an_equal_value_changes_nothing_for_good() -> None:
    values = {"number": int("1234")}
    inside = Inside(values)
    values["number"] = int("1234")
    assert not inside.is_untouched()
    assert not inside.changed()


def test_a_descriptor_that_is_opened_is_noticed(opened: list[int]) -> None:
    descriptors = Descriptors()
    assert not descriptors.changed()
    opened.append(os.dup(opened[0]))
    assert descriptors.changed()


@pytest.mark.skipif(not counts_descriptors(), reason="nobody tells how many are open")
def test_a_descriptor_above_a_free_one_is_noticed(opened: list[int]) -> None:
    descriptors = Descriptors()
    below, above = os.dup(opened[0]), os.dup(opened[0])
    os.close(below)
    opened.append(above)
    assert descriptors.changed()


def test_a_descriptor_that_is_closed_is_noticed(opened: list[int]) -> None:
    descriptors = Descriptors()
    os.close(opened.pop())
    assert descriptors.changed()


def test_a_descriptor_that_is_replaced_is_noticed(opened: list[int]) -> None:
    descriptors = Descriptors()
    reader, writer = os.pipe()
    os.dup2(reader, opened[0])
    os.close(reader)
    os.close(writer)
    assert descriptors.changed()
