"""What a plot shows of a value that isn't known."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ipcsim.gui.panels.timeline.steps import columns
from ipcsim.gui.panels.timeline.watched import traffic_of
from tests.analysis.running import run_text

WRITES = """
    import multiprocessing as mp

    if __name__ == "__main__":
        some, sliced = mp.Array("i", 2), mp.Array("i", 2)
        some[0] = 1
        some[:] = [5, 6]
        some[0] = 7
        some[1] = 8
        sliced[:] = [1, 2]
"""


def test_after_a_slice_the_sum_is_known_when_all_elements_are(tmp_path: Path) -> None:
    trace = run_text(WRITES, tmp_path)
    objects = {info.name: info.object for info in trace.objects}
    series = trace.series(objects["some"], "value")
    _times, low, _high = series.view(trace.begin, trace.end, 1000)
    assert np.array_equal(low, [0, 1, np.nan, np.nan, np.nan, 15], equal_nan=True)
    shown = columns(series, trace.begin, trace.end, trace.end, 1000)
    assert shown.low.tolist() == [0, 1, 15]
    # Where nothing is known nothing is drawn.
    assert shown.right[1] < shown.left[2]


def test_of_slices_alone_there_is_nothing_to_plot(tmp_path: Path) -> None:
    trace = run_text(WRITES, tmp_path)
    objects = {info.name: info.object for info in trace.objects}
    assert traffic_of(trace, objects["some"]).moves == 3
    assert traffic_of(trace, objects["sliced"]).moves == 0
