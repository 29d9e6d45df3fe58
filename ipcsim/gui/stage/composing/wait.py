"""connection.wait: a bracket at the edge of the card, and one at each end that it waits for."""

from __future__ import annotations

from ipcsim.gui.stage.anatomy.geometry import Point, Rect
from ipcsim.gui.stage.arranging.plan import Form, Slot
from ipcsim.gui.stage.drawing.pen import Pen
from ipcsim.gui.stage.drawing.sprites import Op, op
from ipcsim.gui.stage.motion.ends import tube_of_end
from ipcsim.gui.stage.scene import Scene
from ipcsim.supervisor.messages import State
from ipcsim.trace.moment import ActorAt

_WIDTH = 7
"""Pixels at 100 %."""


def waiting_at_many(scene: Scene) -> list[tuple[ActorAt, Slot]]:
    """Who waits for several ends at once, and has a card."""
    found = []
    for actor in scene.actors.values():
        slot = scene.slot(actor.process)
        if slot is None or slot.form is not Form.CARD:
            continue
        if len(actor.waits_on) > 1 and actor.state is State.WAITING:
            found.append((actor, slot))
    return found


def bracket_of(scene: Scene, actor: ActorAt, slot: Slot) -> tuple[Rect, bool]:
    """Where the bracket at a card stands, and whether it opens to the left."""
    places = [body.centre.x for body in _tubes(scene, actor)]
    card, wide = slot.rect, scene.sizes.px(_WIDTH)
    left = not places or sum(places) / len(places) < card.centre.x
    x = card.x - wide - scene.sizes.px(5) if left else card.right + scene.sizes.px(5)
    return Rect(x, card.y, wide, card.h), left


def badge_spot(scene: Scene, actor: ActorAt, slot: Slot) -> Rect:
    """Where the badge stands while it waits: before the bracket."""
    rect, left = bracket_of(scene, actor, slot)
    size, gap = scene.sizes.badge, scene.sizes.px(3)
    x = rect.x - gap - size if left else rect.right + gap
    return Rect(x, rect.centre.y - size / 2, size, size).rounded()


def compose_waits(scene: Scene) -> list[Op]:
    """The brackets."""
    ops: list[Op] = []
    for actor, slot in waiting_at_many(scene):
        colour = scene.colour(actor.process)
        rect, left = bracket_of(scene, actor, slot)
        ops.append(op(bracket, rect, left, colour)._replace(members=(actor.process,)))
        for body in _tubes(scene, actor):
            # Round the plug that it reads: the one nearer to the card.
            s, right = scene.sizes, body.centre.x < slot.rect.centre.x
            x = body.right + s.px(3) if right else body.x - s.px(3 + _WIDTH)
            place = Rect(x, body.y - s.px(3), s.px(_WIDTH), body.h + s.px(6))
            ops.append(op(bracket, place, right, colour)._replace(members=(actor.process,)))
    return ops


def _tubes(scene: Scene, actor: ActorAt) -> list[Rect]:
    """The bodies of the pipes that it waits for."""
    numbers = (tube_of_end(scene, end) for end in actor.waits_on)
    return [scene.tube(scene.things[number]).body for number in numbers if number is not None]


def bracket(pen: Pen, rect: Rect, left: bool, colour: int) -> None:
    """``[`` or ``]``."""
    ink, width = pen.who(colour), pen.stroke
    r = rect.inset(width / 2)
    back, tip = (r.right, r.x) if left else (r.x, r.right)
    for a, b in (
        (Point(tip, r.y), Point(back, r.y)),
        (Point(back, r.y), Point(back, r.bottom)),
        (Point(back, r.bottom), Point(tip, r.bottom)),
    ):
        pen.line(a, b, ink, width)
