"""From a scene to the list of pictures that make its frame, in the order they are drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from ipcsim.gui.stage.anatomy.shapes import Shape
from ipcsim.gui.stage.arranging.plan import Form
from ipcsim.gui.stage.composing.cells import (
    compose_array,
    compose_cell,
    compose_memory,
    compose_service,
)
from ipcsim.gui.stage.composing.crowds import compose_groups
from ipcsim.gui.stage.composing.deadlocks import compose_deadlock
from ipcsim.gui.stage.composing.faces import face_of
from ipcsim.gui.stage.composing.gates import compose_corner, compose_gate
from ipcsim.gui.stage.composing.links import compose_links
from ipcsim.gui.stage.composing.opened import compose_opened
from ipcsim.gui.stage.composing.tubes import compose_pipe, compose_tube
from ipcsim.gui.stage.composing.undone import compose_undone
from ipcsim.gui.stage.composing.wait import compose_waits
from ipcsim.gui.stage.drawing.cards import card
from ipcsim.gui.stage.drawing.sprites import Op
from ipcsim.gui.stage.drawing.tiles import dot, mini, tile
from ipcsim.gui.stage.folding import compose_folds
from ipcsim.gui.stage.foot import compose_foot
from ipcsim.gui.stage.motion.flights import Flights, flights
from ipcsim.gui.stage.motion.shapes import Direct
from ipcsim.gui.stage.motion.walks import compose_badges
from ipcsim.gui.stage.motion.whereabouts import whereabouts
from ipcsim.gui.stage.scene import Scene
from ipcsim.gui.stage.structure import Thing
from ipcsim.trace.moment import ProcessAt


@dataclass
class Frame:
    """A frame, from back to front."""

    ground: list[Op] = field(default_factory=list)
    """Lines: change when something new appears."""
    below: list[Direct] = field(default_factory=list)
    still: list[Op] = field(default_factory=list)
    moving: list[Op | Direct] = field(default_factory=list)
    loop: list[Direct] = field(default_factory=list)
    over: list[Op] = field(default_factory=list)
    """What has been opened lies on top of everything."""


_FORMS: dict[Form, Callable[..., None]] = {
    Form.CARD: card,
    Form.TILE: tile,
    Form.MINI: mini,
    Form.DOT: dot,
}
_THINGS: dict[Shape, Callable[[Scene, Thing], list[Op]]] = {
    Shape.PIPE: compose_pipe,
    Shape.LOCK: compose_gate,
    Shape.EVENT: compose_gate,
    Shape.BARRIER: compose_gate,
    Shape.CONDITION: compose_gate,
    Shape.CELL: compose_cell,
    Shape.ARRAY: compose_array,
    Shape.MEMORY: compose_memory,
    Shape.MANAGER: compose_service,
    Shape.POOL: compose_service,
}


def compose(scene: Scene) -> Frame:
    """The frame of a scene."""
    frame = Frame()
    if not scene.plan.cards and not scene.plan.groups:
        frame.still = compose_foot(scene)
        return frame
    moving = flights(scene)
    where = whereabouts(scene)
    frame.ground = compose_links(scene)
    frame.below = moving.below
    standing, walking = compose_badges(scene, where)
    frame.still = [
        *_objects(scene, moving),
        *compose_groups(scene),
        *_cards(scene, frozenset(where.spots)),
        *_corners(scene),
        *compose_folds(scene),
        *compose_undone(scene),
        *compose_waits(scene),
        *standing,
        *compose_foot(scene),
    ]
    frame.over = compose_opened(scene)
    frame.moving = [*walking, *moving.above]
    if scene.deadlock is not None:
        loop = compose_deadlock(scene, where)
        frame.below = [*frame.below, *loop.lines]
        frame.loop = loop.rings
    return frame


def _objects(scene: Scene, moving: Flights) -> list[Op]:
    ops: list[Op] = []
    for thing in scene.structure.things:
        if thing.object not in scene.plan.nodes:
            continue
        if thing.shape in (Shape.TUBE, Shape.STACK):
            ops += compose_tube(scene, thing, moving.flying)
        else:
            ops += _THINGS[thing.shape](scene, thing)
    return ops


def _cards(scene: Scene, away: frozenset[int]) -> list[Op]:
    ops = []
    tasks = {
        number: label
        for service in scene.moment.services.values()
        for number, label in service.busy
        if label
    }
    workers = scene.structure.framed - scene.servers
    members = {m.process: m for m in scene.structure.members}
    for number, slot in scene.plan.cards.items():
        process = scene.processes.get(number)
        who = scene.who.get(number)
        if process is None or who is None:
            continue
        if number in workers:
            process = _at_task(process, tasks.get(number, ""))
        face = face_of(
            process,
            who,
            scene.moment.t,
            away,
            number == scene.selected,
            number in scene.servers,
            slot.form,
            members[number].spread,
            members[number].threads,
            {c.torn: scene.colour(c.torn) for c in process.chips if c.torn is not None},
        )
        r = slot.rect
        ops.append(Op(_FORMS[slot.form], r.x, r.y, r.w, r.h, (face,), 2, (number,)))
    return ops


def _at_task(process: ProcessAt, task: str) -> ProcessAt:
    """A pool's worker shows its task: where it is in the library's loop is nobody's business."""
    if not process.actors:
        return process
    actors = (replace(process.actors[0], operation=task), *process.actors[1:])
    return replace(process, actors=actors)


def _corners(scene: Scene) -> list[Op]:
    return [
        item
        for thing in scene.structure.things
        if thing.shape in (Shape.CELL, Shape.ARRAY) and thing.object in scene.plan.nodes
        for item in compose_corner(scene, thing)
    ]
