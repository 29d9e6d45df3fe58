"""Colours by role, sizes, and who has which colour."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from PySide6.QtGui import QFontInfo, QFontMetricsF
from PySide6.QtWidgets import QApplication, QStyleFactory

from ipcsim.gui.look.identity import identities, thread_letters
from ipcsim.gui.look.style import apply, style_sheet
from ipcsim.gui.look.theme import (
    NAMES,
    PRESENTING_CODE,
    PRESENTING_TEXT,
    SCALES,
    Theme,
    contrast,
    load_fonts,
)

# A fresh copy from UI.md, "Colour".
IDENTITIES = {
    "dark": "#5CC8FF #FFD84A #4F7DF0 #C9F5C0 #B57A94 #B9BEC6",
    "light": "#1D2C99 #6F67DF #77936C #B07C97 #3B3B3B #7D5778",
}
RED = {"dark": "#FF5A4D", "light": "#C62828"}


@dataclass
class Someone:
    process: int
    name: str
    role: str = "work"
    is_main: bool = False
    started: int = 0


@pytest.mark.parametrize("name", NAMES)
def test_identities_and_red_are_those_of_the_design(name: str) -> None:
    palette = Theme(name).palette
    assert " ".join(c.name().upper() for c in palette.identities) == IDENTITIES[name]
    assert palette.red.name().upper() == RED[name]


@pytest.mark.parametrize("name", NAMES)
def test_text_can_be_read_and_shapes_be_seen(name: str) -> None:
    palette = Theme(name).palette
    for ground in (palette.background, palette.bar, palette.caption, palette.surface):
        assert contrast(palette.text, ground) > 7
        assert contrast(palette.dim, ground) > 4.5
    for colour in (*palette.identities, palette.red, palette.amber):
        assert contrast(colour, palette.background) >= 3
    for role in ("keyword", "string", "number", "comment", "function", "builtin", "link"):
        assert contrast(getattr(palette, role), palette.background) > 4.5
    assert contrast(palette.on_accent, palette.accent) > 4.5


@pytest.mark.parametrize("scale", SCALES)
def test_a_sliders_handle_is_round_at_every_scale(scale: float) -> None:
    handle = next(
        line for line in style_sheet(Theme(scale=scale)).splitlines() if "Slider::handle" in line
    )
    side, radius = re.search(r"width: (\d+)px", handle), re.search(r"radius: (\d+)px", handle)
    assert side is not None
    assert radius is not None
    # A radius of more than half the side is no radius at all to Qt.
    assert 0.4 * int(side[1]) < int(radius[1]) <= int(side[1]) / 2


def test_digits_are_alike_wide_and_nothing_else_is_spread(qapp: object) -> None:
    load_fonts()
    for weight in (400, 600, 700):
        metrics = QFontMetricsF(Theme().font(16, weight))
        digits = {metrics.horizontalAdvance(digit) for digit in "0123456789"}
        assert max(digits) - min(digits) < 0.1
        for narrow in "-(),. ":
            assert metrics.horizontalAdvance(narrow) < 0.75 * max(digits), narrow


def test_sizes_scale_and_a_hall_can_read_them() -> None:
    assert Theme(scale=2).px(10) == 20
    assert Theme().px(0) == 0
    assert Theme(scale=0.8).text_px(13) == 10
    hall = Theme(presenting=True)
    assert hall.text_px(12) == PRESENTING_TEXT
    assert hall.text_px(13, mono=True) == PRESENTING_CODE
    assert Theme().with_scale(9).scale == 2.5


def test_fonts_are_the_bundled_ones(qapp: object) -> None:
    load_fonts()
    assert QFontInfo(Theme().font()).family() == "Inter"
    assert QFontInfo(Theme().font(mono=True)).family() == "JetBrains Mono"


@pytest.mark.parametrize("scale", [0.8, 1.0, 2.5])
def test_style_sheet_has_no_name_left(qapp: object, scale: float) -> None:
    sheet = style_sheet(Theme(scale=scale))
    assert not re.search(r"@\w|\dfx", sheet)


def test_up_to_six_have_a_colour_each() -> None:
    people = [Someone(0, "MainProcess", "", True), *(Someone(n, f"w-{n}") for n in range(1, 7))]
    who = identities(people)
    assert who[0].label == "M"
    assert [who[n].label for n in range(1, 7)] == list("123456")
    assert len({who[n].colour for n in range(7)}) == 7


def test_beyond_six_colour_says_the_role() -> None:
    people = [Someone(0, "MainProcess", "", True)]
    people += [Someone(n, f"producer-{n}", "produce") for n in range(1, 5)]
    people += [Someone(n + 4, f"consumer-{n}", "consume") for n in range(1, 5)]
    who = identities(people)
    assert {who[n].colour for n in range(1, 5)} == {1}
    assert {who[n].colour for n in range(5, 9)} == {2}
    assert [who[n].label for n in range(5, 9)] == list("1234")
    few = identities(people[:3], expected=8)
    assert few[1].colour == few[2].colour, "colours may not change while they start"


def test_a_process_has_the_number_of_its_own_name_where_it_is_free() -> None:
    names = ["philosopher-2", "philosopher-1", "judge", "philosopher-3"]
    who = identities([Someone(number, name) for number, name in enumerate(names, 1)])
    assert [who[number].label for number in (1, 2, 3, 4)] == ["2", "1", "3", "4"]


def test_a_server_leaves_the_workers_their_numbers() -> None:
    server = Someone(1, "SyncManager-1", "BaseManager._run_server")
    workers = [Someone(n + 1, f"worker-{n}") for n in (1, 3, 2)]
    who = identities([server, *workers], expected=3)
    assert [who[n].label for n in (1, 2, 4, 3)] == ["4", "1", "3", "2"]
    assert identities([server], expected=3)[1] == who[1], "not another one when the others come"
    assert identities([server])[1].label == "1"
    five = [server, *(Someone(n + 1, f"worker-{n}") for n in range(1, 6))]
    assert len({one.colour for one in identities(five, expected=5).values()}) == 6
    crowd = [server, *(Someone(n + 1, f"worker-{n}") for n in range(1, 7))]
    early, late = identities(crowd[:2], expected=6), identities(crowd, expected=6)
    assert early[2].colour == late[2].colour, "colours may not change while they start"


def test_no_two_threads_of_a_process_have_the_same_letters() -> None:
    assert [thread_letters(n) for n in (1, 2, 26, 27, 28, 52, 53, 702, 703)] == [
        "a", "b", "z", "aa", "ab", "az", "ba", "zz", "aaa",
    ]  # fmt: skip
    assert len({thread_letters(n) for n in range(1, 1000)}) == 999


def test_numbers_follow_the_order_of_the_starts_not_who_speaks_first() -> None:
    consumer = Someone(1, "consumer-1", "consume", started=20)
    producer = Someone(2, "producer-1", "produce", started=10)
    who = identities([consumer, producer])
    assert [who[n].label for n in (2, 1)] == ["1", "2"]


def test_another_size_makes_no_other_style(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply(qapp, Theme())
    made: list[str] = []
    monkeypatch.setattr(QStyleFactory, "create", made.append)
    apply(qapp, Theme(scale=2.0))
    assert made == []
