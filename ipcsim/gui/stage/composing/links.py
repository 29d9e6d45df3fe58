"""Lines: who sends into which tube, and who is whose child."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from ipcsim.gui.look.theme import mix
from ipcsim.gui.stage.anatomy.geometry import Point, Rect
from ipcsim.gui.stage.anatomy.shapes import Level, Shape
from ipcsim.gui.stage.anatomy.tubes import TubeParts
from ipcsim.gui.stage.arranging.plan import Form
from ipcsim.gui.stage.composing.curves import Curve, along, curve_path, side
from ipcsim.gui.stage.composing.proxies import draw_dotted, proxies
from ipcsim.gui.stage.drawing.pen import Pen
from ipcsim.gui.stage.drawing.sprites import Op, op
from ipcsim.gui.stage.scene import Scene
from ipcsim.gui.stage.usage import Way

_MOST_LINES = 160
"""More lines than these show nothing but that everybody sends to everybody."""

Edge = tuple[int, int, Way]
"""A process, a tube, and whether into it or out of it."""


def edges(scene: Scene) -> dict[Edge, Curve]:
    """The lines between processes and tubes; a group of tiles has one line for all."""
    kept: dict[Edge, Curve] | None = scene.plan.memo.get("edges")
    if kept is None:
        kept = scene.plan.memo["edges"] = _edges(scene)
    return kept


def _edges(scene: Scene) -> dict[Edge, Curve]:
    result: dict[Edge, Curve] = {}
    seen: set[tuple[Rect, int, Way]] = set()
    boxes = {p: g.box for g in scene.plan.groups for p in g.members}
    for link in sorted(scene.structure.links, key=lambda k: (k.object, k.process, k.way)):
        thing = scene.things.get(link.object)
        if thing is None or thing.object not in scene.plan.nodes or not thing.shape.carries:
            continue
        if thing.within is not None:
            # In a manager: the dotted line of the proxy leads there.
            continue
        place = boxes.get(link.process) or scene.whole(link.process)
        if place is None or (place, link.object, link.way) in seen:
            continue
        parts = scene.tube(thing)
        end = parts.mouth if link.way is Way.INTO else parts.exit
        if thing.shape is Shape.PIPE:
            # A plug belongs to whoever holds that end, whichever way a lane leads.
            left = place.centre.x < parts.body.centre.x
            end = Point(parts.body.x if left else parts.body.right, parts.body.centre.y)
        seen.add((place, link.object, link.way))
        way = None
        if scene.plan.nodes[thing.object].level < Level.FAR and thing.shape is not Shape.PIPE:
            way = _round(place, parts, end, scene.plan.nodes[thing.object].rect, link.way, scene)
        result[link.process, link.object, link.way] = way or (side(place, end), end)
    return result


def _round(
    place: Rect, parts: TubeParts, end: Point, tube: Rect, way: Way, scene: Scene
) -> Curve | None:
    """The line round a tube to its far end: put in at one end and taken out at the other by one
    process, a message is seen to pass all of it. What is taken leads below, what is put above.
    """
    hand = 1 if place.centre.x < parts.body.centre.x else -1
    near = parts.body.x if hand > 0 else parts.body.right
    card = place.right if hand > 0 else place.x
    if (end.x - parts.body.centre.x) * hand <= 0 or (near - card) * hand <= 0:
        return None
    s, down = scene.sizes, 1 if way is Way.OUT_OF else -1
    y = tube.bottom + s.px(6) if down > 0 else tube.y - s.px(6)
    others = [n.rect for n in scene.plan.nodes.values() if n.rect != tube]
    level = Rect(min(near, end.x), y - 1, parts.body.w, 2)
    if not 0 < y < scene.plan.height or any(level.touches(other) for other in others):
        return None
    # Right outside of the badges that may wait at either end.
    beyond = max(end.x, tube.right) if hand > 0 else min(end.x, tube.x)
    between = (card + (tube.x if hand > 0 else tube.right)) / 2
    home = place.centre.y + s.px(8) * down
    return (
        Point(card, home),
        Point(between, home),
        Point(between, y),
        Point(beyond, y),
        Point(beyond, end.y),
        end,
    )


def compose_links(scene: Scene) -> list[Op]:
    """Pictures of all lines: they only change when something new appears."""
    present = frozenset(scene.processes)
    kept: tuple[frozenset[int], list[Op]] | None = scene.plan.memo.get("links")
    if kept is None or kept[0] != present:
        kept = scene.plan.memo["links"] = present, _links(scene)
    return kept[1]


def _links(scene: Scene) -> list[Op]:
    whole = Rect(0, 0, scene.plan.width, scene.plan.height)
    tubes = tuple(
        curve if way is Way.INTO else curve[::-1]
        for (process, _tube, way), curve in sorted(edges(scene).items())
        if scene.shows(process)
    )
    ops = []
    family = _family(scene)
    if family:
        ops.append(op(draw_family, whole, family, bleed=0))
    if 0 < len(tubes) <= _MOST_LINES:
        ops.append(op(draw_lines, whole, tubes, bleed=0))
    shadows = proxies(scene)
    if shadows:
        ops.append(op(draw_dotted, whole, shadows, bleed=0))
    return ops


def draw_lines(pen: Pen, rect: Rect, curves: tuple[Curve, ...]) -> None:
    """Thin lines with a head at their end."""
    colour = mix(pen.palette.background, pen.palette.outline, 0.75)
    pen.pen(colour, max(1.0, pen.sizes.px(1.3)))
    pen.painter.setBrush(Qt.BrushStyle.NoBrush)
    for curve in curves:
        pen.painter.drawPath(curve_path(curve))
    for curve in curves:
        before = curve[-2] if len(curve) > 2 else along(curve, 0.93)
        pen.arrow_head(curve[-1], before, colour, pen.sizes.px(6))


Branch = tuple[tuple[Point, ...], bool]


def _family(scene: Scene) -> tuple[Branch, ...]:
    """The lines from parents to children: outside of the columns, so that nothing is crossed."""
    result: list[Branch] = []
    heads: set[Rect] = set()
    out = scene.sizes.px(9)
    for member in scene.structure.members:
        parent = scene.slot(member.parent)
        slot = scene.slot(member.process)
        if parent is None or member.process in scene.structure.framed:
            continue
        if not scene.shows(member.process):
            continue
        if slot is None or slot.form is not Form.CARD:
            group = next((g for g in scene.plan.groups if member.process in g.members), None)
            if group is None or group.heading in heads or not group.begins:
                continue
            heads.add(group.heading)
            if group.heading.x > parent.rect.right:
                continue
            child = Rect(group.heading.x, group.heading.y, group.heading.w, group.heading.h)
        else:
            child = slot.rect
        start = parent.rect
        if start.x > scene.plan.width * 0.3:
            # In the middle of a ring: the ring itself says it.
            continue
        points: tuple[Point, ...]
        if child.x < start.right and child.y >= start.bottom - 1:
            x = min(start.x, child.x) - out
            if child.x > start.x + 2:
                # Indented below its parent.
                x = start.x + scene.sizes.px(5)
                points = (
                    Point(x, start.bottom),
                    Point(x, child.centre.y),
                    Point(child.x, child.centre.y),
                )
            else:
                points = (
                    Point(start.x, start.centre.y),
                    Point(x, start.centre.y),
                    Point(x, child.centre.y),
                    Point(child.x, child.centre.y),
                )
            result.append((points, member.daemon))
        elif child.right > scene.plan.width - 2 * scene.sizes.margin and _above(scene, start):
            x, top = child.right + out, _clear(scene, start.y - scene.sizes.px(5))
            # From below the card: what is left of it in the end is lower than it was.
            first = start.centre
            points = (
                first,
                Point(first.x, top),
                Point(x, top),
                Point(x, child.centre.y),
                Point(child.right, child.centre.y),
            )
            result.append((points, member.daemon))
    return tuple(result)


def _above(scene: Scene, start: Rect) -> bool:
    """Whether nothing is in the way above a parent's card."""
    slots = scene.plan.cards.values()
    return all(s.rect.y >= start.y - scene.sizes.px(4) for s in slots)


def _clear(scene: Scene, y: float) -> float:
    """The next height from ``y`` upwards at which a level line crosses no object."""
    near = scene.sizes.px(5)
    for rect in sorted((n.rect for n in scene.plan.nodes.values()), key=lambda r: -r.bottom):
        if rect.y - near < y < rect.bottom + near:
            y = rect.y - near
    return max(y, 3.0)


def draw_family(pen: Pen, rect: Rect, branches: tuple[Branch, ...]) -> None:
    """Parent to child; a double line is a daemon."""
    colour: QColor = mix(pen.palette.background, pen.palette.outline, 0.8)
    width = max(1.0, pen.sizes.px(1.2))
    for points, daemon in branches:
        for a, b in pairwise(points):
            pen.line(a, b, colour, width)
        if daemon:
            gap = pen.sizes.px(3)
            a, b = points[-2], points[-1]
            pen.line(Point(a.x, a.y + gap), Point(b.x, b.y + gap), colour, width)
