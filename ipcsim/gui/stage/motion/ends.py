"""Where a flight begins and ends."""

from __future__ import annotations

from ipcsim.gui.stage.anatomy.geometry import Rect
from ipcsim.gui.stage.anatomy.shapes import Shape
from ipcsim.gui.stage.scene import Scene
from ipcsim.gui.stage.structure import Thing
from ipcsim.trace.moment import Move


def process_of(scene: Scene, move: Move) -> int | None:
    """Whose move it is."""
    actor = scene.actors.get(move.actor)
    return actor.process if actor else None


def thing_of(scene: Scene, move: Move) -> Thing | None:
    """The object on the stage that it goes to or comes from."""
    thing = scene.things.get(move.object) if move.object is not None else None
    if thing is None:
        peers = (t for t in scene.structure.things if t.peer == move.object)
        thing = next(peers, None) if move.object is not None else None
    return thing if thing is not None and thing.object in scene.plan.nodes else None


def tube_of_end(scene: Scene, end: int) -> int | None:
    """The object on the stage that a pipe's end belongs to."""
    for thing in scene.structure.things:
        if end in (thing.object, thing.peer) and thing.object in scene.plan.nodes:
            return thing.object
    return None


def server_place(scene: Scene, move: Move) -> Rect | None:
    """Where the server stands that is asked or answers."""
    if move.object is not None and move.object in scene.plan.nodes:
        return scene.plan.nodes[move.object].rect
    if move.other is not None:
        for service, members in scene.structure.frames:
            if move.other in members and service in scene.plan.nodes:
                return scene.plan.nodes[service].rect
        return scene.whole(move.other)
    managers = [
        t.object
        for t in scene.structure.things
        if t.shape is Shape.MANAGER and t.object in scene.plan.nodes
    ]
    return scene.plan.nodes[managers[0]].rect if len(managers) == 1 else None
