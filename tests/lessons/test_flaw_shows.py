"""Does the counting command notice when a flaw hides?"""

from __future__ import annotations

import pytest

from .catalogue import load_all
from .flaw_shows import Cell, cells, chosen
from .one_run import Outcome


def cell(variant_name: str, held: int, of: int) -> Cell:
    lesson = next(lesson for lesson in load_all() if lesson.name == "lost_update")
    variant = next(variant for variant in lesson.variants if variant.name == variant_name)
    outcomes = [Outcome(number < held, "", 0.1, "", "") for number in range(of)]
    return Cell(variant, "spawn", 4, outcomes)


@pytest.mark.parametrize(("held", "good"), [(20, True), (19, True), (18, False)])
def test_a_flaw_may_hide_once_in_twenty(held: int, good: bool) -> None:
    assert cell("broken", held, 20).good is good


@pytest.mark.parametrize(("held", "good"), [(20, True), (19, False)])
def test_what_is_right_must_be_right_every_time(held: int, good: bool) -> None:
    assert cell("fixed", held, 20).good is good


def test_counts_go_to_the_parameters_that_count() -> None:
    assert cell("broken", 1, 1).settings() == {"workers": "4"}
    pills = next(lesson for lesson in load_all() if lesson.name == "poison_pills")
    settings = [each.settings() for each in cells(pills.variants[:1], ["fork"], [2, 8])]
    assert settings == [{"producers": n, "consumers": n} for n in ("2", "8")]


def test_programs_are_chosen_by_lesson_variant_and_kind() -> None:
    def labels(wanted: list[str], only: str) -> list[str]:
        return [variant.label for variant in chosen(load_all(), wanted, only)]

    assert labels(["lost_update"], "all") == ["lost_update/broken", "lost_update/fixed"]
    assert labels(["lost_update"], "flawed") == ["lost_update/broken"]
    assert labels(["lost_update/fixed"], "all") == ["lost_update/fixed"]
