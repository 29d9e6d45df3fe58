"""The player: the same events forwards and backwards, without a clock of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ipcsim.gui.panels.player.playback import Manner, Player
from ipcsim.gui.panels.time_axis import TimeAxis
from ipcsim.trace.trace import Trace

Recorded = Callable[[str], Trace]
FRAME = 1 / 60


@pytest.fixture
def player(qapp: object, recorded: Recorded) -> tuple[Player, TimeAxis, Trace]:
    trace = recorded("bounded_queue")
    axis = TimeAxis(trace.begin, trace.end)
    made = Player(axis)
    made.set_trace(trace)
    return made, axis, trace


Made = tuple[Player, TimeAxis, Trace]


@pytest.mark.parametrize("process", [None, 2])
def test_steps_backwards_visit_what_steps_forwards_visited(
    player: Made, process: int | None
) -> None:
    made, axis, trace = player
    made.home()
    forwards = []
    while (row := made.next_event(process)) is not None:
        forwards.append(row)
        assert axis.cursor == trace.event(row).time
    assert len(forwards) == len(set(forwards)) > 50
    if process is not None:
        assert {trace.event(row).process for row in forwards} == {process}
    backwards = [forwards[-1]]
    while (row := made.previous_event(process)) is not None:
        backwards.append(row)
    assert backwards == forwards[::-1]


def visited(made: Player, axis: TimeAxis, times: set[int]) -> list[int]:
    """Play to the end, in frames; the event times that were passed, in order."""
    found, before = [], axis.cursor
    for _frame in range(100_000):
        if not made.playing:
            break
        made.tick(FRAME)
        low, high = sorted((before, axis.cursor))
        step = sorted(t for t in times if low <= t <= high and t not in found)
        found += step if made.direction > 0 else step[::-1]
        before = axis.cursor
    return found


def test_playing_by_beat_passes_every_event_both_ways(player: Made) -> None:
    made, axis, trace = player
    made.set_beat(0.05)
    first = made.step_at(axis.begin - 1, 1)
    assert first is not None
    times = set()
    ordinal: int | None = first
    while ordinal is not None:
        times.add(trace.store.time(ordinal))
        ordinal = made.step_at(trace.store.time(ordinal), 1)
    made.home()
    made.play()
    there = visited(made, axis, times)
    assert not made.playing
    made.play(-1)
    back = visited(made, axis, times)
    assert there == sorted(times)
    assert back == there[::-1]


def test_a_beat_takes_the_same_time_however_far_events_are_apart(player: Made) -> None:
    made, axis, trace = player
    made.set_beat(0.5)
    made.home()
    first = made.step_at(axis.begin, 1)
    assert first is not None
    made.play()
    for _frame in range(30):
        made.tick(FRAME)
    assert axis.cursor == pytest.approx(trace.store.time(first), abs=2)
    second = made.step_at(trace.store.time(first), 1)
    assert second is not None
    for _frame in range(15):
        made.tick(FRAME)
    # Half a beat later the cursor is half-way: what flies is seen flying.
    low, high = trace.store.time(first), trace.store.time(second)
    assert low < axis.cursor < high


def test_in_proportion_time_goes_by_evenly(player: Made) -> None:
    made, axis, _trace = player
    made.set_manner(Manner.PROPORTION)
    made.set_speed(0.01)
    made.home()
    made.play()
    made.tick(0.5)
    assert axis.cursor - axis.begin == pytest.approx(5_000_000, abs=2)
    made.play(-1)
    made.tick(0.25)
    assert axis.cursor - axis.begin == pytest.approx(2_500_000, abs=2)


def test_a_cursor_moved_by_hand_is_where_playing_goes_on(player: Made) -> None:
    made, axis, trace = player
    made.set_beat(0.1)
    made.home()
    made.play()
    made.tick(0.25)
    axis.set_cursor(axis.begin + 100_000_000)
    made.tick(0.1)
    expected = made.step_at(axis.begin + 100_000_000, 1)
    assert expected is not None
    assert axis.cursor == trace.store.time(expected)
    assert made.playing
    axis.follow()
    assert not made.playing


def test_playing_at_the_end_begins_with_the_beginning(player: Made) -> None:
    made, axis, _trace = player
    made.end()
    assert not made.detail
    made.play()
    assert axis.cursor == axis.begin
    assert made.detail


def test_nothing_to_play(qapp: object) -> None:
    made = Player(TimeAxis())
    made.play()
    made.set_trace(Trace())
    made.play()
    assert not made.playing
    assert made.next_event() is None
    assert made.previous_event() is None
