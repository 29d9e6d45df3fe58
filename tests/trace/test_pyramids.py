"""Views through pyramids against the plain answer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ipcsim.events import Kind
from ipcsim.trace.pyramids import Steps
from ipcsim.trace.recording import read_recording
from ipcsim.trace.trace import Trace
from tests.trace.primitives import Value
from tests.trace.scenes import SCENES
from tests.trace.simulated import US, Actor, Simulation, join, start
from tests.trace.simulated import Steps as Moves


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 50), st.integers(-100, 100)), min_size=1, max_size=3000),
    st.integers(1, 40),
    st.lists(st.integers(1, 700), max_size=10),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_extremes_of_each_pixel(
    changes: list[tuple[int, int]], pixels: int, portions: list[int], a: float, b: float
) -> None:
    times = np.cumsum([gap for gap, _value in changes])
    values = np.array([value for _gap, value in changes], float)
    steps = Steps()
    at = 0
    for portion in [*portions, len(times)]:
        steps.extend(times[at : at + portion], values[at : at + portion])
        at += portion
    t0 = int(times[-1] * min(a, b))
    t1 = max(int(times[-1] * max(a, b)), t0 + pixels)
    seen, lows, highs = steps.view(t0, t1, pixels)
    first = max(int(np.searchsorted(times, t0, "right")) - 1, 0)
    inside = values[first : np.searchsorted(times, t1, "right")]
    if not len(inside):
        assert not len(seen)
        return
    assert lows.min() == inside.min()
    assert highs.max() == inside.max()
    assert (lows <= highs).all()
    assert (np.diff(seen) >= 0).all()
    assert len(seen) <= 2 * pixels + 1
    for time, low, high in zip(seen.tolist(), lows.tolist(), highs.tolist(), strict=True):
        holds = values[max(int(np.searchsorted(times, time, "right")) - 1, 0)]
        assert low <= holds <= high or len(inside) > 2 * pixels


def test_a_view_of_a_million_changes_is_as_cheap_as_one_of_a_thousand() -> None:
    steps = Steps()
    steps.extend(np.arange(1_000_000), np.sin(np.arange(1_000_000) / 1000))
    times, _lows, _highs = steps.view(0, 1_000_000, 800)
    assert len(times) == 800
    level = steps._lows[1].view
    assert len(level) < 4000


def test_series_of_a_queue_and_its_bound(tmp_path: Path) -> None:
    trace = _recorded("bounded_queue", tmp_path)
    depth = trace.series(0, "depth")
    _times, lows, highs = depth.view(trace.begin, trace.end, 2000)
    assert (lows.min(), highs.max(), depth.bound) == (0, 4, 4)
    assert depth.last == 0
    waiting = trace.series(0, "waiting")
    assert waiting.view(trace.begin, trace.end, 2000)[2].max() == 3
    assert waiting.last == 0
    _times, rates, _same = trace.series(0, "rate").view(trace.begin, trace.end, 10)
    assert abs(rates.mean() * (trace.end - trace.begin) / 1e9 - 122) < 1


def test_value_against_what_it_would_be(tmp_path: Path) -> None:
    trace = _recorded("lost_update", tmp_path)
    assert trace.series(0, "expected").last == 800
    assert trace.series(0, "value").last < 800
    repaired = _recorded("lost_update_repaired", tmp_path)
    assert repaired.series(0, "expected").last == repaired.series(0, "value").last == 400


def test_series_grow_with_the_run(tmp_path: Path) -> None:
    from ipcsim.trace.recording import RecordingReader

    whole = _recorded("bounded_queue", tmp_path)
    path = tmp_path / "bounded_queue.ipcsim"
    reader, trace = RecordingReader(path), Trace()
    for end in range(0, path.stat().st_size, 2000):
        reader.feed(trace, end)
        if trace.objects:
            for what in ("depth", "waiting"):
                trace.series(0, what).view(trace.begin, trace.end, 100)
    reader.feed(trace)
    for what in ("depth", "waiting"):
        one, other = (t.series(0, what).view(whole.begin, whole.end, 5000) for t in (whole, trace))
        assert one[1].tolist()[-200:] == other[1].tolist()[-200:]


def _recorded(name: str, folder: Path) -> Trace:
    path = folder / f"{name}.ipcsim"
    SCENES[name](path)
    return read_recording(path)[0]


def test_where_nothing_changes_a_view_shows_what_holds() -> None:
    steps = Steps()
    first, second = np.arange(50_008), np.arange(900_000, 950_000)
    steps.extend(first, first % 2.0)
    steps.extend(second, 8 + second % 2.0)
    seen, lows, highs = steps.view(0, 950_000, 100)
    quiet = (seen > 70_000) & (seen < 880_000)
    assert quiet.sum() > 50
    assert set(lows[quiet]) == set(highs[quiet]) == {50_007 % 2.0}


SLOW = """\
from multiprocessing import Process, Value


def main():
    counter = Value("i", 0)
    print(counter.value)
    counter.value = 7
"""


def test_a_read_that_was_under_way_while_somebody_wrote_tells_no_beginning(tmp_path: Path) -> None:
    path = tmp_path / "run.ipcsim"
    simulation = Simulation(path, "slow.py", SLOW)
    reading, writing = "print(counter.value)", "counter.value = 7"

    def main(me: Actor) -> Moves:
        counter = Value(me, 'Value("i", 0)', "arena:66:7001:0")

        def look(reader: Actor) -> Moves:
            # As a manager's client: the answer is on its way for long.
            began = simulation.now
            yield 2_000 * US
            counter.emit(reader, Kind.READ, reading, reader.process.writer.token(7), began)

        def change(writer: Actor) -> Moves:
            yield 100 * US
            yield from counter.write(writer, 7, writing)
            yield 4_000 * US

        team = []
        for name, target in (("reader", look), ("writer", change)):
            team.append((yield from start(me, name, name, target, reading)))
        for child in team:
            yield from join(me, child, reading)

    simulation.begin("MainProcess", "", main)
    simulation.run()
    simulation.finish()
    trace, _reader = read_recording(path)
    times, values, _same = trace.series(0, "value").view(trace.begin, trace.end, 500)
    wrote = trace.store.time(int(trace.store.of(0, Kind.WRITE)[0]))
    assert (values[times < wrote] == 0).all()
    assert values[-1] == 7
