"""Order of events: late ones, intervals, ties."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ipcsim.events import Kind
from ipcsim.trace.intake import RingOrder, element_indices
from ipcsim.trace.recording import RecordingReader, read_recording
from ipcsim.trace.trace import Trace
from ipcsim.trace.world import World
from tests.trace.scenes import SCENES
from tests.trace.writing import RecordingWriter

SOURCE = "lock = Lock()\nlock.acquire()\nlock.release()\ntasks.get(timeout=1)\nn[3] += 1\n"
T = 1_000_000_000


def two_processes(path: Path) -> RecordingWriter:
    writer = RecordingWriter(path, "p.py", SOURCE, T)
    first = writer.process("A", T)
    writer.process("B", T, first)
    return writer


def kinds(trace: Trace) -> list[tuple[str, str]]:
    found = [trace.event(row) for row in trace.rows_in_time().tolist()]
    return [(trace.processes[event.process].name, event.kind.name) for event in found]


def test_at_equal_times_release_comes_before_acquire(tmp_path: Path) -> None:
    writer = two_processes(tmp_path / "r.ipcsim")
    a, b = writer.processes
    locks = [p.object("Lock", "sem:1", T + 1, created=p is a) for p in (a, b)]
    a.emit(Kind.ACQUIRED, T + 10, locks[0], arg=1)
    b.emit(Kind.ACQUIRED, T + 20, locks[1], arg=1)
    a.emit(Kind.RELEASE, T + 20, locks[0])
    b.emit(Kind.RELEASE, T + 30, locks[1])
    writer.drain(T + 40, rings=[1, 0])
    writer.close(T + 50)
    trace, _reader = read_recording(tmp_path / "r.ipcsim")
    assert kinds(trace) == [
        ("A", "ACQUIRED"),
        ("A", "RELEASE"),
        ("B", "ACQUIRED"),
        ("B", "RELEASE"),
    ]
    assert len(World(trace).at(T + 20).gates[0].holders) == 1


def test_what_a_cut_has_missed_comes_just_behind_it(tmp_path: Path) -> None:
    path = tmp_path / "r.ipcsim"
    writer = two_processes(path)
    a, b = writer.processes
    lock = a.object("Lock", "sem:1", T + 1, created=True)
    other = b.object("Lock", "sem:1", T + 2)
    b.emit(Kind.ACQUIRED, T + 100, other, arg=1)
    writer.drain(T + 120)
    a.emit(Kind.NOT_ACQUIRED, T + 90, lock, span=4)
    b.emit(Kind.RELEASE, T + 130, other)
    writer.drain(T + 140)
    writer.close(T + 150)
    reader, trace = RecordingReader(path), Trace()
    seen: list[tuple[str, str]] = []
    for end in range(0, path.stat().st_size + 1, 64):
        reader.feed(trace, end)
        now = kinds(trace)
        assert now[: len(seen)] == seen
        seen = now
    reader.feed(trace)
    assert kinds(trace) == [("B", "ACQUIRED"), ("A", "NOT_ACQUIRED"), ("B", "RELEASE")]


def test_a_failed_wait_ends_when_it_ended(tmp_path: Path) -> None:
    """A probe stamps the interval of a failed timed get with its beginning."""
    writer = two_processes(tmp_path / "r.ipcsim")
    a, _b = writer.processes
    queue = a.object("Queue", "queue:pipe:1", T + 1, created=True)
    place = a.place("tasks.get(timeout=1)", T + 2)
    a.emit(Kind.GET_WAIT, T + 1_000, queue, place, 10**9)
    a.emit(Kind.EMPTY, T + 990, queue, place, 0, span=(10**9).bit_length())
    a.emit(Kind.SLEEP, T + 10**9 + 2_000, 0, place, 5)
    writer.close(T + 2 * 10**9)
    trace, _reader = read_recording(tmp_path / "r.ipcsim")
    assert [kind for _who, kind in kinds(trace)] == ["GET_WAIT", "EMPTY", "SLEEP"]
    world = World(trace)
    waiting = world.at(T + 5 * 10**8).processes[0].actors[0]
    assert waiting.state.value == "waiting"
    assert waiting.deadline == T + 1_000 + 10**9
    assert world.at(T + 10**9 + 3_000).processes[0].actors[0].state.value == "asleep"


def test_elements_of_arrays(tmp_path: Path) -> None:
    path = tmp_path / "r.ipcsim"
    writer = two_processes(path)
    a, _b = writer.processes
    array = a.object("Array", "arena:1", T + 1, created=True, size=5)
    a.emit(Kind.INDEX, T + 12, array, arg=3)
    a.emit(Kind.READ, T + 10, array, arg=a.token(7), span=2)
    a.emit(Kind.INDEX, T + 21, array, arg=4, thread=2)
    a.emit(Kind.INDEX, T + 22, array, arg=1)
    a.emit(Kind.WRITE, T + 20, array, arg=a.token(8), thread=2, span=3)
    writer.drain(T + 30)
    a.emit(Kind.WRITE, T + 31, array, arg=a.token(9), span=3)
    writer.close(T + 50)
    trace, _reader = read_recording(path)
    events = [trace.event(row) for row in trace.rows_in_time().tolist()]
    assert [(e.kind, e.index, e.label) for e in events] == [
        (Kind.READ, 3, "7"),
        (Kind.WRITE, 4, "8"),
        (Kind.WRITE, 1, "9"),
    ]
    labels = {cell.index: cell.label for cell in World(trace).at(T + 50).cells[0]}
    assert (labels[1], labels[3], labels[4]) == ("9", "7", "8")


def test_texts_of_any_length_in_any_order(tmp_path: Path) -> None:
    path = tmp_path / "r.ipcsim"
    writer = two_processes(path)
    a, _b = writer.processes
    long = "ä" * 5000
    queue = a.object("Queue", "queue:pipe:1", T + 1, created=True)
    for n in range(300):
        a.emit(Kind.PUT, T + 10 + n, queue, arg=a.text(f"{n} {long[: n * 7]}") << 3 | 4)
        if n % 3 == 0:
            writer.drain(T + 10 + n)
    writer.close(T + 5000)
    trace, _reader = read_recording(path)
    labels = [trace.event(row).label for row in trace.rows_in_time().tolist()]
    assert labels == [f"{n} {long[: n * 7]}" for n in range(300)]


def test_an_item_that_could_not_be_pickled_is_in_no_queue(tmp_path: Path) -> None:
    path = tmp_path / "r.ipcsim"
    writer = two_processes(path)
    a, b = writer.processes
    queue = a.object("Queue", "queue:pipe:1", T + 1, created=True)
    other = b.object("Queue", "queue:pipe:1", T + 1)
    for n in range(4):
        a.emit(Kind.PUT, T + 10 + n, queue, arg=a.token(n))
    for n, mark in enumerate((77, -1, 77)):
        a.emit(Kind.FEED, T + 20 + n, queue, arg=mark, thread=a.thread(1, "QueueFeederThread", T))
    b.emit(Kind.GET, T + 30, other, arg=77)
    b.emit(Kind.GET, T + 40, other, arg=77)
    writer.close(T + 50)
    trace, _reader = read_recording(path)
    world = World(trace)

    def inside(t: int) -> tuple[int, list[str]]:
        tube = world.at(T + t).tubes[0]
        return tube.depth, [token.label for token in tube.tokens]

    assert inside(15) == (4, ["0", "1", "2", "3"])
    assert inside(21) == (3, ["0", "2", "3"])
    assert inside(35) == (2, ["2", "3"])
    assert inside(45) == (1, ["3"])
    rows = trace.select(trace.begin, trace.end, kinds=[Kind.GET]).tolist()
    assert [trace.event(row).label for row in rows] == ["0", "2"]
    assert trace.series(0, "depth").last == 1


def test_a_queue_whose_putting_was_cut_off_holds_no_less_than_nothing(tmp_path: Path) -> None:
    path = tmp_path / "r.ipcsim"
    writer = two_processes(path)
    a, b = writer.processes
    queue = a.object("Queue", "queue:pipe:1", T + 1, created=True)
    other = b.object("Queue", "queue:pipe:1", T + 1)
    for n in range(3):
        b.emit(Kind.GET, T + 10 + n, other, arg=-1)
    a.emit(Kind.PUT, T + 20, queue, arg=a.token(1))
    writer.drain(T + 30)
    writer.abandon()
    trace, _reader = read_recording(path)
    _times, lows, _highs = trace.series(0, "depth").view(trace.begin, trace.end, 100)
    assert lows.min() == 0


def test_an_index_reaches_over_a_note() -> None:
    """A writer that had to wait for the supervisor says so between an INDEX and its access."""
    kinds = np.array([Kind.INDEX, Kind.NOTE, Kind.PLACE, Kind.WRITE, Kind.INDEX, Kind.NOTE])
    order = RingOrder()
    threads, args = np.zeros(6, np.uint16), np.array([4, 0, 0, 9, 7, 0])
    assert element_indices(order, kinds, threads, args) == ([3], [4])
    assert order.indices == {0: 7}
    later = np.array([Kind.NOTE, Kind.READ])
    assert element_indices(order, later, threads[:2], args[:2]) == ([1], [7])


def test_history_made_a_few_at_a_time_is_the_same(tmp_path: Path) -> None:
    """What is known grows with it, and never lags behind an event that is history."""
    path = tmp_path / "r.ipcsim"
    SCENES["lock_contention"](path)
    whole, _reader = read_recording(path)
    reader, trace = RecordingReader(path), Trace()
    size, slices = path.stat().st_size, 0
    reader.read(trace, size * 3 // 4)
    more, cuts = True, [0]
    while more:
        more = reader.settle(trace, 20)
        slices += 1
        cuts.append(trace.cut)
        assert trace.store.count_until(trace.cut) == trace.event_count
    assert slices > 3
    assert cuts == sorted(cuts)
    reader.feed(trace)
    assert trace.rows_in_time().tolist() == whole.rows_in_time().tolist()
    assert trace.cut == whole.cut == trace.end == whole.end


def test_an_output_s_descriptor_is_no_object(tmp_path: Path) -> None:
    writer = two_processes(tmp_path / "r.ipcsim")
    a, _b = writer.processes
    lock = a.object("Lock", "sem:1", T + 1, created=True)
    later = lock + 2  # its key takes a number, too
    a.emit(Kind.OUTPUT, T + 10, lock, arg=5)
    a.emit(Kind.OUTPUT, T + 20, later, arg=5)
    writer.drain(T + 40)
    assert a.object("Lock", "sem:2", T + 50, created=True) == later
    writer.drain(T + 60)
    writer.close(T + 70)
    trace, _reader = read_recording(tmp_path / "r.ipcsim")
    events = [trace.event(row) for row in trace.rows_in_time().tolist()]
    assert [(event.kind, event.object) for event in events] == [(Kind.OUTPUT, None)] * 2
