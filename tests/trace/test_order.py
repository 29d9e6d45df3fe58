"""Vector clocks against the definition: the transitive closure of who handed on to whom."""

from __future__ import annotations

import random
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipcsim.events import Kind
from ipcsim.trace.order import Order
from ipcsim.trace.recording import read_recording
from ipcsim.trace.trace import Trace
from tests.trace.writing import RecordingWriter

BEGIN = 10**12
LOCKS, VALUES = 2, 2
SOURCE = "def work():\n    with lock:\n        x.value += 1\n"


class Program:
    """A random run: each step is possible, and says by itself which steps it comes after."""

    def __init__(self, path: Path, seed: int, workers: int, steps: int) -> None:
        self.chance = random.Random(seed)
        self.writer = RecordingWriter(path, "random.py", SOURCE, BEGIN)
        self.main = self.writer.process("main", BEGIN)
        self.people = [self.main]
        self.workers, self.steps = workers, steps
        self.time = BEGIN + 10
        self.after: dict[int, set[int]] = {}
        """By time of an event: times of all events that happened before it."""
        self.mine: dict[int, set[int]] = defaultdict(set)
        self.accesses: list[tuple[int, int]] = []
        self._held: dict[int, int] = {}
        self._left: dict[str, set[int]] = {}
        self._messages: list[tuple[int, set[int]]] = []

    def happens(self, who: int, kind: Kind, name: str = "", arg: int = 0) -> None:
        person = self.people[who]
        obj = person.object(*self._thing(name), self.time, created=who == 0) if name else 0
        self.time += 10
        person.emit(kind, self.time, obj, arg=arg)
        self.mine[who] |= {self.time}

    def _thing(self, name: str) -> tuple[str, str]:
        kinds = {"l": "Lock", "q": "Queue", "s": "Semaphore", "e": "Event", "v": "Array"}
        return kinds[name[0]], f"key:{name}"

    def run(self) -> None:
        for number in range(1, self.workers + 1):
            self.happens(0, Kind.START)
            known = set(self.mine[0])
            child = self.writer.process(f"w{number}", self.time, self.main)
            self.people.append(child)
            self.mine[number] = known
            self.happens(0, Kind.STARTED, arg=child.pid)
            self.happens(number, Kind.TARGET)
        for _ in range(self.steps):
            who = self.chance.randint(1, self.workers)
            self.chance.choice((self._access, self._lock, self._message, self._permit, self._flag))(
                who
            )
        for number in range(1, self.workers + 1):
            if self.chance.random() < 0.5:
                self.happens(number, Kind.EXIT)
                self.mine[0] |= self.mine[number]
                self.happens(0, Kind.JOINED, arg=self.people[number].pid)
                self._access(0)
        self.writer.close(self.time + 10)

    def _access(self, who: int) -> None:
        self.happens(who, Kind.RAW_ACCESS, f"v{self.chance.randrange(VALUES)}")
        self.after[self.time] = set(self.mine[who])
        self.accesses.append((self.time, who))

    def _lock(self, who: int) -> None:
        lock = self.chance.randrange(LOCKS)
        if self._held.get(lock) == who:
            self.happens(who, Kind.RELEASE, f"l{lock}")
            self._left[f"l{lock}"] = set(self.mine[who])
            del self._held[lock]
        elif lock not in self._held:
            self._held[lock] = who
            self.mine[who] |= self._left.get(f"l{lock}", set())
            self.happens(who, Kind.ACQUIRED, f"l{lock}", 1)

    def _message(self, who: int) -> None:
        if self._messages and self.chance.random() < 0.5:
            number, known = self._messages.pop(0)
            self.mine[who] |= known
            self.happens(who, Kind.GET, "q", number)
        else:
            number = self.time
            self.happens(who, Kind.PUT, "q", 9)
            self._messages.append((number, set(self.mine[who])))
            self.happens(who, Kind.FEED, "q", number)

    def _permit(self, who: int) -> None:
        if self.chance.random() < 0.5:
            self.happens(who, Kind.RELEASE, "s")
            self._left["s"] = self._left.get("s", set()) | self.mine[who]
        else:
            self.mine[who] |= self._left.get("s", set())
            self.happens(who, Kind.ACQUIRED, "s", 1)

    def _flag(self, who: int) -> None:
        if self.chance.random() < 0.5:
            self.happens(who, Kind.EVENT_SET, "e")
            self._left["e"] = self._left.get("e", set()) | self.mine[who]
        elif "e" in self._left:
            self.mine[who] |= self._left["e"]
            self.happens(who, Kind.EVENT_PASSED, "e", 1)


def seen(trace: Trace, portion: int | None) -> dict[tuple[int, int], bool]:
    """For each pair of accesses (by time): did the first happen before the second?"""
    store = trace.store
    wanted = [
        ordinal for ordinal in range(len(store)) if store.kind.view[ordinal] == Kind.RAW_ACCESS
    ]
    every = np.array(wanted, np.int64)
    earlier: list[tuple[int, int]] = []
    found = {}

    def visited(first: int, end: int) -> tuple[np.ndarray, np.ndarray]:
        chosen = every[(every >= first) & (every < end)]
        return chosen, chosen

    def visit(ordinal: int, actor: int, clock: list[int], number: int) -> None:
        assert ordinal == number
        now = store.time(ordinal)
        for before, other in earlier:
            known = other == actor or clock[other] >= before
            found[store.time(before), now] = known
        earlier.append((ordinal, actor))

    order = Order(trace, visited, visit)
    while not order.advance(portion):
        pass
    return found


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 5), st.integers(5, 120), st.sampled_from([None, 7]))
def test_clocks_know_exactly_what_happened_before(
    seed: int, workers: int, steps: int, portion: int | None
) -> None:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        path = Path(folder) / "random.ipcsim"
        program = Program(path, seed, workers, steps)
        program.run()
        trace, _reader = read_recording(path)
        for (before, now), known in seen(trace, portion).items():
            assert known == (before in program.after[now])


def test_some_accesses_are_in_order_and_some_are_not(tmp_path: Path) -> None:
    """Or the test above would prove nothing."""
    both = set()
    for seed in range(5):
        path = tmp_path / f"{seed}.ipcsim"
        program = Program(path, seed, 3, 80)
        program.run()
        trace, _reader = read_recording(path)
        both |= set(seen(trace, None).values())
    assert both == {True, False}


@pytest.mark.parametrize("portion", [1, 3, 1000])
def test_in_portions_as_at_once(portion: int, tmp_path: Path) -> None:
    path = tmp_path / "r.ipcsim"
    Program(path, 5, 4, 200).run()
    trace, _reader = read_recording(path)
    assert seen(trace, portion) == seen(trace, None)
