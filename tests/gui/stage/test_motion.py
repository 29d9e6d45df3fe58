"""A frame is a function of the moment and its time; nothing is ever in two places."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from ipcsim.gui.look.theme import Theme
from ipcsim.gui.stage import Detail, StageView
from ipcsim.gui.stage.composing.compose import compose
from ipcsim.gui.stage.composing.links import edges
from ipcsim.gui.stage.composing.tubes import token_picture
from ipcsim.gui.stage.drawing.sprites import Op
from ipcsim.gui.stage.motion.flights import MOST, flights
from ipcsim.gui.stage.motion.shapes import draw_dashes
from ipcsim.gui.stage.motion.walks import badge_picture
from ipcsim.gui.stage.motion.whereabouts import whereabouts
from ipcsim.gui.stage.scene import Scene
from ipcsim.gui.stage.usage import Way
from ipcsim.trace.moment import Motion, Move
from tests.gui.stage import scenes
from tests.gui.stage.conftest import paint
from tests.gui.stage.scenes import ALL, NOW, later


def scene_at(view: StageView, made: scenes.Made) -> Scene:
    view.show_moment(made.moment, made.objects)
    return view.scene_shown


def tokens(scene: Scene, moving: bool) -> list[Op]:
    frame = compose(scene)
    items = frame.moving if moving else frame.still
    return [i for i in items if isinstance(i, Op) and i.draw is token_picture]


@pytest.mark.parametrize("name", ALL)
def test_the_same_moment_is_always_the_same_picture(
    name: str, make_view: Callable[..., StageView]
) -> None:
    made = ALL[name]()
    first = make_view()
    once = paint(first, made)
    paint(first, later(made, 150_000_000))
    again = paint(first, made)
    other = paint(make_view(), made)
    assert (once == again).all()
    assert (once == other).all()


def test_a_token_flies_forward_with_time_and_back_with_it(view: StageView) -> None:
    made = scenes.producers()
    places = []
    for ns in (0, 60_000_000, 120_000_000, 60_000_000, 0):
        found = [t for t in tokens(scene_at(view, later(made, ns)), True) if t.args[0] == "41"]
        places.append((found[0].x, found[0].y))
    assert places[0] != places[1] != places[2]
    assert places[:2] == places[:-3:-1]
    assert places[2][0] > places[0][0]


@pytest.mark.parametrize("age", range(0, 420, 30))
def test_a_token_is_never_in_two_places(age: int, view: StageView) -> None:
    made = scenes.producers()
    moment = replace(made.moment, t=NOW - 150_000_000 + age * 1_000_000)
    scene = scene_at(view, replace(made, moment=moment))
    both = tokens(scene, False) + tokens(scene, True)
    last = [t for t in both if t.args[0] == "41"]
    assert len(last) == 1


def test_what_leaves_has_arrived(view: StageView) -> None:
    made = scenes.producers()
    moves = (
        Move(Motion.PUT, NOW - 100_000_000, 1, 0, "7", 40),
        Move(Motion.GET, NOW - 50_000_000, 4, 0, "7", 40, other=1),
    )
    scene = scene_at(view, replace(made, moment=replace(made.moment, moves=moves)))
    assert len([t for t in tokens(scene, True) if t.args[0] == "7"]) == 1


@pytest.mark.parametrize("name", ALL)
def test_no_two_badges_stand_on_one_spot(name: str, view: StageView) -> None:
    scene = scene_at(view, ALL[name]())
    spots = list(whereabouts(scene).spots.values())
    assert len({(s.x, s.y) for s in spots}) == len(spots)


def test_a_badge_walks_into_the_line(view: StageView) -> None:
    made = scenes.locks()
    actor = made.moment.processes[1].actors[0]
    just = replace(actor, since=NOW - 50_000_000)
    process = replace(made.moment.processes[1], actors=(just,))
    processes = (made.moment.processes[0], process, *made.moment.processes[2:])
    moment = replace(made.moment, processes=processes)
    walking = compose(scene_at(view, replace(made, moment=moment))).moving
    badges = [i for i in walking if isinstance(i, Op) and i.draw is badge_picture]
    home = view.scene_shown.home(1)
    spot = whereabouts(view.scene_shown).spots[1]
    assert home is not None
    assert len(badges) == 1
    assert home.x < badges[0].x < spot.x


def test_at_most_24_things_move(view: StageView) -> None:
    made = scenes.crowd(20, 44, 3.0)
    moves = tuple(Move(Motion.PUT, NOW - 100_000_000 + n, n, 0, str(n), n) for n in range(1, 61))
    scene = scene_at(view, replace(made, moment=replace(made.moment, moves=moves)))
    assert 0 < len(flights(scene).above) <= MOST


def test_one_way_carries_one_token_of_a_sender_at_a_time(view: StageView) -> None:
    made = scenes.producers()
    moves = tuple(
        Move(Motion.PUT, NOW - 200_000_000 + n * 20_000_000, 1, 0, str(n), 50 + n) for n in range(8)
    )
    scene = scene_at(view, replace(made, moment=replace(made.moment, moves=moves)))
    assert len(flights(scene).above) == 1


def test_a_busy_tube_has_dashes_of_constant_speed_on_its_lines(view: StageView) -> None:
    made = scenes.crowd()
    phases = []
    for ns in (0, 100_000_000, 200_000_000):
        moment = later(made, ns)
        view.show_moment(moment.moment, moment.objects, detail=Detail.SITUATION)
        below = flights(view.scene_shown).below
        assert [d.draw for d in below] == [draw_dashes, draw_dashes]
        phases.append(below[0].args[2])
    assert phases[1] - phases[0] == pytest.approx(phases[2] - phases[1]) != 0


def test_lines_lead_from_senders_to_receivers(view: StageView) -> None:
    curves = edges(scene_at(view, scenes.producers()))
    assert set(curves) == {(1, 0, Way.INTO), (2, 0, Way.INTO), (4, 0, Way.OUT_OF)}
    tube = view.plan.nodes[0].rect
    for (process, _tube, way), (card_end, tube_end) in curves.items():
        card = view.plan.cards[process].rect
        assert card_end.x == (card.right if way is Way.INTO else card.x)
        assert tube.x <= tube_end.x <= tube.right


def test_at_full_speed_single_reads_and_walks_are_not_shown(view: StageView) -> None:
    made = scenes.lost_update()
    view.show_moment(made.moment, made.objects, detail=Detail.SITUATION)
    assert not flights(view.scene_shown).above
    view.show_moment(made.moment, made.objects, detail=Detail.OPERATIONS)
    assert flights(view.scene_shown).above


def test_without_motion_what_arrives_is_outlined(make_view: Callable[..., StageView]) -> None:
    view = make_view(theme=Theme(reduced_motion=True))
    made = scenes.producers()
    scene = scene_at(view, made)
    assert not tokens(scene, True)
    # The token is in its slot at once, not on its way.
    assert [t for t in tokens(scene, False) if t.args[0] == "41"]
    with_outline = paint(view, made)
    over = paint(view, later(made, 500_000_000))
    assert (with_outline != over).any()
