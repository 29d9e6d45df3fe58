"""Columns on their way into a file hold what they are given."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import IO, Any

import numpy as np
import pytest

from ipcsim.trace import columns
from ipcsim.trace.columns import Column, Room


@pytest.mark.parametrize("portion", [1, 7, 100, 5000])
def test_a_column_that_moves_into_a_file_keeps_its_elements(tmp_path: Path, portion: int) -> None:
    column = Column(np.int64, Room(1000, str(tmp_path)))
    for first in range(0, 4000, portion):
        column.extend(np.arange(first, first + portion))
        assert column.view.tolist() == list(range(first + portion))
    assert isinstance(column.view.base, np.ndarray)
    assert not column.view.base.flags.owndata


def test_what_is_replaced_on_the_way_is_replaced_in_the_file(tmp_path: Path) -> None:
    column = Column(np.int64, Room(1000, str(tmp_path)))
    column.extend(np.arange(400))
    column.extend(np.arange(400, 800))
    column.replace_from(10, -np.arange(10, 1500))
    assert column.view.tolist() == [*range(10), *range(-10, -1500, -1)]


@pytest.mark.skipif(os.name != "posix", reason="no limit to a file's length; issue 2")
@pytest.mark.parametrize("room_for", [0, 300, 700, 1100, 2000])
def test_without_room_on_the_disk_it_stays_in_memory(
    monkeypatch: pytest.MonkeyPatch, room_for: int
) -> None:
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    def mapped(file: IO[bytes], capacity: int, dtype: Any) -> Any:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        try:
            return make(file, capacity, dtype)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (8 * room_for, hard))

    make = columns._mapped
    monkeypatch.setattr(columns, "_mapped", mapped)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8 * room_for, hard))
    try:
        column = Column(np.int64, Room(1000))
        for first in range(0, 4000, 100):
            column.extend(np.arange(first, first + 100))
            assert column.view.tolist() == list(range(first + 100))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, ignored)
    assert not column._in_file


def test_when_it_moves_nearly_all_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copied: list[int] = []
    copy = Column._copy

    def noted(self: Column, most: int) -> None:
        before = self._copied
        copy(self, most)
        copied.append(self._copied - before)

    monkeypatch.setattr(Column, "_copy", noted)
    column = Column(np.int64, Room(64_000, str(tmp_path)))
    for first in range(0, 128_000, 100):
        column.extend(np.arange(first, first + 100))
    assert max(copied) <= 400
    assert len(column) == 128_000
