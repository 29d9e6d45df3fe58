"""A stage with little room, as at 150 %: what is shown there is still recognised."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

from ipcsim.events import ObjectKind as K
from ipcsim.gui.look.theme import Theme
from ipcsim.gui.stage import StageView
from ipcsim.gui.stage.anatomy.gates import gate_parts
from ipcsim.gui.stage.anatomy.geometry import Rect, Sizes
from ipcsim.gui.stage.anatomy.shapes import Level, Shape
from ipcsim.gui.stage.arranging.frames import kept
from ipcsim.gui.stage.arranging.shelves import shelve
from ipcsim.gui.stage.composing.cells import compose_array
from ipcsim.gui.stage.composing.curves import along
from ipcsim.gui.stage.composing.proxies import proxies
from ipcsim.gui.stage.drawing.cells import ArrayFace
from ipcsim.gui.stage.structure import ROWS_INSIDE, Structure, Thing
from ipcsim.gui.stage.usage import Link, Way
from ipcsim.trace.moment import CellAt, GateAt, ServiceAt
from tests.gui.stage.conftest import paint
from tests.gui.stage.scenes.builder import Stage

SIZES = Sizes(1.5, 18, 20, 20, 22)
REGION = Rect(370, 15, 540, 248)


def test_a_manager_stays_a_frame_where_all_else_is_far() -> None:
    manager = Thing(0, Shape.MANAGER, "manager", count=1 + 2 * ROWS_INSIDE, inside=2)
    inner = [Thing(1, Shape.LOCK, "lock", within=0), Thing(2, Shape.BARRIER, "start", within=0)]
    things = [manager, Thing(3, Shape.ARRAY, "booked", count=2), Thing(4, Shape.LOCK, "lock")]
    nodes, hidden = shelve(things, REGION, SIZES)
    assert not hidden
    assert [nodes[n].level for n in (0, 3, 4)] == [Level.SMALL, Level.FAR, Level.FAR]
    for one, other in combinations([node.rect for node in nodes.values()], 2):
        assert not one.touches(other)
    inside = kept(0, nodes[0], Structure(things=(*things, *inner)), SIZES)
    frame = nodes[0].rect
    assert set(inside) == {1, 2}
    for node in inside.values():
        assert frame.x < node.rect.x < node.rect.right < frame.right
        assert frame.y < node.rect.y < node.rect.bottom < frame.bottom


def test_lines_have_both_sides_of_a_pipe_where_there_is_height() -> None:
    pipes = [Thing(n, Shape.PIPE, f"link-{n}") for n in range(2)]
    nodes, _hidden = shelve(pipes, REGION, SIZES)
    assert nodes[0].rect.bottom <= nodes[1].rect.y
    flat = Rect(REGION.x, REGION.y, REGION.w, 120)
    beside, _hidden = shelve(pipes, flat, SIZES)
    assert beside[0].rect.right <= beside[1].rect.x


def test_pictures_get_a_little_smaller_before_they_are_only_far() -> None:
    shapes = (Shape.CELL, Shape.CELL, Shape.CONDITION, Shape.BARRIER)
    things = [Thing(n, shape, f"thing-{n}", count=5) for n, shape in enumerate(shapes)]
    nodes, _hidden = shelve(things, REGION, SIZES)
    assert {node.level for node in nodes.values()} == {Level.SMALL}


def test_what_is_alone_in_its_row_draws_the_others_not_apart() -> None:
    things = [Thing(n, Shape.CELL, f"cell-{n}") for n in range(2)]
    wide = Thing(2, Shape.LOCK, "seats", count=4)
    nodes, _hidden = shelve([*things, wide], REGION, SIZES)
    assert nodes[1].rect.x - nodes[0].rect.right < nodes[0].rect.w / 2
    middle = (nodes[0].rect.x + nodes[1].rect.right) / 2
    assert abs(nodes[2].rect.centre.x - middle) < 3


def test_no_line_of_a_proxy_leads_behind_a_gate(make_view: Callable[..., StageView]) -> None:
    view = make_view(1280, 295, Theme("dark", 1.5))
    s = Stage()
    s.main()
    manager = s.object(K.MANAGER, "manager")
    lock = s.object(K.LOCK, "lock")
    server = s.process("SyncManager-1", role="manager")
    users = [s.process(f"worker-{n}", role="work") for n in (1, 2)]
    s.services[manager] = ServiceAt(manager, (server,), contents=(("hits", "{'page': 3}"),) * 6)
    s.gates = {lock: GateAt(lock, 1)}
    view.learn([Link(user, manager, Way.INTO) for user in users])
    paint(view, s.done())
    scene = view.scene_shown
    gate = scene.plan.nodes[lock].rect
    curves = proxies(scene)
    assert len(curves) == 2
    assert gate.x > scene.plan.nodes[manager].rect.right
    for curve in curves:
        for step in range(101):
            assert not gate.contains(*along(curve, step / 100))


def test_six_far_pictures_below_each_other_have_room_for_their_names_in_a_hall() -> None:
    hall = Sizes(1.75, 28, 28, 24, 28, presenting=True)
    forks = [Thing(n, Shape.LOCK, f"forks[{n}]") for n in range(5)]
    things = [*forks, Thing(5, Shape.BARRIER, "sit", count=5)]
    nodes, _hidden = shelve(things, Rect(380, 17, 402, 387), hall)
    for fork in forks:
        node = nodes[fork.object]
        line = gate_parts(node, Shape.LOCK, 1, hall).line
        free = line.of(1)[0][0].x - node.rect.x
        assert free > 0.6 * hall.small * len(fork.name)


def test_figures_are_drawn_narrow_before_an_element_is_left_out(view: StageView) -> None:
    s = Stage()
    s.main()
    for n in (1, 2):
        s.process(f"worker-{n}", role="work")
    accounts, go = s.object(K.ARRAY, "accounts"), s.object(K.VALUE, "go")
    lock, start = s.object(K.LOCK, "lock"), s.object(K.BARRIER, "start")
    figures = ("100", "-20474", "1688", "19086")
    s.cells[accounts] = tuple(CellAt(accounts, i, v) for i, v in enumerate(figures))
    s.cells[go] = (CellAt(go, None, "0"),)
    s.gates = {lock: GateAt(lock, 1), start: GateAt(start, 3)}
    paint(view, s.done())
    scene = view.scene_shown
    faces = [arg for op in compose_array(scene, scene.things[accounts]) for arg in op.args]
    (face,) = [arg for arg in faces if isinstance(arg, ArrayFace)]
    assert (face.labels, face.more) == (figures, 0)
