"""Whether a process is still what it was: what of its values and descriptors is noticed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ipcsim.probe.control.untouched import Descriptors, Inside

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
