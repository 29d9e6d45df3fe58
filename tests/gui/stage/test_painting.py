"""What is seen: every state looks different, red is nothing but wrong, text is never too small."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from ipcsim.gui.look.theme import Theme
from ipcsim.gui.stage import Detail, StageView
from ipcsim.gui.stage.anatomy.geometry import Rect
from ipcsim.gui.stage.drawing.sprites import Op
from ipcsim.gui.stage.foot import compose_foot
from ipcsim.gui.stage.motion.flights import flights
from ipcsim.supervisor.messages import State
from ipcsim.trace.moment import GateAt, Moment
from tests.gui.stage import scenes
from tests.gui.stage.conftest import Pixels, paint
from tests.gui.stage.scenes import ALL, NOW, Made, S, Stage

WRONG = {
    "wrong_write",
    "lost_update",
    "two_workers",
    "locks",
    "deadlock",
    "unheard",
    "events",
    "states",
    "tiles",
    "tiles_24",
    "tiles_200",
}
"""Scenes in which something is wrong."""


def red(picture: Pixels, theme: Theme) -> int:
    """How many pixels are red as only trouble is."""
    colour = theme.palette.red
    wanted = np.array([colour.blue(), colour.green(), colour.red()], np.int16)
    near = np.abs(picture[:, :, :3].astype(np.int16) - wanted).max(axis=2) < 12
    return int(near.sum())


def cut(picture: Pixels, rect: Rect) -> Pixels:
    return picture[int(rect.y) : int(rect.bottom), int(rect.x) : int(rect.right)]


@pytest.mark.parametrize("look", ["dark", "light"])
@pytest.mark.parametrize("name", ALL)
def test_red_is_seen_where_something_is_wrong_and_nowhere_else(
    name: str, look: str, make_view: Callable[..., StageView]
) -> None:
    theme = Theme(look)
    picture = paint(make_view(theme=theme), ALL[name]())
    assert (red(picture, theme) > 0) == (name in WRONG)


@pytest.mark.parametrize("name", ALL)
def test_every_scene_is_drawn_at_every_size(name: str, make_view: Callable[..., StageView]) -> None:
    for theme, width, height in (
        (Theme(scale=0.8), 640, 240),
        (Theme("light", scale=2.5), 1600, 900),
        (Theme(presenting=True), 1200, 456),
    ):
        view = make_view(width, height, theme)
        picture = paint(view, ALL[name]())
        drawn = (picture[:, :, :3] != picture[0, 0, :3]).any(axis=2)
        assert drawn.mean() > 0.01


def with_state(state: State) -> Made:
    made = scenes.states()
    process = made.moment.processes[1]
    actor = replace(process.actors[0], state=state, sentence="because", deadline=NOW + S)
    one = replace(process, state=state, actors=(actor,), exit_code=0, detail="")
    processes = (made.moment.processes[0], one)
    return Made(Moment(NOW, processes), made.objects)


def test_each_state_of_a_process_has_its_form(view: StageView) -> None:
    pictures = {}
    for state in State:
        picture = paint(view, with_state(state))
        pictures[state] = cut(picture, view.plan.cards[1].rect.inset(-2)).tobytes()
    # Dead of itself and killed look alike, but for the words.
    assert len(set(pictures.values())) >= len(State) - 1


@pytest.mark.parametrize("workers", [12, 60, 150])
def test_waiting_is_seen_in_small_forms_too(workers: int, view: StageView) -> None:
    made = scenes.tiles(workers)
    picture = paint(view, made)
    waits, runs = view.plan.cards[4].rect, view.plan.cards[3].rect
    assert waits.w == runs.w
    bar = int(view.scene_shown.sizes.bar * 0.5) if workers < 100 else int(waits.w / 2)
    y = int(waits.h / 2)
    assert (cut(picture, waits)[y, bar] != cut(picture, runs)[y, bar]).any()


def lock(gate: GateAt) -> Made:
    s = Stage()
    s.main()
    number = s.object("Lock", "lock")
    for name in ("worker-1", "worker-2", "worker-3"):
        s.process(name, "lock.acquire()", waits_for=number)
    s.gates[number] = replace(gate, object=number)
    return s.done()


def test_a_seat_has_the_colour_of_its_holder(view: StageView) -> None:
    free = paint(view, lock(GateAt(0, 1)))
    held = paint(view, lock(GateAt(0, 1, ((1, NOW - S, 1),))))
    node = view.plan.nodes[0].rect
    colour = Theme().identity(1)

    def painted(picture: Pixels) -> int:
        part = cut(picture, node)[:, :, :3]
        wanted = (colour.blue(), colour.green(), colour.red())
        return int((part == np.array(wanted)).all(axis=2).sum())

    assert painted(free) == 0
    assert painted(held) > 300


def test_a_permit_too_many_is_amber_and_an_orphaned_lock_is_red(view: StageView) -> None:
    theme = Theme()
    over = paint(view, lock(GateAt(0, 1, extra=1)))
    amber = theme.palette.amber
    wanted = np.array([amber.blue(), amber.green(), amber.red()])
    assert (over[:, :, :3] == wanted).all(axis=2).sum() > 20
    assert red(over, theme) == 0
    dead = paint(view, lock(GateAt(0, 1, ((1, NOW - S, 1),), orphaned=True)))
    assert red(dead, theme) > 50


def test_a_deadlock_dims_the_rest(view: StageView) -> None:
    made = scenes.deadlock()
    clear = paint(view, Made(made.moment, made.objects))
    dimmed = paint(view, made)
    uninvolved, member = view.plan.cards[3].rect, view.plan.cards[1].rect

    def strength(picture: Pixels, rect: Rect) -> float:
        return float(cut(picture, rect)[:, :, :3].std())

    assert strength(dimmed, uninvolved) < 0.5 * strength(clear, uninvolved)
    assert strength(dimmed, member) == pytest.approx(strength(clear, member), rel=0.1)


def test_at_a_high_rate_the_rate_is_said_and_no_single_message_flies(view: StageView) -> None:
    made = scenes.crowd()
    paint(view, made, Detail.SITUATION)
    assert view.scene_shown.busy(0)
    assert not any(isinstance(item, Op) for item in flights(view.scene_shown).above)
    slow = scenes.crowd(rate=3.0)
    view.clear_stage()
    paint(view, slow, Detail.SITUATION)
    assert not view.scene_shown.busy(0)
    assert any(isinstance(item, Op) for item in flights(view.scene_shown).above)


def test_an_empty_stage_says_its_sentence(view: StageView) -> None:
    view.clear_stage("")
    nothing = paint(view, Made(Moment(0), []))
    view.clear_stage("No process yet")
    said = paint(view, Made(Moment(0), []))
    assert (nothing == nothing[0, 0]).all()
    assert (said != nothing).any()


def test_presenting_text_is_large_enough(make_view: Callable[..., StageView]) -> None:
    view = make_view(1200, 456, Theme(presenting=True))
    sizes = view.scene_shown.sizes
    assert min(sizes.small, sizes.text, sizes.name) >= 28
    assert sizes.mono >= 24


def test_what_an_ended_process_has_made_of_its_globals_stays_to_be_seen(view: StageView) -> None:
    def ended(*watched: tuple[str, str]) -> Made:
        s = Stage()
        s.main(state=State.ENDED, exit_code=0, watched=watched)
        s.process("worker-1", "", State.ENDED, exit_code=0, watched=watched)
        return s.done()

    without = cut(paint(view, ended()), view.plan.cards[1].rect)
    hundred = cut(paint(view, ended(("count", "100"))), view.plan.cards[1].rect)
    more = cut(paint(view, ended(("count", "101"))), view.plan.cards[1].rect)
    assert (without != hundred).any()
    assert (hundred != more).any(), "main's and the worker's are told apart"


def test_a_number_drawn_small_is_whole(make_view: Callable[..., StageView]) -> None:
    made = scenes.lost_update()
    (number,) = made.moment.cells
    (cell,) = made.moment.cells[number]

    def picture(value: int) -> Pixels:
        shown = replace(cell, label=str(value), unread=False)
        moment = replace(made.moment, cells={number: (shown,)}, moves=())
        view = make_view(1280, 168, Theme(scale=2.5))
        return paint(view, replace(made, moment=moment))

    assert (picture(107_805_107_805) != picture(107_805_107_806)).any()


def test_the_foot_is_not_written_over_cards(make_view: Callable[..., StageView]) -> None:
    for width, height, scale, room in ((792, 288, 1.0, True), (1280, 168, 2.5, False)):
        view = make_view(width, height, Theme(scale=scale))
        paint(view, scenes.lost_update())
        assert bool(compose_foot(view.scene_shown)) is room


def test_the_foot_is_not_written_over_objects(view: StageView) -> None:
    made = scenes.lost_update()
    paint(view, made)
    (item,) = compose_foot(view.scene_shown)
    time, _middle, lost, _link = item.args
    assert time
    assert lost
    view.positions = {"o:counter": (0.9, 0.9)}
    paint(view, made)
    (item,) = compose_foot(view.scene_shown)
    assert item.args[0] == time
    assert item.args[2] == ""
