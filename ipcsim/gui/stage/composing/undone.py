"""Taken and not reported: what a consumer has got stays at it, outlined, until task_done()."""

from __future__ import annotations

from ipcsim.gui.stage.anatomy.geometry import Rect
from ipcsim.gui.stage.arranging.plan import Form
from ipcsim.gui.stage.composing.faces import ENDINGS
from ipcsim.gui.stage.composing.tubes import token_picture
from ipcsim.gui.stage.drawing.pen import LEFT, Pen
from ipcsim.gui.stage.drawing.sprites import Op, op
from ipcsim.gui.stage.scene import Scene
from ipcsim.trace.moment import Motion, Token

MOST = 3
"""So many at one card; the others are a number."""


def compose_undone(scene: Scene) -> list[Op]:
    """The outlined tokens at the cards of those who have taken them."""
    held: dict[int, list[tuple[int, Token]]] = {}
    coming = {
        (move.object, move.message)
        for move in scene.moment.moves
        if move.motion is Motion.GET and scene.moment.t - move.time < scene.flight
    }
    for tube in scene.moment.tubes.values():
        if tube.object not in scene.plan.nodes or scene.busy(tube.object):
            continue
        for process, token in tube.undone:
            if scene.still or (tube.object, token.message) not in coming:
                held.setdefault(process, []).append((tube.object, token))
    return [item for process, own in held.items() for item in _at_card(scene, process, own)]


def _at_card(scene: Scene, process: int, own: list[tuple[int, Token]]) -> list[Op]:
    slot, card = scene.slot(process), scene.processes.get(process)
    if slot is None or card is None or slot.form is not Form.CARD:
        return []
    s, rect = scene.sizes, slot.rect
    tall = s.token * 0.82
    top = rect.bottom - tall * 0.45
    if card.state in ENDINGS:
        # What is left of the card is one line in its middle, all of it text.
        top = rect.centre.y + min(s.badge + s.px(8), rect.h) / 2 + s.px(2)
    x, y = rect.x + s.px(14), min(top, scene.plan.height - tall)
    ops = []
    for number, token in own[:MOST]:
        wide = max(tall, min(s.small * (0.62 * len(token.label) + 0.9), s.px(64)))
        place = Rect(x, y, wide, tall).rounded()
        picture = op(token_picture, place, token.label, scene.colour(token.sender), True)
        ops.append(picture._replace(members=(process,), things=(number,)))
        x += wide + s.px(3)
    if len(own) > MOST:
        ops.append(op(_more, Rect(x, y, s.small * 3, tall), f"+{len(own) - MOST}"))
    return ops


def _more(pen: Pen, rect: Rect, text: str) -> None:
    pen.text(rect, text, pen.small_bold, pen.palette.text, LEFT)
