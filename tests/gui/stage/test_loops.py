"""One process that puts and takes: its lines show the way of a message through the tube."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF

from ipcsim.events import ObjectKind as K
from ipcsim.gui.stage import StageView
from ipcsim.gui.stage.anatomy.geometry import Point, Rect
from ipcsim.gui.stage.composing.curves import along, curve_path
from ipcsim.gui.stage.composing.links import edges
from ipcsim.gui.stage.drawing.sprites import Op
from ipcsim.gui.stage.motion.flights import flights
from ipcsim.gui.stage.usage import Link, Way
from ipcsim.trace.moment import Motion, Move, TubeAt
from tests.gui.stage.conftest import paint
from tests.gui.stage.scenes.builder import NOW, Stage


def alone(view: StageView, kind: str, ago: int = 0) -> None:
    """A process that puts into a queue and takes from it."""
    s = Stage()
    s.main("mail.get()")
    queue = s.object(kind, "mail")
    s.tubes[queue] = TubeAt(queue, 0, None, ())
    s.moves = [Move(Motion.GET, NOW - ago, 0, queue, "41", message=3, other=0)]
    view.learn([Link(0, queue, way) for way in Way])
    paint(view, s.done())


def crosses(line: tuple[Point, ...], body: Rect) -> bool:
    return any(body.inset(1).contains(*along(line, n / 200)) for n in range(201))


@pytest.mark.parametrize("kind", [K.THREAD_QUEUE, K.QUEUE, K.THREAD_LIFO_QUEUE])
def test_what_goes_in_at_one_end_is_seen_to_come_out_at_the_other(
    view: StageView, kind: str
) -> None:
    alone(view, kind)
    scene = view.scene_shown
    parts = scene.tube(scene.things[0])
    card = scene.plan.cards[0].rect
    put, get = (edges(scene)[0, 0, way] for way in Way)
    assert (put[-1], get[-1]) == (parts.mouth, parts.exit)
    for line in (put, get):
        assert not crosses(line, parts.body)
        assert line[0].x == card.right
        assert card.y < line[0].y < card.bottom
        path = curve_path(line)
        assert path.pointAtPercent(0) == QPointF(*line[0])
        assert path.pointAtPercent(1) == QPointF(*line[-1])
    assert put[0].y < get[0].y


def test_a_message_that_is_taken_flies_along_its_line(view: StageView) -> None:
    seen = []
    for ago in range(20_000_000, 400_000_000, 40_000_000):
        alone(view, K.THREAD_QUEUE, ago)
        scene = view.scene_shown
        body = scene.tube(scene.things[0]).body
        tokens = [item for item in flights(scene).above if isinstance(item, Op)]
        seen += [Point(token.x + token.w / 2, token.y + token.h / 2) for token in tokens]
        assert not any(body.inset(2).contains(*at) for at in seen)
    assert len(seen) > 5


def test_others_keep_their_straight_way(view: StageView) -> None:
    s = Stage()
    s.main()
    queue = s.object(K.QUEUE, "mail")
    taker = s.process("taker", role="take")
    view.learn([Link(0, queue, Way.INTO), Link(taker, queue, Way.OUT_OF)])
    paint(view, s.done())
    assert {len(line) for line in edges(view.scene_shown).values()} == {2}
