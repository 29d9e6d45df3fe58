"""What a queue or a condition is made of, opened by a click and closed again."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from ipcsim.gui.stage import StageView
from ipcsim.gui.stage.anatomy.geometry import Rect
from ipcsim.gui.stage.composing.opened import compose_opened
from ipcsim.gui.stage.composing.undone import compose_undone
from ipcsim.gui.stage.drawing.opened_shapes import OpenedGate, OpenedQueue
from ipcsim.supervisor.messages import State
from tests.gui.stage import scenes
from tests.gui.stage.conftest import paint, pixels


def click(qtbot: QtBot, view: StageView, rect: Rect) -> None:
    at = QPoint(round(rect.centre.x), round(rect.centre.y))
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)


def inside(view: StageView) -> object:
    (item,) = compose_opened(view.scene_shown)
    rect = Rect(item.x, item.y, item.w, item.h)
    assert rect.x >= 0
    assert rect.right <= view.viewport().width()
    return item.args[0]


def test_a_queue_shows_its_buffers_and_closes_again(view: StageView, qtbot: QtBot) -> None:
    made = scenes.producers()
    number, tube = next(iter(made.moment.tubes.items()))
    sender = tube.tokens[-1].sender
    tubes = {number: replace(tube, in_feeder=2, bytes=70_000)}
    processes = tuple(
        replace(p, state=State.ENDING) if p.process == sender else p for p in made.moment.processes
    )
    made = replace(made, moment=replace(made.moment, tubes=tubes, processes=processes))
    closed = paint(view, made)
    click(qtbot, view, view.plan.nodes[number].rect)
    face = inside(view)
    assert isinstance(face, OpenedQueue)
    kept = [label for buffer in face.buffers for label in buffer.tokens]
    assert sorted(kept) == sorted(t.label for t in tube.tokens[-2:])
    assert face.share == 1.0
    assert "can't end" in face.foot
    assert len(face.getters) == len(tube.getters)
    assert (pixels(view) != closed).any()
    click(qtbot, view, view.plan.nodes[number].rect)
    assert view.scene_shown.opened is None
    assert (pixels(view) == closed).all()


def test_a_condition_says_who_is_where_since_when(view: StageView, qtbot: QtBot) -> None:
    made = scenes.condition()
    paint(view, made)
    number, gate = next((n, g) for n, g in made.moment.gates.items() if g.room)
    click(qtbot, view, view.plan.nodes[number].rect)
    face = inside(view)
    assert isinstance(face, OpenedGate)
    rooms = [row for row in face.rows if row.place == "room"]
    assert len(rooms) == min(len(gate.room), len(rooms) + face.more)
    assert all(row.name and row.time for row in rooms)


def test_what_has_no_inside_stays_closed_and_a_new_run_closes_all(
    view: StageView, qtbot: QtBot
) -> None:
    made = scenes.locks()
    paint(view, made)
    click(qtbot, view, next(iter(view.plan.nodes.values())).rect)
    assert view.scene_shown.opened is None
    paint(view, scenes.producers())
    view.open_waited_for()
    assert view.scene_shown.opened is not None
    view.clear_stage()
    assert view.scene_shown.opened is None


def test_what_is_not_reported_lies_at_its_consumer(view: StageView) -> None:
    made = scenes.producers()
    number, tube = next(iter(made.moment.tubes.items()))
    undone = tuple((3, replace(tube.tokens[0], message=900 + n, label=f"t{n}")) for n in range(4))
    plain = paint(view, made)
    made = replace(
        made, moment=replace(made.moment, tubes={number: replace(tube, undone=undone)}, moves=())
    )
    assert (paint(view, made) != plain).any()
    ops = compose_undone(view.scene_shown)
    assert [op.args[0] for op in ops[:-1]] == ["t0", "t1", "t2"]
    assert ops[-1].args == ("+1",)
    card = view.plan.cards[3].rect
    assert all(card.x <= op.x and op.x + op.w <= card.right for op in ops)
