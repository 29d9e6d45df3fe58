"""Reduced motion: nothing flies, but where something has arrived is outlined for a moment."""

from __future__ import annotations

from ipcsim.gui.stage.motion.ends import process_of, thing_of
from ipcsim.gui.stage.motion.shapes import Direct, draw_outline
from ipcsim.gui.stage.scene import Scene
from ipcsim.trace.moment import Motion, Move


def outline_of(scene: Scene, move: Move) -> list[Direct]:
    """Reduced motion: where something has arrived is outlined."""
    thing = thing_of(scene, move)
    process = process_of(scene, move)
    into = move.motion in (Motion.PUT, Motion.WRITE, Motion.CALL)
    target = scene.whole(process) if process is not None else None
    if into and thing is not None:
        target = scene.plan.nodes[thing.object].rect
        tube = scene.moment.tubes.get(thing.object)
        if tube and thing.shape.carries:
            parts = scene.tube(thing)
            order = [t.message for t in tube.tokens]
            if move.message in order and order.index(move.message) < len(parts.slots):
                target = parts.slots[order.index(move.message)]
    if target is None:
        return []
    return [Direct(draw_outline, (target, scene.colour(process), move.wrong))]
