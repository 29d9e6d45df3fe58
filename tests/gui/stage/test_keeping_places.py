"""Who has a place keeps it: while others start, when messages show more, after a person's drag."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ipcsim.events import ObjectKind as K
from ipcsim.gui.stage.arranging.layout import arrange
from ipcsim.gui.stage.arranging.plan import Plan
from ipcsim.gui.stage.arranging.planner import SETTLED, Planner, Setting
from ipcsim.gui.stage.usage import Link, Way
from tests.gui.stage import scenes
from tests.gui.stage.scenes.builder import Stage
from tests.gui.stage.test_layout import WORKING, structure_of


@pytest.mark.parametrize("workers", [2, 4, 6, 16, 60])
def test_processes_keep_their_places_while_the_others_start(workers: int) -> None:
    whole = structure_of(scenes.tiles(workers))
    final = arrange(whole, 792, 288, WORKING, expected=workers)
    assert final == arrange(whole, 792, 288, WORKING)
    for present in range(0, workers, max(workers // 5, 1)):
        some = replace(whole, members=whole.members[: present + 1])
        early = arrange(some, 792, 288, WORKING, expected=workers)
        assert early.nodes == final.nodes
        assert early.cards == {p: final.cards[p] for p in range(present + 1)}


def test_the_first_message_of_slow_starters_says_who_stands_where() -> None:
    s = Stage()
    s.main()
    status = s.object(K.QUEUE, "status")
    for n in (1, 2, 3):
        s.process(f"worker-{n}", role="work")
    bare = replace(structure_of(s.done()), links=frozenset())
    planner, setting = Planner(), Setting(792, 288, WORKING, 3)
    nobody = replace(bare, members=tuple(replace(m, role="") for m in bare.members))
    planner.plan(nobody, setting, scenes.NOW)
    early = planner.plan(bare, setting, scenes.NOW + SETTLED + 1)
    assert early.columns[0] == 0
    one = frozenset({Link(1, status, Way.INTO), Link(0, status, Way.OUT_OF)})
    now = scenes.NOW + 4 * SETTLED
    first = planner.plan(replace(bare, links=one), setting, now)
    assert [first.columns[number] for number in range(4)] == [1, 0, 0, 0]
    # After that nothing moves any more.
    more = one | {Link(2, status, Way.OUT_OF)}
    later = planner.plan(replace(bare, links=more), setting, now + 1)
    assert later.cards == first.cards


def test_once_settled_a_new_use_moves_nothing() -> None:
    made = scenes.pipeline()
    bare = replace(structure_of(made), links=frozenset())
    planner, setting = Planner(), Setting(792, 288, WORKING)
    first = planner.plan(bare, setting, scenes.NOW)
    linked = replace(bare, links=frozenset({Link(4, 0, Way.INTO), Link(1, 0, Way.OUT_OF)}))
    later = planner.plan(linked, setting, scenes.NOW + SETTLED + 1)
    assert later.cards == first.cards
    assert later.nodes == first.nodes
    # As long as things still appear the arrangement may follow what is learned.
    early = Planner()
    early.plan(bare, setting, scenes.NOW)
    assert early.plan(linked, setting, scenes.NOW + 1).cards != first.cards


def sides_of(plan: Plan, width: int = 792) -> dict[int, bool]:
    """Of each process whether it stands in the right half."""
    return {p: slot.rect.centre.x > width / 2 for p, slot in plan.cards.items()}


@pytest.mark.parametrize("apart", [SETTLED // 4, SETTLED + 1])
def test_nobody_changes_sides_when_it_was_not_known_how_many_come(apart: int) -> None:
    whole = structure_of(scenes.tiles(6))
    planner, setting = Planner(), Setting(792, 288, WORKING)
    before: dict[int, bool] = {}
    for present in range(1, 8):
        some = replace(whole, members=whole.members[:present], links=frozenset())
        sides = sides_of(planner.plan(some, setting, scenes.NOW + present * apart))
        assert {p: sides[p] for p in before} == before
        before = sides
    assert sorted(right for p, right in before.items() if p) == [False] * 3 + [True] * 3


def test_where_room_was_kept_each_gets_its_own_place_however_long_it_takes() -> None:
    whole = structure_of(scenes.tiles(4))
    final = arrange(whole, 792, 288, WORKING)
    planner, setting = Planner(), Setting(792, 288, WORKING, 4)
    for present in range(1, 6):
        some = replace(whole, members=whole.members[:present], links=frozenset())
        plan = planner.plan(some, setting, scenes.NOW + present * (SETTLED + 1))
        assert plan.cards == {p: final.cards[p] for p in range(present)}


def test_who_comes_later_stands_with_its_role_once_messages_pass() -> None:
    whole = structure_of(scenes.producers())
    roles = [member.role for member in whole.members]
    second, first_other = 2, roles.index("consume")
    planner, setting = Planner(), Setting(792, 288, WORKING)
    sent = frozenset(link for link in whole.links if link.process == 1)
    sides: dict[int, bool] = {}
    for present in range(2, first_other + 2):
        some = replace(whole, members=whole.members[:present], links=sent)
        sides = sides_of(planner.plan(some, setting, scenes.NOW + present * (SETTLED + 1)))
    assert sides[1] == sides[second]
    assert sides[first_other] != sides[1]


def test_who_has_stood_for_a_while_stays_when_messages_show_an_order() -> None:
    whole = structure_of(scenes.producers())
    planner, setting = Planner(), Setting(792, 288, WORKING)
    some = replace(whole, members=whole.members[:3], links=frozenset())
    before = sides_of(planner.plan(some, setting, scenes.NOW))
    now = scenes.NOW + SETTLED + 1
    linked = replace(some, links=whole.links)
    assert sides_of(planner.plan(linked, setting, now)) == before
    after = sides_of(planner.plan(whole, setting, now + 1))
    assert {p: after[p] for p in before} == before
    assert len(after) == len(whole.members)


def test_what_a_person_dragged_stays_there() -> None:
    structure = structure_of(scenes.producers())
    positions = {"p:consumer-3": (0.5, 0.8), "o:tasks": (0.45, 0.2)}
    plan = arrange(structure, 792, 288, WORKING, positions=positions)
    assert plan.cards[3].rect.centre == pytest.approx((396, 230.4), abs=1)
    assert plan.nodes[0].rect.centre == pytest.approx((356.4, 57.6), abs=2)
