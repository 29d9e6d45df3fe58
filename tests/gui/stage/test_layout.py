"""Where things stand: apart from each other, on the stage, and where they stood before."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
from PySide6.QtGui import QFontMetricsF

from ipcsim.events import ObjectKind as K
from ipcsim.gui.look.theme import Theme
from ipcsim.gui.stage.anatomy.gates import gate_parts
from ipcsim.gui.stage.anatomy.geometry import Rect, Sizes
from ipcsim.gui.stage.anatomy.shapes import Level, Shape, natural_size
from ipcsim.gui.stage.anatomy.tubes import tube_parts
from ipcsim.gui.stage.arranging.layout import arrange
from ipcsim.gui.stage.arranging.plan import Form, Node, Plan
from ipcsim.gui.stage.arranging.planner import SETTLED, Planner, Setting
from ipcsim.gui.stage.drawing.texts import NARROWEST
from ipcsim.gui.stage.structure import Gathering, Structure
from ipcsim.gui.stage.usage import Link, Way, links_of
from ipcsim.trace.moment import Motion, Move, ServiceAt
from tests.gui.stage import scenes
from tests.gui.stage.scenes import ALL, Made
from tests.gui.stage.scenes.builder import Stage

WORKING = Sizes()
HALL = Sizes(1.75, 28, 28, 24, 28, presenting=True)
STAGES = {
    "792x288": (792, 288, WORKING),
    "1000x520": (1000, 520, WORKING),
    "1600x900": (1600, 900, WORKING),
    "hall": (1200, 456, HALL),
}


def structure_of(made: Made) -> Structure:
    gathering = Gathering()
    gathering.look(made.moment, made.objects)
    return gathering.structure


def outer(plan: Plan, structure: Structure) -> list[Rect]:
    """All that stands on the stage itself, not in a frame."""
    cards = [s.rect for p, s in plan.cards.items() if p not in structure.framed]
    boxes = [g.box for g in plan.groups if g.form is Form.BOX]
    return cards + [n.rect for n in plan.nodes.values()] + boxes


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("name", ALL)
def test_nothing_overlaps_and_all_is_on_the_stage(name: str, stage: str) -> None:
    width, height, sizes = STAGES[stage]
    structure = structure_of(ALL[name]())
    plan = arrange(structure, width, height, sizes)
    rects = outer(plan, structure)
    assert rects
    for one, other in combinations(rects, 2):
        assert not one.inset(1).touches(other.inset(1)), (one, other)
    for rect in rects:
        assert 0 <= rect.x <= rect.right <= width + 1, rect
        assert 0 <= rect.y <= rect.bottom <= height + 1, rect


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("name", ALL)
def test_every_process_has_one_place(name: str, stage: str) -> None:
    width, height, sizes = STAGES[stage]
    structure = structure_of(ALL[name]())
    plan = arrange(structure, width, height, sizes)
    grouped = {p for g in plan.groups if g.form is Form.BOX for p in g.members}
    assert set(plan.cards) | grouped >= {
        m.process for m in structure.members if m.process not in structure.framed
    }
    assert not grouped & set(plan.cards)


@pytest.mark.parametrize("scale", [1.0, 1.75, 2.5])
@pytest.mark.parametrize("shape", [Shape.LOCK, Shape.CONDITION, Shape.EVENT, Shape.BARRIER])
def test_a_distant_gate_keeps_its_seat_inside(shape: Shape, scale: float) -> None:
    sizes = Sizes(scale, 12 * scale, 13 * scale, 13 * scale, 15 * scale)
    rect = Rect(40, 30, *natural_size(shape, Level.FAR, sizes))
    for seats in (1, 3):
        (seat,) = gate_parts(Node(rect, Level.FAR), shape, seats, sizes).seats
        assert rect.x <= seat.x < seat.right <= rect.right
        assert rect.y <= seat.y < seat.bottom <= rect.bottom


LARGEST = Sizes(2.5, 30, 32, 32, 38)


@pytest.mark.parametrize("name", ALL)
def test_on_a_stage_as_low_as_at_250_percent_all_who_may_go_next_are_seen(name: str) -> None:
    structure = structure_of(ALL[name]())
    plan = arrange(structure, 1280, 168, LARGEST)
    boxed = {p for g in plan.groups if g.form is Form.BOX for p in g.members}
    for member in structure.members:
        if member.process in structure.framed or member.process in boxed:
            continue
        rect = plan.cards[member.process].rect
        assert 0 <= rect.x <= rect.right <= 1280, (member, rect)
        assert rect.y >= 0, (member, rect)
        # The rows of six threads don't fit: the first ones are seen.
        assert rect.bottom <= 168 or member.threads > 5, (member, rect)


def test_sources_stand_left_of_those_who_receive() -> None:
    plan = arrange(structure_of(scenes.producers()), 792, 288, WORKING)
    tube = plan.nodes[0].rect
    assert plan.cards[1].rect.right < tube.x < tube.right < plan.cards[3].rect.x
    stages = arrange(structure_of(scenes.pipeline()), 792, 288, WORKING)
    xs = [stages.cards[p].rect.x for p in (1, 2, 4)]
    assert xs == sorted(xs)
    assert stages.cards[2].rect.x == stages.cards[3].rect.x


def test_a_ring_stands_in_a_circle_with_main_inside() -> None:
    plan = arrange(structure_of(scenes.ring()), 792, 288, WORKING)
    centre = plan.cards[0].rect.centre
    sides = {
        (
            plan.cards[p].rect.centre.x > centre.x + 5,
            plan.cards[p].rect.centre.x < centre.x - 5,
            plan.cards[p].rect.centre.y > centre.y + 5,
            plan.cards[p].rect.centre.y < centre.y - 5,
        )
        for p in (1, 2, 3, 4)
    }
    assert len(sides) == 4


def test_a_long_chain_folds_into_rows() -> None:
    plan = arrange(structure_of(scenes.chain()), 792, 288, WORKING)
    rows = {plan.cards[p].rect.y for p in range(1, 9)}
    assert len(rows) == 3
    # To and fro: in the second row it goes from right to left.
    assert plan.cards[4].rect.x < plan.cards[3].rect.x
    assert plan.nodes[4].flip


def test_forms_follow_the_number_of_processes() -> None:
    forms = {
        workers: {
            s.form
            for p, s in arrange(
                structure_of(scenes.tiles(workers)), 1000, 520, WORKING
            ).cards.items()
            if p
        }
        for workers in (6, 12, 60, 180)
    }
    assert forms[6] == {Form.CARD}
    assert forms[12] == {Form.TILE}
    assert forms[60] <= {Form.TILE, Form.MINI}
    assert forms[180] <= {Form.MINI, Form.DOT}
    huge = arrange(structure_of(scenes.huge()), 1000, 520, WORKING)
    assert {g.form for g in huge.groups} == {Form.BOX}


def test_objects_without_traffic_make_room_when_there_are_many() -> None:
    made = scenes.many_queues(20)
    made.moment.tubes.clear()
    quiet = replace(made.moment, moves=made.moment.moves[:8])
    structure = structure_of(Made(quiet, made.objects))
    assert len(structure.things) == 4
    assert structure.hidden == 16


def test_a_pool_that_nothing_is_seen_of_but_its_workers_stays() -> None:
    made = scenes.many_queues(20)
    made.moment.tubes.clear()
    pool = replace(made.objects[0], object=20, kind="Pool", name="pool")
    made.moment.services[20] = ServiceAt(20, (1, 2))
    quiet = replace(made.moment, moves=made.moment.moves[:8])
    structure = structure_of(Made(quiet, [*made.objects, pool]))
    assert 20 in {thing.object for thing in structure.things}
    assert structure.hidden == 16


def test_waiting_tells_who_uses_what() -> None:
    moment = scenes.producers().moment
    links = links_of(moment, moment.tubes)
    assert Link(1, 0, Way.INTO) in links
    assert Link(4, 0, Way.OUT_OF) in links


def test_who_asks_a_queue_in_a_manager_neither_puts_nor_gets() -> None:
    made = scenes.manager()
    inner = replace(made.objects[0], object=1, kind="Queue", name="mail", created_by=1)
    actor = made.moment.processes[0].actors[0].actor
    asked = tuple(
        Move(motion, made.moment.t, actor, 1, "") for motion in (Motion.CALL, Motion.RESULT)
    )
    # The figures are a tenth of a second older than what moves: the queue isn't among them yet.
    assert 1 not in made.moment.tubes
    structure = structure_of(Made(replace(made.moment, moves=asked), [*made.objects, inner]))
    assert not any(link.object == 1 for link in structure.links)


def test_what_lives_in_a_manager_stands_in_its_frame() -> None:
    made = scenes.manager()
    inner = replace(made.objects[0], object=1, kind="Queue", name="mail", created_by=1)
    structure = structure_of(Made(made.moment, [*made.objects, inner]))
    plan = arrange(structure, 792, 288, WORKING)
    frame, queue, server = plan.nodes[0].rect, plan.nodes[1].rect, plan.cards[1].rect
    assert frame.x <= queue.x < queue.right <= frame.right
    assert server.bottom <= queue.y < queue.bottom <= frame.bottom


def test_who_sends_into_a_pipe_stands_opposite_to_who_else_does() -> None:
    made = scenes.pipes()
    only_sent = {o: replace(tube, target=None) for o, tube in made.moment.tubes.items() if o < 2}
    structure = structure_of(Made(replace(made.moment, tubes=only_sent), made.objects[:2]))
    plan = arrange(structure, 792, 288, WORKING)
    assert plan.cards[1].rect.right < plan.nodes[0].rect.x
    assert plan.nodes[0].rect.right < plan.cards[2].rect.x


def test_within_a_role_the_names_count() -> None:
    made = scenes.lost_update()
    shuffled = (made.moment.processes[0], *reversed(made.moment.processes[1:]))
    renumbered = tuple(replace(p, process=n) for n, p in enumerate(shuffled))
    moment = replace(made.moment, processes=renumbered, moves=())
    structure = structure_of(Made(moment, made.objects))
    names = [m.name for m in structure.members]
    assert names == ["MainProcess", "worker-1", "worker-2", "worker-3", "worker-4"]


def test_a_barrier_has_a_place_for_everybody() -> None:
    wide, high = natural_size(Shape.BARRIER, Level.NORMAL, WORKING, 8)
    for parties in (2, 8, 9):
        node = Node(Rect(0, 0, min(wide, 202), high), Level.NORMAL)
        parts = gate_parts(node, Shape.BARRIER, parties, WORKING)
        assert len(parts.room_spots) == parties
        assert all(parts.room.contains(*spot.centre) for spot in parts.room_spots)


def test_a_pool_s_workers_stand_in_the_order_of_their_names() -> None:
    s = Stage()
    s.main()
    pool = s.object(K.POOL, "pool")
    for number in (3, 1, 4, 2):
        s.process(f"SpawnPoolWorker-{number}", role="worker")
    s.services[pool] = ServiceAt(pool, (1, 2, 3, 4))
    structure = structure_of(s.done())
    plan = arrange(structure, 792, 288, WORKING, 0)
    order = sorted((1, 2, 3, 4), key=lambda process: plan.cards[process].rect.x)
    assert order == [2, 4, 1, 3]


def test_short_labels_can_be_read_in_a_tube_without_bounds(qapp: object) -> None:
    wide, high = natural_size(Shape.TUBE, Level.NORMAL, WORKING, 1)
    parts = tube_parts(Node(Rect(0, 0, wide, high), Level.NORMAL), Shape.TUBE, None, WORKING)
    metrics = QFontMetricsF(Theme().font(WORKING.small, 600))
    room = parts.slots[0].w - 2 * WORKING.px(2)
    for label in ("None", "(4, 2)"):
        assert metrics.horizontalAdvance(label) * NARROWEST <= room


def eight_workers(*roles: str) -> Structure:
    s = Stage()
    s.main()
    for number in range(1, 9):
        s.process(f"worker-{number}", role="work")
    s.object(K.VALUE, "counter")
    made = s.done()
    told = dict(enumerate(roles, 1))
    processes = tuple(replace(p, role=told.get(p.process, p.role)) for p in made.moment.processes)
    return structure_of(replace(made, moment=replace(made.moment, processes=processes)))


def test_what_tiles_leave_belongs_to_the_objects() -> None:
    plan = arrange(eight_workers(), 1090, 450, WORKING)
    margin = WORKING.margin
    assert min(slot.rect.x for slot in plan.cards.values()) == pytest.approx(margin, abs=1)
    right = max(slot.rect.right for slot in plan.cards.values())
    assert right == pytest.approx(1090 - margin, abs=1)
    (node,) = plan.nodes.values()
    assert node.rect.centre.x == pytest.approx(1090 / 2, abs=2)


def test_who_has_told_no_role_yet_divides_nobody() -> None:
    plan = arrange(eight_workers("work", "", "work", "", "work", ""), 1090, 450, WORKING, 8)
    assert [plan.columns[number] for number in range(1, 9)] == [0] * 4 + [1] * 4


def test_who_has_told_no_role_yet_goes_where_it_belongs() -> None:
    s = Stage()
    s.main()
    for number in range(1, 9):
        s.process(f"{'producer' if number % 2 else 'consumer'}-{number}")
    made = s.done()
    known = made.moment.processes
    early = tuple(p if p.is_main else replace(p, role="") for p in known)
    planner, setting = Planner(), Setting(1090, 450, WORKING, 8)
    for t, processes in ((0, early), (2 * SETTLED, known)):
        moment = replace(made.moment, processes=processes)
        plan = planner.plan(structure_of(replace(made, moment=moment)), setting, t)
    assert [plan.columns[number] for number in range(1, 9)] == [0, 1] * 4


def test_beside_an_array_one_value_is_not_blown_up() -> None:
    s = Stage()
    s.main()
    accounts, go = s.object(K.ARRAY, "accounts", size=4), s.object(K.VALUE, "go")
    s.process("worker-1")
    s.process("worker-2")
    plan = arrange(structure_of(s.done()), 1090, 450, WORKING)
    assert plan.nodes[accounts].rect.w > plan.nodes[go].rect.w
    alone = Stage()
    alone.main()
    alone.process("worker-1")
    alone.process("worker-2")
    value = alone.object(K.VALUE, "go")
    larger = arrange(structure_of(alone.done()), 1090, 450, WORKING).nodes[value]
    assert larger.rect.h > plan.nodes[go].rect.h


def test_the_eighth_of_eight_stands_right_though_it_comes_first() -> None:
    s = Stage()
    s.main()
    s.process("worker-8", role="work")
    s.process("worker-1", role="work")
    plan = arrange(structure_of(s.done()), 1090, 450, WORKING, 8)
    assert (plan.columns[1], plan.columns[2]) == (1, 0)
    named = Stage()
    named.main()
    for name in ("reader", "writer", "auditor"):
        named.process(name, role="work")
    plan = arrange(structure_of(named.done()), 1090, 450, WORKING, 3)
    # Main stands left, too.
    assert [plan.columns[number] for number in (1, 2, 3)] == [0, 1, 1]
