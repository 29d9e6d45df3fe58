"""A deadlock: the red loop through badges and paints; the rest is dimmed."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainterPath

from ipcsim.gui.stage.anatomy.geometry import Point, Rect
from ipcsim.gui.stage.drawing.pen import Pen
from ipcsim.gui.stage.drawing.sprites import Op
from ipcsim.gui.stage.motion.ends import tube_of_end
from ipcsim.gui.stage.motion.shapes import Direct
from ipcsim.gui.stage.motion.whereabouts import Whereabouts
from ipcsim.gui.stage.scene import Scene

DIMMED = 0.28
FOLLOWED = 2
"""Arms that are alike, more of which could not be followed."""


class Arm(NamedTuple):
    """One that waits, in the loop."""

    badge: Point
    seat: Point | None
    """Of the object that it waits at; None where it waits for nothing but another's end."""
    others: tuple[Point, ...]
    """Badges of those it waits for."""


def compose_deadlock(scene: Scene, where: Whereabouts) -> list[Direct]:
    """The loop: from each badge to the object it waits for, and on to its holders' badges."""
    deadlock = scene.deadlock
    assert deadlock is not None
    badges = {actor: _badge(scene, where, actor) for actor, _object in deadlock.members}
    silent = _silent(scene, where)
    arms = []
    for actor, object_ in deadlock.members:
        badge, number = badges[actor], tube_of_end(scene, object_)
        if badge is not None and actor in silent:
            arms.append(Arm(badge, None, ()))
            continue
        others = [badges.get(o) for o in deadlock.waited_for(actor) if o not in silent]
        if badge is not None:
            seat = None
            if number is not None:
                seat = _seat(scene, number, scene.plan.nodes[number].rect)
            arms.append(Arm(badge, seat, tuple(other for other in others if other is not None)))
    if not any(arm.others for arm in arms):
        return []
    return [Direct(draw_loop, (tuple(arms),))]


def _silent(scene: Scene, where: Whereabouts) -> set[int]:
    """Of many who wait for the same at the same place all but one: they are marked, and the loop
    goes through that one; through all of them it could not be followed."""
    assert scene.deadlock is not None
    alike: dict[tuple[int | None, frozenset[int]], list[int]] = {}
    for actor, object_ in scene.deadlock.members:
        key = object_, frozenset(scene.deadlock.waited_for(actor))
        alike.setdefault(key, []).append(actor)
    silent: set[int] = set()
    for actors in alike.values():
        if len(actors) > FOLLOWED:
            seen = next((a for a in actors if a in where.spots), actors[0])
            silent |= set(actors) - {seen}
    return silent


def _badge(scene: Scene, where: Whereabouts, actor: int) -> Point | None:
    """Where a thread's badge stands: in a line, or at home."""
    spot = where.spots.get(actor)
    if spot is None and actor in scene.actors:
        spot = scene.home(scene.actors[actor].process)
    return spot.centre if spot is not None else None


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
    objects = {tube_of_end(scene, o) for _a, o in scene.deadlock.members}
    if item.members:
        return bool(processes & set(item.members))
    return bool(objects & set(item.things))


def draw_loop(pen: Pen, arms: tuple[Arm, ...]) -> None:
    """A red line from each badge to the seat it waits for, a bow from there to each holder's
    badge, and so on round."""
    width = pen.stroke * 1.4
    size = pen.sizes.badge * 0.6
    pen.pen(pen.palette.red, width)
    pen.painter.setBrush(Qt.BrushStyle.NoBrush)
    for arm in arms:
        pen.painter.drawEllipse(QPointF(*arm.badge), size, size)
    for badge, seat, others in arms:
        if seat is not None:
            length = max(_distance(badge, seat), 1.0)
            start, end = (
                badge.towards(seat, size / length),
                seat.towards(badge, size * 1.1 / length),
            )
            pen.line(start, end, pen.palette.red, width)
        for other in others:
            _bow(pen, seat or badge, other, size, width)


def _bow(pen: Pen, a: Point, b: Point, size: float, width: float) -> None:
    """Always bent to the same hand: there and back are two lines that enclose the circle."""
    dx, dy = b.x - a.x, b.y - a.y
    length = max(_distance(a, b), 1.0)
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
