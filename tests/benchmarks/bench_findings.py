"""What the findings cost: of a whole long recording, and brought up to date while it grows.

    python -m tests.benchmarks.bench_findings [EVENTS]

The recording has 32 processes that hand 20 locks, 20 values and 5 queues from one to another at
every step, which is the worst for clocks: 70 % additions under a lock, 15 % two locks, 15 %
messages. To be reached with 10 million events: at most 60 s and 2 GB, and while live at least
200,000 events a second.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from ipcsim.analysis import QUESTIONS, findings
from ipcsim.events import Kind
from ipcsim.trace.columns import Array
from ipcsim.trace.intake import RECORDS
from ipcsim.trace.recording import RecordingReader
from ipcsim.trace.trace import Trace
from tests.benchmarks.bench_trace import cuts_of
from tests.trace.writing import ProcessWriter, RecordingWriter

SOURCE = "with lock:\n    value.value += 1\nqueue.put(1)\nqueue.get()\n"
BEGIN = 10**12
PROCESSES, LOCKS, QUEUES = 32, 20, 5
STEPS = 4
"""Events of one transaction."""
REFRESH = 200_000
"""Events between two looks while live."""
_LOCK, _VALUE, _QUEUE = 0, LOCKS, 2 * LOCKS


def write(path: Path, events: int) -> None:
    """The recording."""
    writer = RecordingWriter(path, "bench.py", SOURCE, BEGIN)
    people: list[ProcessWriter] = []
    for number in range(PROCESSES):
        people.append(writer.process(f"worker-{number}", BEGIN, people[0] if people else None))
    numbers = np.zeros((PROCESSES, 2 * LOCKS + QUEUES), np.uint32)
    places = np.zeros((PROCESSES, 4), np.uint32)
    for k, person in enumerate(people):
        for at, code in enumerate(("lock", "value.value += 1", "queue.put(1)", "queue.get()")):
            places[k, at] = person.place(code, BEGIN)
        for n in range(LOCKS):
            numbers[k, _LOCK + n] = person.object("Lock", f"sem:{n}", BEGIN, places[k, 0], not k)
            numbers[k, _VALUE + n] = person.object("Value", f"a:{n}", BEGIN, places[k, 1], not k)
        for n in range(QUEUES):
            numbers[k, _QUEUE + n] = person.object("Queue", f"q:{n}", BEGIN, places[k, 2], not k)
    writer.drain(BEGIN + 1)
    chance = np.random.default_rng(1)
    left, t = events // STEPS, BEGIN + 10
    added = np.zeros(LOCKS, np.int64)
    while left > 0:
        count = min(left, 4_096)
        columns = _transactions(chance, count, added)
        process, kind, obj, arg, place = (column.ravel() for column in columns)
        times = t + 1000 * np.arange(len(process), dtype=np.int64)
        for k, person in enumerate(people):
            mine = np.flatnonzero(process == k)
            records = np.zeros(len(mine), RECORDS)
            records["time"], records["kind"], records["arg"] = times[mine], kind[mine], arg[mine]
            records["object"], records["place"] = numbers[k][obj[mine]], places[k][place[mine]]
            writer.block("EVNT", records.tobytes(), person.ring, person.count, t)
            person.count += len(mine)
        t = int(times[-1]) + 1000
        left -= count
        writer.block("CUTT", b"", time=t - 1)
    writer.close(t + 1)


def _transactions(chance: np.random.Generator, count: int, added: Array) -> tuple[Array, ...]:
    """Columns process, kind, object, arg, place; a row of four events for each transaction."""
    who = np.repeat(chance.integers(0, PROCESSES, count)[:, None], STEPS, 1)
    which = chance.integers(0, LOCKS - 1, count)
    sort = chance.choice(3, count, p=(0.7, 0.15, 0.15))[:, None]
    order = np.argsort(which, kind="stable")
    rank = np.empty(count, np.int64)
    counted = (sort[:, 0] == 0).astype(np.int64)
    before = np.cumsum(counted[order]) - counted[order]
    first = np.searchsorted(which[order], np.arange(LOCKS))
    start = np.append(before, 0)[np.minimum(first, count)]
    rank[order] = before - start[which[order]] + added[which[order]]
    added += np.bincount(which, counted, LOCKS).astype(np.int64)
    one = np.ones(count, np.int64)
    zero = 0 * one
    add = np.stack([which, which + _VALUE, which + _VALUE, which], 1)
    two = np.stack([which, which + 1, which + 1, which], 1)
    queue = np.repeat((which % QUEUES + _QUEUE)[:, None], STEPS, 1)
    taker = who.copy()
    taker[:, 2:] = chance.integers(0, PROCESSES, count)[:, None]
    kinds = np.where(
        sort == 0,
        [[Kind.ACQUIRED, Kind.READ, Kind.WRITE, Kind.RELEASE]],
        np.where(
            sort == 1,
            [[Kind.ACQUIRED, Kind.ACQUIRED, Kind.RELEASE, Kind.RELEASE]],
            [[Kind.PUT, Kind.FEED, Kind.GET_WAIT, Kind.GET]],
        ),
    )
    values = np.stack([one, rank << 3 | 1, rank + 1 << 3 | 1, zero], 1)
    plain = np.stack([one, 9 * one, -one, 9 * one], 1)
    return (
        np.where(sort == 2, taker, who),
        kinds,
        np.where(sort == 0, add, np.where(sort == 1, two, queue)),
        np.where(sort == 0, values, plain),
        np.where(sort == 2, [[2, 2, 3, 3]], [[0, 1, 1, 0]]),
    )


def whole(path: Path) -> None:
    """Read a finished recording and look for everything once."""
    reader, trace = RecordingReader(path), Trace()
    began = time.perf_counter()
    reader.feed(trace)
    read = time.perf_counter()
    parts = []
    for question in QUESTIONS:
        start = time.perf_counter()
        question.find(trace)
        parts.append((time.perf_counter() - start, question.__name__.rpartition(".")[2]))
    took = time.perf_counter() - read
    found = findings(trace)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"whole: {trace.event_count:,} events, read in {read - began:.1f} s, "
        f"findings in {took:.1f} s ({trace.event_count / took:,.0f} events/s), "
        f"peak {peak:,.0f} MB, {len(found)} found"
    )
    for spent, name in sorted(parts, reverse=True)[:5]:
        print(f"    {name:20} {spent:6.2f} s")


def live(path: Path) -> None:
    """Look again after every REFRESH events, as a window does."""
    reader, trace = RecordingReader(path), Trace()
    spent, longest, looks, seen = 0.0, 0.0, 0, 0
    for end in cuts_of(path):
        reader.feed(trace, end)
        if trace.event_count - seen >= REFRESH:
            seen = trace.event_count
            start = time.perf_counter()
            findings(trace)
            took = time.perf_counter() - start
            spent, longest, looks = spent + took, max(longest, took), looks + 1
    print(
        f"live: {looks} looks at {seen:,} events, {seen / spent:,.0f} events/s, "
        f"longest look {longest * 1000:.0f} ms"
    )


def main() -> None:
    """Measure and print; each measurement in a process of its own, so that memory is its own."""
    if len(sys.argv) > 2:
        (whole if sys.argv[1] == "whole" else live)(Path(sys.argv[2]))
        return
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.ipcsim"
        write(path, events)
        for what in ("whole", "live"):
            subprocess.run(
                [sys.executable, "-m", "tests.benchmarks.bench_findings", what, str(path)],
                check=True,
            )


if __name__ == "__main__":
    main()
