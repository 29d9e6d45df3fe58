"""Blocks with right checksums that say what no probe and no supervisor of this version says."""

from __future__ import annotations

import io
import json
import random
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ipcsim.analysis import findings
from ipcsim.events import RECORD_SIZE
from ipcsim.export.events import write_csv
from ipcsim.export.interleaving import interleaving
from ipcsim.export.perfetto import write_perfetto
from ipcsim.export.without_values import leave_out_values
from ipcsim.run.report import report
from ipcsim.supervisor.recording import BLOCK_HEADER, FILE_HEADER
from ipcsim.trace.recording import read_recording
from ipcsim.trace.store import Batch, Store
from ipcsim.trace.world import World
from tests.trace.scenes import SCENES

FIELDS = ((0, 8), (8, 8), (16, 4), (20, 4), (24, 1), (25, 1), (26, 2))
"""Of a record: offset and size."""


@pytest.fixture(scope="module", params=["bounded_queue", "lost_update"])
def original(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("whole") / "run.ipcsim"
    SCENES[request.param](path)
    return path.read_bytes()


def rewritten(original: bytes, change: Callable[[bytes, bytearray], None]) -> bytes:
    """A recording whose payloads are changed, and their checksums."""
    at, found = len(FILE_HEADER), bytearray(FILE_HEADER)
    while at < len(original):
        kind, length, _crc, *rest = BLOCK_HEADER.unpack_from(original, at)
        start = at + BLOCK_HEADER.size
        payload = bytearray(original[start : start + length])
        change(kind, payload)
        found += BLOCK_HEADER.pack(kind, len(payload), zlib.crc32(payload), *rest)
        found += payload + bytes(-len(payload) % 8)
        at = start + length + -length % 8
    return bytes(found)


def with_fact(kind: bytes, name: str, value: Any) -> Callable[[bytes, bytearray], None]:
    """Say something else in the blocks of a kind."""

    def change(of: bytes, payload: bytearray) -> None:
        if of == kind:
            payload[:] = json.dumps({**json.loads(payload), name: value}).encode()

    return change


def records(payload: bytearray) -> Iterator[int]:
    """Where the records of a block begin."""
    return iter(range(0, len(payload), RECORD_SIZE))


def test_records_of_no_known_kind_are_lost_and_counted(original: bytes, tmp_path: Path) -> None:
    path = tmp_path / "later.ipcsim"
    path.write_bytes(original)
    whole, _reader = read_recording(path)
    last = whole.rows_in_time().tolist()[-3:]
    data = bytearray(original)
    for row in last:
        data[row * 8 + 24] = 255
    path.write_bytes(rewritten(bytes(data), lambda _kind, _payload: None))
    trace, reader = read_recording(path)
    assert not reader.damage
    assert trace.lost == 3
    assert len(trace.rows_in_time()) == len(whole.rows_in_time()) - 3
    assert write_csv(trace, io.StringIO()) == len(trace.rows_in_time())
    reader.close()


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        (b"HEAD", "clock", "noon"),
        (b"HEAD", "lesson", 7),
        (b"HEAD", "parameters", []),
        (b"STAT", "since", None),
        (b"STAT", "exit_code", "0"),
        (b"TAIL", "duration_s", {}),
        (b"TAIL", "lost", None),
    ],
)
def test_a_fact_of_another_type_is_damage(
    original: bytes, kind: bytes, name: str, value: Any, tmp_path: Path
) -> None:
    path = tmp_path / "other.ipcsim"
    path.write_bytes(rewritten(original, with_fact(kind, name, value)))
    _trace, reader = read_recording(path)
    assert "can't be read" in reader.damage
    reader.close()


@pytest.mark.parametrize("seed", range(30))
def test_whatever_is_in_the_records_can_be_looked_at(
    original: bytes, seed: int, tmp_path: Path
) -> None:
    chance = random.Random(seed)

    def scribble(kind: bytes, payload: bytearray) -> None:
        starts = list(records(payload)) if kind == b"EVNT" else []
        for at in chance.sample(starts, min(len(starts), chance.choice((0, 1, 3, 20)))):
            offset, size = chance.choice(FIELDS)
            most = 256**size - 1
            value = chance.choice((0, 1, most, most // 2 + 1, chance.randint(0, most)))
            payload[at + offset : at + offset + size] = value.to_bytes(size, "little")

    path = tmp_path / "scribbled.ipcsim"
    path.write_bytes(rewritten(original, scribble))
    trace, reader = read_recording(path)
    json.dumps(report(trace, findings(trace), trace.ended))
    for part in range(5):
        World(trace).at(trace.begin + (trace.end - trace.begin) * part // 4, 10**8)
    assert write_csv(trace, io.StringIO()) == len(trace.rows_in_time())
    write_perfetto(trace, io.StringIO())
    interleaving(trace, trace.begin, trace.end, 5000)
    leave_out_values(path, tmp_path / "left.ipcsim")
    reader.close()


def test_events_of_a_thread_keep_their_order_when_some_had_to_wait_for_their_object() -> None:
    def batch(where: int) -> Batch:
        one = np.ones(1, np.int32)
        return Batch(np.array([10]), np.array([where], np.uint32), one, one, one.astype(np.uint8))

    store = Store()
    store.add(batch(8))
    store.add(batch(4), mixed=True)
    store.settle(None)
    assert store.where.view.tolist() == [4, 8]
