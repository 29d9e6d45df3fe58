"""What needs no widget: texts of times, sizes, lanes' pixels, curves."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from ipcsim.events import ObjectKind
from ipcsim.gui.look.theme import Theme
from ipcsim.gui.panels.lanes.image import bar, lane_rows, stripe
from ipcsim.gui.panels.lanes.order import longest_run
from ipcsim.gui.panels.time_text import moment, step_for
from ipcsim.gui.panels.timeline.layout import FULL_LANES, lay_out
from ipcsim.gui.panels.timeline.steps import columns
from ipcsim.gui.panels.timeline.watched import Traffic, Watched, difference, lines, plottable
from ipcsim.trace.kinds import ASLEEP, HELD, MOVING, NONE, WAITING
from ipcsim.trace.moment import ObjectInfo

COLOUR, NEUTRAL, GROUND = 0xFF0000FF, 0xFF888888, 0xFF000000


@pytest.mark.parametrize(
    ("ns", "resolution", "text"),
    [
        (302_215_401, 1_000_000, "0.302 s"),
        (302_215_401, 1_000, "0.302215 s"),
        (302_215_401, 100_000_000, "0.3 s"),
        (3_500_000_000, 500_000_000, "3.5 s"),
        (40_000_000, 20_000_000, "0.04 s"),
        (12_500_000_000_000, 2_000_000_000, "12 500 s"),
        (7, 1, "0.000000007 s"),
    ],
)
def test_moments_are_told_in_seconds(ns: int, resolution: int, text: str) -> None:
    assert moment(ns, resolution).replace("\u00a0", " ").replace("\u202f", " ") == text


@pytest.mark.parametrize("width", [200, 12_345, 10**6, 3 * 10**9, 10**12])
def test_marks_are_round_and_not_too_many(width: int) -> None:
    step = step_for(width, 8)
    assert int(str(step).rstrip("0")) in (1, 2, 5)
    assert width / step <= 8


@pytest.mark.parametrize("processes", [1, 2, 5, 12, 13, 24, 64, 200])
@pytest.mark.parametrize("size", [(792, 266), (1200, 448), (400, 150), (1200, 900)])
@pytest.mark.parametrize("scale", [0.8, 1.0, 1.5, 2.5])
def test_zones_never_overlap_and_stay_inside(
    processes: int, size: tuple[int, int], scale: float
) -> None:
    layout = lay_out(*size, processes + 1, 5, Theme(scale=scale))
    zones = [layout.lanes, *([layout.chips] if layout.chips else []), *layout.plots]
    zones += [layout.axis, layout.minimap]
    for upper, lower in pairwise(zones):
        assert upper.bottom <= lower.y
    assert layout.minimap.bottom <= size[1]
    assert all(zone.height > 0 and zone.right <= size[0] for zone in zones)
    assert layout.lane >= Theme(scale=scale).px(2)


def test_lanes_as_ui_md_says() -> None:
    theme = Theme()
    assert lay_out(792, 266, 5, 3, theme).lane == 24
    assert len(lay_out(792, 266, 5, 3, theme).plots) == 1
    assert len(lay_out(1000, 480, 5, 3, theme).plots) == 3
    assert lay_out(792, 266, 7, 3, theme).content > lay_out(792, 266, 7, 3, theme).lanes.height
    assert lay_out(792, 266, FULL_LANES + 1, 3, theme).lane < 24
    assert 2 <= lay_out(792, 266, 65, 3, theme).lane <= 5
    assert 2 <= lay_out(1200, 480, 201, 3, theme).lane <= 5


def test_without_a_series_there_is_no_plot() -> None:
    assert lay_out(792, 266, 2, 0, Theme()).plots == ()


def rows_of(states: list[int], held: list[int], height: int = 24) -> np.ndarray:
    return lane_rows(
        np.array(states, np.uint8), np.array(held, np.int32), height, COLOUR, NEUTRAL, GROUND
    )


def test_form_says_state() -> None:
    rows = rows_of([MOVING, WAITING, NONE, MOVING], [-1] * 4)
    full, thin, none = ((rows[:, column] == COLOUR).sum() for column in range(3))
    assert full == bar(24)[1] > 10
    assert 2 <= thin <= full // 3
    assert none == 0


def test_asleep_is_dotted_and_held_is_hollow() -> None:
    asleep = rows_of([ASLEEP] * 16, [-1] * 16)
    lit = (asleep == COLOUR).any(axis=0)
    assert lit.any()
    assert not lit.all()
    hollow = rows_of([MOVING] + [HELD] * 8 + [MOVING], [-1] * 10)
    middle = bar(24)[0] + bar(24)[1] // 2
    assert hollow[middle, 4] == GROUND
    assert hollow[bar(24)[0], 4] == COLOUR


def test_a_stripe_under_the_bar_says_what_is_held() -> None:
    rows = rows_of([MOVING] * 24, [0] * 12 + [-1] * 12)
    top, thick = stripe(24)
    assert (rows[top : top + thick, :12] == NEUTRAL).all()
    assert (rows[:, 12:] != NEUTRAL).all()
    other = rows_of([MOVING] * 24, [1] * 24)
    assert (other[top, :12] != rows[top, :12]).any()


@pytest.mark.parametrize("height", [2, 3, 4, 5, 8, 11])
def test_waiting_differs_from_moving_in_every_height(height: int) -> None:
    rows = rows_of([MOVING, WAITING], [-1, -1], height)
    assert (rows[:, 0] != rows[:, 1]).any()
    assert (rows[:, 1] != GROUND).any()


def test_longest_run() -> None:
    states = np.array([MOVING, WAITING, WAITING, MOVING, WAITING, WAITING, WAITING], np.uint8)
    assert longest_run(states) == 3
    assert longest_run(states[:1]) == 0


class Fixed:
    """A series of three steps."""

    bound = None

    def view(self, t0: int, t1: int, pixels: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        values = np.array([1.0, 3.0, 2.0])
        return np.array([0, 100, 200]), values, values


def test_a_step_curve_is_read_at_any_column() -> None:
    data = columns(Fixed(), 0, 400, 300, 400)  # type: ignore[arg-type]
    assert [data.at(x) for x in (0, 99, 100, 250)] == [1.0, 1.0, 3.0, 2.0]
    assert data.right[-1] == 300
    assert np.isnan(data.at(350))
    assert data.range() == (1.0, 3.0)


def test_a_note_below_the_lanes_has_a_row_of_its_own() -> None:
    theme = Theme()
    tight = lay_out(1090, 480, 9, 2, theme)
    assert tight.plots[0].y - tight.lanes.bottom < theme.text_px(12)
    wide = lay_out(1090, 480, 9, 2, theme, row=True)
    assert wide.plots[0].y - wide.lanes.bottom > theme.text_px(12)


def test_what_has_nothing_to_show_and_barriers_come_last() -> None:
    kinds = {
        "start": ObjectKind.BARRIER,
        "lock": ObjectKind.LOCK,
        "stop": ObjectKind.EVENT,
        "link": ObjectKind.PIPE_END,
        "votes": ObjectKind.SHAREABLE_LIST,
        "hits": ObjectKind.PROXY,
        "seats": ObjectKind.PROXY,
        "bare": ObjectKind.VALUE,
    }
    objects = [
        ObjectInfo(number, kind, name, 0, None) for number, (name, kind) in enumerate(kinds.items())
    ]
    seen = [(90, 80), (80, 40), (5, 0), (9, 0), (70, 70), (60, 60), (60, 60), (1, 0)]
    traffic = [Traffic(*pair) for pair in seen]
    traffic[5] = Traffic(60, 60, "hits['page']")
    found, moving = plottable(objects, traffic.__getitem__)
    assert [one.name for one in found[:moving]] == ["votes", "hits['page']", "lock", "start"]
    assert [one.name for one in found[moving:]] == ["stop", "link"]
    assert found[0].summed
    assert not found[1].summed
    hanging, _moving = plottable(objects, traffic.__getitem__, {0})
    assert hanging[0].name == "start"


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.5])
@pytest.mark.parametrize("lanes", [1, 3, 4, 9, 20])
@pytest.mark.parametrize("height", [*range(80, 330, 7), 206])
def test_no_lane_is_cut(height: int, lanes: int, scale: float) -> None:
    layout = lay_out(792, height, lanes, 3, Theme(scale=scale))
    assert layout.lanes.height % layout.lane == 0
    assert layout.lanes.height <= layout.content


def test_lanes_are_rather_lower_than_out_of_sight() -> None:
    theme = Theme(scale=1.5)
    layout = lay_out(1280, 160, 3, 0, theme)
    assert layout.lanes.height == layout.content
    assert theme.px(18) <= layout.lane < theme.px(24)


def test_a_sum_that_is_too_great_has_lost_nothing() -> None:
    row, balance = Watched(0, "row", "value", True), Watched(1, "balance", "value")
    assert difference(row, 28) == "lost 28"
    assert difference(row, -12) == "12 too many"
    assert difference(balance, -21_215) == "lost 21\N{NARROW NO-BREAK SPACE}215"


def test_a_sum_of_which_nothing_can_be_lost_is_a_sum() -> None:
    numbers, nothing = Watched(0, "numbers", "value", summed=True), float("nan")
    assert lines(numbers, 40, nothing, None) == ["sum 40"]
    assert lines(numbers, 40, 41, None) == ["expected sum 41", "actual sum 40"]
