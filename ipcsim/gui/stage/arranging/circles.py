"""A ring of processes (each sends to the next) stands in a circle, main in its middle."""

from __future__ import annotations

from math import cos, pi, sin

from ipcsim.gui.stage.anatomy.geometry import Rect, Sizes
from ipcsim.gui.stage.anatomy.shapes import Level, natural_size
from ipcsim.gui.stage.arranging.layering import ring
from ipcsim.gui.stage.arranging.plan import Form, Node, Plan, Slot
from ipcsim.gui.stage.arranging.shelves import shelve
from ipcsim.gui.stage.structure import Structure
from ipcsim.gui.stage.usage import Way


def circle(structure: Structure, stage: Rect, sizes: Sizes) -> Plan | None:
    """The places of a ring's processes and of the tubes between them.

    None if the processes make no ring, or if there is no room for a circle.
    """
    order = ring(structure)
    if order is None:
        return None
    members = {m.process: m for m in structure.members}
    if {p for p, m in members.items() if not m.is_main} - structure.framed != set(order):
        return None
    lines = 2
    across, tall = sizes.px(160), sizes.card_height(lines)
    cards: dict[int, Slot] = {}
    nodes: dict[int, Node] = {}
    steps = 2 * len(order)
    for index, process in enumerate(order):
        if members[process].threads:
            return None
        spot = _at(stage, 2 * index / steps, across, tall)
        cards[process] = Slot(spot.rounded(), Form.CARD, lines)
        tubes = _tubes_between(structure, process, order[(index + 1) % len(order)])
        for tube in tubes[:1]:
            thing = next(t for t in structure.things if t.object == tube)
            width, height = natural_size(thing.shape, Level.FAR, sizes)
            place = (2 * index + 1) / steps
            flip = 0.25 < place < 0.75
            spot = _at(stage, place, width, height).rounded()
            nodes[tube] = Node(spot, Level.FAR, flip)
    main = next((m for m in structure.members if m.is_main), None)
    centre = stage.centre
    if main:
        rect = Rect(centre.x - across / 2, centre.y - tall / 2, across, tall)
        cards[main.process] = Slot(rect.rounded(), Form.CARD, lines)
    rest = [t for t in structure.things if t.object not in nodes and t.within is None]
    below = Rect(
        centre.x - across,
        centre.y + tall / 2 + sizes.px(6),
        2 * across,
        stage.h / 2 - 1.5 * tall - sizes.px(12),
    )
    placed, hidden = shelve(rest, below, sizes)
    nodes |= placed
    rects = [s.rect for s in cards.values()] + [n.rect for n in nodes.values()]
    if any(a.touches(b) for i, a in enumerate(rects) for b in rects[:i]):
        return None
    return Plan(stage.w, stage.h, cards, nodes, crowded_out=hidden)


def _at(stage: Rect, share: float, width: float, height: float) -> Rect:
    """The place at ``share`` of the way round, from the top and clockwise."""
    angle = 2 * pi * share - pi / 2
    x = stage.centre.x + cos(angle) * (stage.w - width) / 2
    y = stage.centre.y + sin(angle) * (stage.h - height) / 2
    return Rect(x - width / 2, y - height / 2, width, height)


def _tubes_between(structure: Structure, sender: int, receiver: int) -> list[int]:
    into = {x.object for x in structure.links if x.process == sender and x.way is Way.INTO}
    out = {x.object for x in structure.links if x.process == receiver and x.way is Way.OUT_OF}
    return sorted(into & out & {t.object for t in structure.things if t.shape.carries})
