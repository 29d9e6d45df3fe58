"""Badges away from home: standing in line, walking there and back."""

from __future__ import annotations

from ipcsim.gui.stage.anatomy.geometry import Rect
from ipcsim.gui.stage.anatomy.shapes import Shape
from ipcsim.gui.stage.composing.faces import thread_label
from ipcsim.gui.stage.drawing.gates import more, ring
from ipcsim.gui.stage.drawing.pen import Pen
from ipcsim.gui.stage.drawing.sprites import Op, op
from ipcsim.gui.stage.motion.whereabouts import Whereabouts
from ipcsim.gui.stage.scene import Detail, Scene
from ipcsim.supervisor.messages import State
from ipcsim.trace.moment import ActorAt


def compose_badges(scene: Scene, where: Whereabouts) -> tuple[list[Op], list[Op]]:
    """Badges that stand somewhere, and badges that walk."""
    standing: list[Op] = []
    walking: list[Op] = []
    # The first of a line lies on top of those behind.
    for number, spot in reversed(where.spots.items()):
        actor = scene.actors.get(number)
        if actor is None:
            continue
        badge = _badge(scene, actor, spot)
        share = _share(scene, actor.since)
        home = _home(scene, actor)
        if share < 1.0 and home is not None:
            walking.append(_between(badge, home, spot, share))
            continue
        left = _time_left(scene, actor)
        if left is not None:
            standing.append(op(ring, spot, left, bleed=6))
        standing.append(badge)
    for rest, count in where.crowds:
        standing.append(op(more, rest, count))
    walking += _to_seats(scene)
    walking += _homewards(scene, where)
    return standing, walking


def badge_picture(pen: Pen, rect: Rect, label: str, colour: int) -> None:
    """A badge that is away from its card."""
    pen.badge(rect, label, colour)


def _badge(scene: Scene, actor: ActorAt, spot: Rect) -> Op:
    who = scene.who.get(actor.process)
    label = thread_label(who, actor.thread) if who else "?"
    found = op(badge_picture, spot, label, scene.colour(actor.process))
    return found._replace(members=(actor.process,))


def _home(scene: Scene, actor: ActorAt) -> Rect | None:
    return scene.home(actor.process)


def _share(scene: Scene, since: int) -> float:
    """How much of a walk is over that began at ``since``."""
    if scene.still or scene.detail is Detail.SITUATION:
        return 1.0
    return min(max((scene.moment.t - since) / max(scene.walk, 1), 0.0), 1.0)


def _between(badge: Op, start: Rect, end: Rect, share: float) -> Op:
    eased = share * share * (3 - 2 * share)
    at = start.centre.towards(end.centre, eased)
    return badge._replace(x=round(at.x - badge.w / 2), y=round(at.y - badge.h / 2))


def _time_left(scene: Scene, actor: ActorAt) -> float | None:
    """How much of a timed wait is left, in 24ths; None: it waits for ever."""
    if actor.deadline is None or actor.state is not State.WAITING:
        return None
    whole = max(actor.deadline - actor.since, 1)
    return round(min(max((actor.deadline - scene.moment.t) / whole, 0.0), 1.0) * 24) / 24


def _to_seats(scene: Scene) -> list[Op]:
    """From the line onto the seat that has just been taken."""
    walking = []
    for thing in scene.structure.things:
        gate = scene.moment.gates.get(thing.object)
        if gate is None or thing.object not in scene.plan.nodes or thing.shape is not Shape.LOCK:
            continue
        parts = scene.gate(thing)
        for (number, since, _depth), seat in zip(gate.holders, parts.seats, strict=False):
            share = _share(scene, since)
            actor = scene.actors.get(number)
            if share < 1.0 and actor is not None and parts.line.spots:
                start = parts.line.spots[0]
                walking.append(_between(_badge(scene, actor, start), start, seat, share))
    return walking


def _homewards(scene: Scene, where: Whereabouts) -> list[Op]:
    """Back to the card, when a wait in a tube is over."""
    walking = []
    for actor in scene.actors.values():
        if actor.state is not State.RUNNING or actor.object is None or actor.actor in where.spots:
            continue
        share = _share(scene, actor.since)
        thing = scene.things.get(actor.object)
        home = scene.home(actor.process)
        if share >= 1.0 or thing is None or home is None or thing.object not in scene.plan.nodes:
            continue
        if not thing.shape.carries:
            continue
        parts = scene.tube(thing)
        sending = any(
            m.actor == actor.actor and m.motion.value == "put" for m in scene.moment.moves
        )
        line = parts.putters if sending else parts.getters
        if line.spots:
            start = line.spots[0]
            walking.append(_between(_badge(scene, actor, start), start, home, share))
    return walking
