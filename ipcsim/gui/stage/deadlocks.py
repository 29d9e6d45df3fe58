"""A deadlock: the red loop through badges and paints; the rest is dimmed."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainterPath

from ipcsim.gui.stage.flights import Direct
from ipcsim.gui.stage.geometry import Point, Rect
from ipcsim.gui.stage.pen import Pen
from ipcsim.gui.stage.scene import Scene
from ipcsim.gui.stage.sprites import Op
from ipcsim.gui.stage.whereabouts import Whereabouts

DIMMED = 0.28


def compose_deadlock(scene: Scene, where: Whereabouts) -> list[Direct]:
    """The loop: from each badge to the object it waits for, and on to its holder's badge."""
    assert scene.deadlock is not None
    stops: list[Point] = []
    for actor, object_ in scene.deadlock.members:
        spot = where.spots.get(actor)
        if spot is not None:
            stops.append(spot.centre)
        node = scene.plan.nodes.get(object_)
        if node is not None:
            stops.append(_seat(scene, object_, node.rect))
    if len(stops) < 2:
        return []
    return [Direct(draw_loop, (tuple(stops),))]


def _seat(scene: Scene, number: int, rect: Rect) -> Point:
    thing = scene.things.get(number)
    if thing is not None and number in scene.moment.gates:
        seats = scene.gate(thing).seats
        if seats:
            return seats[0].centre
    return rect.centre


def concerned(scene: Scene, item: Op) -> bool:
    """Whether a picture belongs to the deadlock."""
    assert scene.deadlock is not None
    processes = {scene.actors[a].process for a, _o in scene.deadlock.members if a in scene.actors}
    objects = {o for _a, o in scene.deadlock.members}
    if item.members:
        return bool(processes & set(item.members))
    return bool(objects & set(item.things))


def draw_loop(pen: Pen, stops: tuple[Point, ...]) -> None:
    """A red curve through all stops and back."""
    width = pen.stroke * 1.4
    centre = Point(sum(p.x for p in stops) / len(stops), sum(p.y for p in stops) / len(stops))
    path = QPainterPath(QPointF(*stops[0]))
    for a, b in zip(stops, (*stops[1:], stops[0]), strict=True):
        middle = a.towards(b, 0.5)
        # Bent outwards, so that there and back are two lines.
        dx, dy = middle.x - centre.x, middle.y - centre.y
        length = max((dx * dx + dy * dy) ** 0.5, 1.0)
        bend = pen.sizes.px(22)
        if length < 4:
            dx, dy, length = -(b.y - a.y), b.x - a.x, max(abs(b.x - a.x) + abs(b.y - a.y), 1.0)
        path.quadTo(
            QPointF(middle.x + dx / length * bend, middle.y + dy / length * bend), QPointF(*b)
        )
    pen.pen(pen.palette.red, width)
    pen.painter.setBrush(Qt.BrushStyle.NoBrush)
    pen.painter.drawPath(path)
    for stop in stops:
        size = pen.sizes.badge * 0.62
        pen.painter.drawEllipse(QPointF(*stop), size, size)
