"""Durations as people read them."""

from __future__ import annotations

import pytest

from ipcsim.trace.durations import duration


@pytest.mark.parametrize(
    ("ns", "text"),
    [
        (0, "0 ns"),
        (840, "840 ns"),
        (12_500, "12.5 µs"),
        (999_700, "1 ms"),
        (12_000_000, "12 ms"),
        (999_700_000, "1 s"),
        (3_482_000_000, "3.48 s"),
        (999_200_000_000, "999 s"),
        (1_234_000_000_000, "1 234 s"),
    ],
)
def test_a_duration_has_at_most_three_figures_and_no_power_of_ten(ns: int, text: str) -> None:
    assert duration(ns).replace("\u202f", " ") == text
