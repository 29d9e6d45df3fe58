"""The axis of time: zoom, pan, follow, marks."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from ipcsim.gui.look.theme import Theme
from ipcsim.gui.panels.time_axis import NARROWEST, TimeAxis
from ipcsim.gui.panels.timeline.layout import Box
from ipcsim.gui.panels.timeline.ruler import Ruler

S = 1_000_000_000


@pytest.fixture
def axis(qapp: object) -> TimeAxis:
    return TimeAxis(10 * S, 20 * S)


def test_begins_whole_and_live(axis: TimeAxis) -> None:
    assert (axis.t0, axis.t1, axis.cursor) == (10 * S, 20 * S, 20 * S)
    assert axis.following
    assert axis.whole


def test_a_growing_run_stays_whole_and_takes_the_cursor_along(axis: TimeAxis) -> None:
    axis.grow(10 * S, 30 * S)
    assert (axis.t0, axis.t1, axis.cursor) == (10 * S, 30 * S, 30 * S)


def test_zoomed_while_live_the_right_end_stays_the_present(axis: TimeAxis) -> None:
    axis.zoom(5)
    assert axis.following
    assert (axis.t0, axis.t1) == (18 * S, 20 * S)
    axis.grow(10 * S, 21 * S)
    assert (axis.t0, axis.t1, axis.cursor) == (19 * S, 21 * S, 21 * S)


def test_a_moved_cursor_ends_following_and_growing_leaves_it(axis: TimeAxis) -> None:
    axis.zoom(5)
    axis.set_cursor(12 * S)
    before = axis.t0, axis.t1
    axis.grow(10 * S, 40 * S)
    assert not axis.following
    assert axis.cursor == 12 * S
    assert (axis.t0, axis.t1) == before


def test_follow_goes_back_to_the_end(axis: TimeAxis, qtbot: QtBot) -> None:
    axis.show(12 * S, 13 * S)
    assert not axis.following
    with qtbot.waitSignal(axis.follow_changed):
        axis.follow()
    assert axis.cursor == 20 * S
    assert (axis.t0, axis.t1) == (19 * S, 20 * S)


@pytest.mark.parametrize("share", [0.0, 0.25, 0.9])
def test_zoom_keeps_the_moment_under_the_pointer(axis: TimeAxis, share: float) -> None:
    axis.show(12 * S, 16 * S)
    moment = axis.at(share)
    axis.zoom(2, around=moment)
    assert axis.width == 2 * S
    assert axis.share(moment) == pytest.approx(share, abs=1e-6)


def test_zoom_goes_around_the_cursor_if_it_is_visible(axis: TimeAxis) -> None:
    axis.set_cursor(11 * S)
    axis.zoom(4)
    assert axis.share(11 * S) == pytest.approx(0.1, abs=1e-6)


def test_limits(axis: TimeAxis) -> None:
    axis.set_cursor(15 * S)
    for _turn in range(300):
        axis.zoom(2)
    assert axis.width == NARROWEST
    for _turn in range(300):
        axis.zoom(0.5)
    assert axis.whole
    axis.show(11 * S, 12 * S)
    axis.pan(-100 * S)
    assert (axis.t0, axis.t1) == (10 * S, 11 * S)
    axis.pan(100 * S)
    assert (axis.t0, axis.t1) == (19 * S, 20 * S)


def test_the_cursor_is_revealed_and_stays_within_the_run(axis: TimeAxis) -> None:
    axis.show(11 * S, 12 * S)
    axis.set_cursor(18 * S)
    assert axis.t0 < 18 * S < axis.t1
    assert axis.width == S
    axis.set_cursor(99 * S)
    assert axis.cursor == 20 * S


def test_marks_make_a_selection_and_a_third_begins_anew(axis: TimeAxis, qtbot: QtBot) -> None:
    axis.set_cursor(15 * S)
    axis.mark()
    assert axis.selection is None
    with qtbot.waitSignal(axis.marks_changed):
        axis.mark(12 * S)
    assert axis.selection == (12 * S, 15 * S)
    axis.mark(13 * S)
    assert axis.marks == (13 * S,)
    axis.set_marks()
    assert not axis.marks


def test_an_empty_run_has_a_width(qapp: object) -> None:
    axis = TimeAxis()
    assert axis.width == NARROWEST
    axis.zoom(2)
    axis.zoom(0.1)
    axis.pan(5)
    assert axis.t1 > axis.t0


def test_reset_tells_what_has_changed(axis: TimeAxis, qtbot: QtBot) -> None:
    axis.set_marks(11 * S, 12 * S)
    axis.set_cursor(11 * S)
    with qtbot.waitSignals([axis.marks_changed, axis.follow_changed, axis.view_changed]):
        axis.reset(0, S)
    assert (axis.t0, axis.t1, axis.cursor, axis.following) == (0, S, S, True)


def test_before_anything_has_run_no_times_are_marked(qapp: object) -> None:
    axis = TimeAxis(0, 0)
    ruler = Ruler(Theme(), axis)
    ruler.place(Box(0, 0, 600, 20))
    assert not ruler.marks
    axis.reset(10 * S, 20 * S)
    assert len(ruler.marks) >= 3
    assert 0 in ruler.marks


def test_a_moment_is_told_finer_only_where_it_is_looked_at_closely(
    axis: TimeAxis, qtbot: QtBot
) -> None:
    def text() -> str:
        return axis.text(10 * S + 302_215_401).replace("\N{NO-BREAK SPACE}", " ")

    assert text() == "0.302 s"
    axis.show(10 * S, 10 * S + S // 1000)
    assert text() == "0.30222 s"
    with qtbot.waitSignal(axis.cursor_changed):
        axis.flow(20 * S + 160_000_000)
    assert text() == "0.3 s"
    assert axis.text(axis.cursor).replace("\N{NO-BREAK SPACE}", " ") == "10.2 s", "as on stage"
