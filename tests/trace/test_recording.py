"""Whatever happens to a file: no traceback, and everything before the damage."""

from __future__ import annotations

import gc
import random
import tracemalloc
import zlib
from pathlib import Path

import pytest

from ipcsim.supervisor.messages import Ended, Output, State, Status
from ipcsim.supervisor.recording import BLOCK_HEADER, FILE_HEADER, NO_RING
from ipcsim.trace.recording import RecordingError, RecordingReader, read_recording
from ipcsim.trace.trace import Trace
from ipcsim.trace.world import World
from tests.trace.scenes import SCENES
from tests.trace.scenes.sharing import lost_update


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("whole") / "run.ipcsim"
    SCENES["bounded_queue"](path)
    return path.read_bytes()


def events_before(data: bytes, end: int) -> int:
    """Records of the blocks that are whole before ``end`` (introductions included)."""
    at, count = len(FILE_HEADER), 0
    while at + BLOCK_HEADER.size <= end:
        kind, length, *_rest = BLOCK_HEADER.unpack_from(data, at)
        if at + BLOCK_HEADER.size + length > end:
            break
        count += length // 32 if kind == b"EVNT" else 0
        at += BLOCK_HEADER.size + length + -length % 8
    return count


def test_whole(original: bytes, tmp_path: Path) -> None:
    path = tmp_path / "run.ipcsim"
    path.write_bytes(original)
    reader, trace = RecordingReader(path), Trace()
    messages = reader.feed(trace)
    assert not reader.damage
    assert reader.finished
    assert isinstance(messages[-1], Ended)
    assert {m.state for m in messages if isinstance(m, Status)} >= {State.RUNNING, State.ENDED}
    assert trace.ended == messages[-1]
    assert trace.sources["producers.py"].startswith("from multiprocessing")


def test_what_was_written_is_not_kept_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "run.ipcsim"
    pieces = [bytes([n]) * (1 << 20) for n in range(32)]
    with path.open("wb") as file:
        file.write(FILE_HEADER)
        for n, piece in enumerate(pieces):
            header = BLOCK_HEADER.pack(b"OUTP", len(piece), zlib.crc32(piece), 0, 1, n)
            file.write(header + piece)
    reader, trace = RecordingReader(path), Trace()
    tracemalloc.start()
    messages = reader.feed(trace, path.stat().st_size)
    kept, _most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 1 << 20
    reader.close()
    assert [output.data for output in trace.outputs] == pieces
    assert messages == list(trace.outputs)
    assert messages[30:] == trace.outputs[30:]
    assert messages[-1] == trace.outputs[-1]
    assert [output.time for output in trace.outputs] == list(range(32))


def test_what_was_written_is_no_burden_to_the_collector(tmp_path: Path) -> None:
    path = tmp_path / "run.ipcsim"
    block = BLOCK_HEADER.pack(b"OUTP", 8, zlib.crc32(b"12345678"), NO_RING, 2, 7) + b"12345678"
    path.write_bytes(FILE_HEADER + 5_000 * block)
    reader, trace = RecordingReader(path), Trace()
    gc.collect()
    before = len(gc.get_objects())
    reader.feed(trace, path.stat().st_size)
    gc.collect()
    assert len(gc.get_objects()) - before < 500
    assert len(trace.outputs) == 5_000
    last = trace.outputs[-1]
    assert (last.ring, last.stream, last.time, last.data) == (None, 2, 7, b"12345678")
    assert last == trace.outputs[4_999] == trace.outputs[::-1][0]
    trace.outputs._ring.append(1)  # another thread has begun to add the next one
    assert len(trace.outputs) == len(trace.outputs[:]) == 5_000
    with pytest.raises(IndexError):
        trace.outputs[5_000]
    reader.close()


@pytest.mark.parametrize(("stream", "time"), [(300, 0), (1, 1 << 63)])
def test_output_of_no_stream_or_time(stream: int, time: int, tmp_path: Path) -> None:
    path = tmp_path / "run.ipcsim"
    path.write_bytes(FILE_HEADER + BLOCK_HEADER.pack(b"OUTP", 0, 0, 0, stream, time))
    _trace, reader = read_recording(path)
    assert "can't be read" in reader.damage


def test_truncated_anywhere(original: bytes, tmp_path: Path) -> None:
    chance = random.Random(3)
    path = tmp_path / "cut.ipcsim"
    whole_path = tmp_path / "whole.ipcsim"
    whole_path.write_bytes(original)
    whole, _reader = read_recording(whole_path)
    rows = set(whole.rows_in_time().tolist())
    for end in [*chance.sample(range(len(FILE_HEADER), len(original)), 25), len(original) - 20]:
        path.write_bytes(original[:end])
        trace, reader = read_recording(path)
        assert "middle" in reader.damage
        kept = set(trace.rows_in_time().tolist())
        assert kept == {row for row in rows if row in kept}
        assert len(kept) <= events_before(original, end)
        assert len(kept) == sum(1 for row in rows if row * 8 + 32 <= _whole_until(original, end))
        World(trace).at(trace.end)


def _whole_until(data: bytes, end: int) -> int:
    at = len(FILE_HEADER)
    while at + BLOCK_HEADER.size <= end:
        _kind, length, *_rest = BLOCK_HEADER.unpack_from(data, at)
        if at + BLOCK_HEADER.size + length > end:
            break
        at += BLOCK_HEADER.size + length + -length % 8
    return at


def test_corrupted_anywhere(original: bytes, tmp_path: Path) -> None:
    chance = random.Random(4)
    path = tmp_path / "bad.ipcsim"
    damaged = 0
    for at in chance.sample(range(len(FILE_HEADER), len(original)), 30):
        data = bytearray(original)
        data[at] ^= chance.randint(1, 255)
        path.write_bytes(data)
        trace, reader = read_recording(path)
        damaged += bool(reader.damage)
        if trace.processes:
            World(trace).at(trace.end, 10**8)
    assert damaged > 20  # the rest hit padding, times and other numbers of headers


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no recording"),
        (b"hello", "no recording"),
        (b"\0" * 100, "no recording"),
        (b"IPCSIM-RECORD\0\x63\0" + b"\0" * 64, "version 99"),
    ],
)
def test_no_recording(content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "other.ipcsim"
    path.write_bytes(content)
    with pytest.raises(RecordingError, match=words):
        RecordingReader(path)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"none\.ipcsim can't be opened"):
        RecordingReader(tmp_path / "none.ipcsim")


def test_growing(original: bytes, tmp_path: Path) -> None:
    path = tmp_path / "growing.ipcsim"
    with path.open("wb", buffering=0) as file:
        file.write(original[:16])
        reader, trace = RecordingReader(path), Trace()
        counts = []
        for start in range(16, len(original), 4096):
            file.write(original[start : start + 4096])
            messages = reader.feed(trace, min(start + 4096, len(original)))
            assert not any(isinstance(m, Output) for m in messages)
            counts.append(trace.event_count)
    reader.feed(trace)
    assert counts == sorted(counts)
    assert counts[len(counts) // 2] > 0
    assert not reader.damage


def test_a_forked_child_goes_on_with_its_parents_numbers(tmp_path: Path) -> None:
    path = tmp_path / "forked.ipcsim"
    lost_update(path, workers=3, rounds=5, fork=True)
    trace, reader = read_recording(path)
    assert not reader.damage
    assert [info.name for info in trace.objects] == ["counter", "counter.get_lock()", "start"]
    reads = trace.select(trace.begin, trace.end, process=2, object=0)
    assert len(reads) == 10
    assert {trace.event(row).place.line for row in reads.tolist()} == {7}  # type: ignore[union-attr]
