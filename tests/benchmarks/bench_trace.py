"""What the trace costs: taking events in, asking for a moment, and views of long histories.

    python -m tests.benchmarks.bench_trace [EVENTS]

The same questions are put to a short history and to one of EVENTS (10 million by default); the
ratio is what counts.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ipcsim.events import Kind
from ipcsim.supervisor.recording import BLOCK_HEADER, FILE_HEADER
from ipcsim.trace.intake import RECORDS
from ipcsim.trace.recording import RecordingReader
from ipcsim.trace.trace import Trace
from ipcsim.trace.world import World
from tests.trace.writing import ProcessWriter, RecordingWriter

SOURCE = "locks = [Lock() for _ in range(20)]\nwork()\n"
BEGIN = 10**12
PROCESSES, OBJECTS = 64, 20
QUEUES = np.arange(OBJECTS) % 4 == 0


def write(path: Path, events: int, processes: int = PROCESSES, gap_ns: int = 1000) -> None:
    """A recording of processes that use 15 locks and 5 queues at random, drained 60 times/s."""
    writer = RecordingWriter(path, "bench.py", SOURCE, BEGIN)
    people: list[ProcessWriter] = []
    for number in range(processes):
        people.append(writer.process(f"Process-{number}", BEGIN, people[0] if people else None))
    places = [person.place("work()", BEGIN) for person in people]
    objects = np.array(
        [
            [
                person.object("Queue" if QUEUES[n] else "Lock", f"sem:{n}", BEGIN, places[0], not k)
                for n in range(OBJECTS)
            ]
            for k, person in enumerate(people)
        ],
        np.uint32,
    )
    writer.drain(BEGIN + 1)
    chance = np.random.default_rng(1)
    portion = max(2, min(events // processes, 16_000_000 // gap_ns // processes)) & ~1
    left, t = events, BEGIN + 10
    while left > 0:
        width = portion * processes * gap_ns
        for k, person in enumerate(people):
            records = np.zeros(portion, RECORDS)
            records["time"] = np.sort(chance.integers(t, t + width, portion))
            used = np.repeat(chance.integers(0, OBJECTS, portion // 2), 2)
            first = np.arange(portion) % 2 == 0
            records["object"] = objects[k][used]
            records["kind"] = np.where(
                QUEUES[used],
                np.where(first, int(Kind.PUT), int(Kind.GET)),
                np.where(first, int(Kind.ACQUIRED), int(Kind.RELEASE)),
            )
            records["arg"] = np.where(QUEUES[used], np.arange(portion) * 8 + 1, 1)
            records["place"] = places[k]
            writer.block("EVNT", records.tobytes(), person.ring, person.count, t)
            person.count += portion
        left -= portion * processes
        t += width
        writer.block("CUTT", b"", time=t)
    writer.close(t + 1)


def cuts_of(path: Path) -> list[int]:
    """Where a recording is whole up to a cut, bytes."""
    data, ends, at = path.read_bytes(), [], len(FILE_HEADER)
    while at + BLOCK_HEADER.size <= len(data):
        kind, length, *_rest = BLOCK_HEADER.unpack_from(data, at)
        at += BLOCK_HEADER.size + length + -length % 8
        if kind == b"CUTT":
            ends.append(at)
    return ends


def take_in(path: Path) -> tuple[Trace, float, int]:
    """Read as a live session does, cut by cut: the trace, CPU seconds, portions."""
    ends = cuts_of(path)
    reader, trace = RecordingReader(path), Trace()
    began = time.process_time()
    for end in ends:
        reader.feed(trace, end)
    return trace, time.process_time() - began, len(ends)


def p95_ms(ask: Callable[[int], object], trace: Trace, times: int = 60) -> float:
    """95 % of the answers take at most this, at moments all over the run."""
    chance = np.random.default_rng(2)
    moments = chance.integers(trace.begin, trace.end, times).tolist()
    ask(moments[0])
    took = []
    for moment in moments:
        began = time.perf_counter()
        ask(moment)
        took.append((time.perf_counter() - began) * 1e3)
    return float(np.percentile(took, 95))


def questions(trace: Trace) -> dict[str, Callable[[int], object]]:
    """What a frame asks."""
    world = World(trace)
    span = trace.end - trace.begin

    def lanes(t: int) -> None:
        for info in trace.processes:
            trace.lane(info.process).view(trace.begin, trace.begin + span, 800)

    def lanes_zoomed(t: int) -> None:
        for info in trace.processes:
            trace.lane(info.process).view(t, t + span // 1000 + 1000, 800)

    def plots(t: int) -> None:
        for obj in (0, 4, 8, 12):
            trace.series(obj, "depth").view(trace.begin, trace.end, 800)

    return {
        "World.at, anywhere": lambda t: world.at(t, 100_000_000),
        "World.at, end": lambda t: world.at(trace.end - t % 1000, 100_000_000),
        "64 lanes, whole run": lanes,
        "64 lanes, a thousandth": lanes_zoomed,
        "4 plots, whole run": plots,
        "messages, whole run": lambda t: trace.messages(trace.begin, trace.end, 2000),
        "select, last 200": lambda t: trace.select(trace.begin, t, object=1, limit=200),
    }


def main() -> None:
    """Measure and print."""
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    with tempfile.TemporaryDirectory() as folder:
        traces = []
        for count in (10_000, events):
            path = Path(folder) / f"{count}.ipcsim"
            write(path, count)
            trace, cpu, portions = take_in(path)
            traces.append(trace)
            print(
                f"intake of {trace.event_count:>11,} events in {portions:>5} portions: "
                f"{cpu / trace.event_count * 1e9:6.0f} ns/event, "
                f"{cpu / portions * 1e3:.2f} ms/portion, {trace.event_count / cpu:,.0f} events/s"
            )
        print(f"{'p95, ms':28}{'10 thousand':>12}{f'{events:,}':>14}{'ratio':>8}")
        for name in questions(traces[0]):
            short, long = (p95_ms(questions(trace)[name], trace) for trace in traces)
            print(f"{name:28}{short:12.2f}{long:14.2f}{long / short:8.2f}")


if __name__ == "__main__":
    main()
