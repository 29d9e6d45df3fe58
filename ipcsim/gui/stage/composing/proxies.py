"""The dotted lines of proxies: from each process that uses a manager to its server."""

from __future__ import annotations

from PySide6.QtCore import Qt

from ipcsim.gui.look.theme import mix
from ipcsim.gui.stage.anatomy.geometry import Point, Rect
from ipcsim.gui.stage.anatomy.shapes import Level, Shape
from ipcsim.gui.stage.composing.curves import Curve, along, curve_path, side
from ipcsim.gui.stage.drawing.pen import Pen
from ipcsim.gui.stage.scene import Scene
from ipcsim.gui.stage.structure import Thing

_SAMPLES = 32


def proxies(scene: Scene) -> tuple[Curve, ...]:
    """A line for each user of a manager; nothing that stands between is passed behind."""
    result = []
    boxes = {p: g.box for g in scene.plan.groups for p in g.members}
    for service, members in scene.structure.frames:
        thing = scene.things.get(service)
        node = scene.plan.nodes.get(service)
        if thing is None or node is None or thing.shape is not Shape.MANAGER or not members:
            continue
        if node.level is Level.FAR:
            continue
        inside = {t.object for t in scene.structure.things if t.within == service}
        users = {
            link.process
            for link in scene.structure.links
            if link.object == service or link.object in inside or link.object not in scene.things
        }
        # A group of tiles has one line for all.
        places = dict.fromkeys(
            boxes.get(user) or scene.whole(user)
            for user in sorted(users - set(members))
            if scene.shows(user)
        )
        others = _others(scene, thing, inside, members)
        result += [_way(scene, place, node.rect, others) for place in places if place is not None]
    return tuple(result)


def _others(
    scene: Scene, manager: Thing, inside: set[int], members: tuple[int, ...]
) -> tuple[Rect, ...]:
    """What no line to a manager passes behind."""
    own = inside | {manager.object}
    nodes = [node.rect for number, node in scene.plan.nodes.items() if number not in own]
    cards = [slot.rect for process, slot in scene.plan.cards.items() if process not in members]
    return (*nodes, *cards)


def _way(scene: Scene, place: Rect, manager: Rect, others: tuple[Rect, ...]) -> Curve:
    """Between two sides that face each other; from the manager's middle, or from where nothing is
    in the way."""
    near = scene.sizes.px(4)
    others = tuple(o.inset(-near) for o in others if not place.contains(*o.centre))
    middle = side(manager, place.centre)
    start = side(place, middle)
    ends = [middle]
    if middle.y == manager.centre.y:
        steps = range(int(manager.h * 0.4 / near))
        ends += [Point(middle.x, middle.y + n * near * hand) for n in steps for hand in (1, -1)]
    for end in ends:
        points = [along((start, end), step / _SAMPLES) for step in range(_SAMPLES + 1)]
        if not any(other.contains(*point) for other in others for point in points):
            return start, end
    return start, middle


def draw_dotted(pen: Pen, rect: Rect, curves: tuple[Curve, ...]) -> None:
    """Proxies: dotted lines."""
    colour = mix(pen.palette.background, pen.palette.object, 0.8)
    pen.pen(colour, max(1.0, pen.sizes.px(1.4)), (1.5, 3.0))
    pen.painter.setBrush(Qt.BrushStyle.NoBrush)
    for curve in curves:
        pen.painter.drawPath(curve_path(curve))
