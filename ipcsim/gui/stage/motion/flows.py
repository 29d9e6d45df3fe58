"""Too fast for single tokens: dashes of constant speed along the lines of a busy tube."""

from __future__ import annotations

from ipcsim.gui.stage.anatomy.shapes import Level
from ipcsim.gui.stage.composing.curves import Curve
from ipcsim.gui.stage.composing.links import Edge
from ipcsim.gui.stage.motion.shapes import Direct, draw_dashes
from ipcsim.gui.stage.scene import Scene
from ipcsim.gui.stage.usage import Way

_SPEED = 90.0
"""Pixels a second, at 100 %."""
_NORMAL = 400e6
"""A flight's time at which dashes have that speed: slowed time slows them, too."""


def flows(scene: Scene, curves: dict[Edge, Curve]) -> list[Direct]:
    """The dashes of a scene."""
    result = []
    for (process, number, way), line in curves.items():
        tube = scene.moment.tubes.get(number)
        if tube is None or tube.rate <= 0 or not scene.busy(number):
            continue
        if scene.plan.nodes[number].level is Level.FAR and len(curves) > 40:
            continue
        curve = line if way is Way.INTO else line[::-1]
        phase = 0.0
        if not scene.still:
            seconds = (scene.moment.t - scene.origin) / 1e9 * _NORMAL / max(scene.flight, 1)
            phase = seconds * scene.sizes.px(_SPEED)
        result.append(Direct(draw_dashes, (curve, scene.colour(process), phase)))
    return result
