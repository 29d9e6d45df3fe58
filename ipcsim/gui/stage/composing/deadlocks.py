"""A deadlock: the red loop through badges and paints; the rest is dimmed."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainterPath

from ipcsim.gui.stage.anatomy.geometry import Point, Rect
from ipcsim.gui.stage.drawing.pen import Pen
from ipcsim.gui.stage.drawing.sprites import Op
from ipcsim.gui.stage.motion.shapes import Direct
from ipcsim.gui.stage.motion.whereabouts import Whereabouts
from ipcsim.gui.stage.scene import Scene

DIMMED = 0.28


def compose_deadlock(scene: Scene, where: Whereabouts) -> list[Direct]:
    """The loop: from each badge to the object it waits for, and on to its holder's badge."""
    assert scene.deadlock is not None
    stops: list[Point] = []
    for actor, object_ in scene.deadlock.members:
        spot = where.spots.get(actor)
        node = scene.plan.nodes.get(object_)
        if spot is not None and node is not None:
            stops += [spot.centre, _seat(scene, object_, node.rect)]
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
    """A red line from each badge to the seat it waits for, a bow from there to the holder's
    badge, and so on round."""
    width = pen.stroke * 1.4
    size = pen.sizes.badge * 0.6
    pen.pen(pen.palette.red, width)
    pen.painter.setBrush(Qt.BrushStyle.NoBrush)
    for stop in stops[::2]:
        pen.painter.drawEllipse(QPointF(*stop), size, size)
    for index, a in enumerate(stops):
        b = stops[(index + 1) % len(stops)]
        dx, dy = b.x - a.x, b.y - a.y
        length = max((dx * dx + dy * dy) ** 0.5, 1.0)
        if index % 2 == 0:
            start, end = a.towards(b, size / length), b.towards(a, size * 1.1 / length)
            pen.line(start, end, pen.palette.red, width)
            continue
        # Always bent to the same hand: there and back are two lines that enclose the circle.
        bend = min(max(length * 0.34, pen.sizes.px(30)), pen.sizes.px(64))
        top = Point((a.x + b.x) / 2 + dy / length * bend, (a.y + b.y) / 2 - dx / length * bend)
        start = a.towards(top, size * 1.25 / max(_distance(a, top), 1.0))
        end = b.towards(top, size * 1.25 / max(_distance(b, top), 1.0))
        path = QPainterPath(QPointF(*start))
        path.quadTo(QPointF(*top), QPointF(*end))
        pen.pen(pen.palette.red, width)
        pen.painter.setBrush(Qt.BrushStyle.NoBrush)
        pen.painter.drawPath(path)
        pen.arrow_head(end, top, pen.palette.red, pen.sizes.px(9))


def _distance(a: Point, b: Point) -> float:
    return float(((a.x - b.x) ** 2 + (a.y - b.y) ** 2) ** 0.5)
