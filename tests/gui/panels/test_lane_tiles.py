"""Kept tiles show what the lane itself shows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ipcsim.gui.panels.lanes.tiles import KEPT, LaneTiles
from ipcsim.trace.recording import RecordingReader
from ipcsim.trace.trace import Trace
from tests.trace.scenes import SCENES

Recorded = Callable[[str], Trace]
PIXELS = 700


@pytest.mark.parametrize("scene", ["bounded_queue", "lock_contention", "orphaned_lock"])
def test_tiles_agree_with_the_lane(recorded: Recorded, scene: str) -> None:
    trace = recorded(scene)
    extent = trace.end - trace.begin
    for process in range(len(trace.processes)):
        tiles = LaneTiles(trace, process)
        for low, high in ((0, 1), (0.2, 0.7), (0.21, 0.71), (0.5, 0.51), (0, 1)):
            t0, t1 = trace.begin + int(low * extent), trace.begin + int(high * extent)
            states, holding = tiles.view(t0, t1, PIXELS)
            own, held = trace.lane(process).view(t0, t1, PIXELS)
            assert states.shape == holding.shape == (PIXELS,)
            # A column of a tile is at most a pixel wide and at most a pixel away from it.
            near = [own, np.roll(own, 1), np.roll(own, -1)]
            apart = (states != near[0]) & (states != near[1]) & (states != near[2])
            assert apart.mean() < 0.03
            grips = [held, np.roll(held, 1), np.roll(held, -1)]
            assert np.logical_and.reduce([holding != g for g in grips]).mean() < 0.03


def test_what_is_kept_is_bounded(recorded: Recorded) -> None:
    trace = recorded("bounded_queue")
    tiles = LaneTiles(trace, 1)
    extent = trace.end - trace.begin
    for step in range(60):
        t0 = trace.begin + extent * step // 100
        tiles.view(t0, t0 + extent // (step + 2), PIXELS)
    assert 0 < len(tiles._tiles) <= KEPT


def test_a_growing_run_is_shown_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "grows.ipcsim"
    SCENES["bounded_queue"](path)
    size = path.stat().st_size
    reader, trace = RecordingReader(path), Trace()
    for share in range(1, 21):
        reader.feed(trace, size * share // 20)
        for process in range(len(trace.processes)):
            tiles = trace.remembered(("test", process), lambda p=process: LaneTiles(trace, p))
            states, _holding = tiles.view(trace.begin, trace.end + 1, PIXELS)
            own, _held = trace.lane(process).view(trace.begin, trace.end + 1, PIXELS)
            near = (states == own) | (states == np.roll(own, 1)) | (states == np.roll(own, -1))
            assert near.mean() > 0.97
    reader.close()
