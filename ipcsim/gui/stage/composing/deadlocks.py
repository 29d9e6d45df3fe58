"""A deadlock: the red loop through badges and paints; the rest is dimmed."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainterPath

from ipcsim.gui.stage.anatomy.geometry import Point, Rect
from ipcsim.gui.stage.anatomy.shapes import Level, Shape
from ipcsim.gui.stage.composing.routes import Leg, Line, Port, routes
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

    badge: Rect
    home: Port
    """The badge, or what hides lines that lead to it: its card, a far object, a barrier."""
    seat: Port | None
    """Of the object that it waits at; None where it waits for nothing but another's end."""
    others: tuple[Arm, ...] = ()
    """Those it waits for, without those that they wait for."""

    def legs(self, near: float) -> list[Leg]:
        """The lines from it to the object, and on to those it waits for."""
        legs: list[Leg] = []
        seat = self.seat if self.seat != self.home else None
        beside = seat is not None and seat.touches(self.home, near)
        for other in self.others:
            itself = other.badge == self.badge
            together = seat is not None and seat.touches(Port(other.badge), near)
            if not itself and (other.home == self.home or together):
                # Both stand at one and the same thing.
                legs.append((Port(self.badge, round=True), Port(other.badge, round=True)))
                continue
            if seat is not None and (itself or not beside):
                legs.append((self.home, seat))
            legs.append((seat or self.home, other.home))
        return legs


class Loop(NamedTuple):
    """A deadlock's picture."""

    lines: list[Direct]
    """Behind badges, seats and words: those are read, the line is only followed."""
    rings: list[Direct]
    """Round the badges, above everything."""


def compose_deadlock(scene: Scene, where: Whereabouts) -> Loop:
    """The loop: from each badge to the object it waits for, and on to its holders' badges."""
    arms = find_arms(scene, where)
    if not any(arm.others for arm in arms):
        return Loop([], [])
    plan = scene.plan
    things = [slot.rect for slot in plan.cards.values()]
    things += [node.rect for node in plan.nodes.values() if node.level is Level.FAR]
    things += [arm.home.rect for arm in arms]
    things += [arm.seat.rect for arm in arms if arm.seat is not None]
    legs = [leg for arm in arms for leg in arm.legs(scene.sizes.badge * 0.7)]
    stage = Rect(0, 0, plan.width, plan.height)
    unique = tuple(dict.fromkeys(legs)), tuple(dict.fromkeys(things))
    lines = routes(*unique, stage, scene.sizes.px(4))
    badges = tuple(arm.badge.centre for arm in arms)
    return Loop([Direct(draw_lines, (lines,))], [Direct(draw_rings, (badges,))])


def find_arms(scene: Scene, where: Whereabouts) -> tuple[Arm, ...]:
    """Who is in the loop, and whom each waits for."""
    deadlock = scene.deadlock
    assert deadlock is not None
    single: dict[int, Arm] = {}
    for actor, object_ in deadlock.members:
        number = tube_of_end(scene, object_)
        badge, home = _badge(scene, where, actor), _home(scene, where, actor, number)
        if badge is not None and home is not None:
            seat = _seat(scene, number) if number is not None else None
            single[actor] = Arm(badge, home, seat)
    silent = _silent(scene, where)
    arms = []
    for actor, arm in single.items():
        others = (o for o in deadlock.waited_for(actor) if o in single and o not in silent)
        arms.append(
            arm._replace(others=() if actor in silent else tuple(single[other] for other in others))
        )
    return tuple(arms)


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


def _badge(scene: Scene, where: Whereabouts, actor: int) -> Rect | None:
    """Where a thread's badge stands: in a line, or at home."""
    spot = where.spots.get(actor)
    if spot is None and actor in scene.actors:
        spot = scene.home(scene.actors[actor].process)
    return spot


def _home(scene: Scene, where: Whereabouts, actor: int, number: int | None) -> Port | None:
    """What lines to a thread lead to: its badge in a line, what hides the lines there (it stands
    in or over the object ``number``), or the card that it is at home in."""
    spot = where.spots.get(actor)
    if spot is not None:
        box = _box(scene, number) if number is not None else None
        return Port(spot, round=True) if box is None else Port(box)
    slot = scene.slot(scene.actors[actor].process) if actor in scene.actors else None
    return Port(slot.rect) if slot is not None else None


def _seat(scene: Scene, number: int) -> Port:
    box, thing = _box(scene, number), scene.things.get(number)
    if box is not None or thing is None:
        return Port(box or scene.plan.nodes[number].rect)
    if number in scene.moment.gates:
        seats = scene.gate(thing).seats
        if seats:
            return Port(seats[0])
    if thing.shape.carries:
        return Port(scene.tube(thing).body)
    return Port(scene.plan.nodes[number].rect)


def _box(scene: Scene, number: int) -> Rect | None:
    """What hides the lines behind the badges in it: a far object, the places of a barrier."""
    node, thing = scene.plan.nodes[number], scene.things.get(number)
    if node.level is Level.FAR:
        return node.rect
    if thing is None or thing.shape is not Shape.BARRIER:
        return None
    return scene.gate(thing).room


def concerned(scene: Scene, item: Op) -> bool:
    """Whether a picture belongs to the deadlock."""
    assert scene.deadlock is not None
    processes = {scene.actors[a].process for a, _o in scene.deadlock.members if a in scene.actors}
    objects = {tube_of_end(scene, o) for _a, o in scene.deadlock.members}
    if item.members:
        return bool(processes & set(item.members))
    return bool(objects & set(item.things))


def draw_rings(pen: Pen, badges: tuple[Point, ...]) -> None:
    """A red ring round each badge."""
    size = pen.sizes.badge * 0.6
    pen.pen(pen.palette.red, pen.stroke * 1.4)
    pen.painter.setBrush(Qt.BrushStyle.NoBrush)
    for badge in badges:
        pen.painter.drawEllipse(QPointF(*badge), size, size)


def draw_lines(pen: Pen, lines: tuple[Line, ...]) -> None:
    """Red lines with a head at their end."""
    for line in lines:
        if len(line) < 2:
            continue
        path = QPainterPath(QPointF(*line[0]))
        for point in line[1:]:
            path.lineTo(QPointF(*point))
        pen.pen(pen.palette.red, pen.stroke * 1.4)
        pen.painter.setBrush(Qt.BrushStyle.NoBrush)
        pen.painter.drawPath(path)
        pen.arrow_head(line[-1], line[-2], pen.palette.red, pen.sizes.px(9))
