"""What moves: tokens, copies of values, calls, bolts. Each place is a function of (Moment, t)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from ipcsim.gui.stage.anatomy.geometry import Point, Rect
from ipcsim.gui.stage.anatomy.shapes import Shape
from ipcsim.gui.stage.composing.curves import Curve, along, side
from ipcsim.gui.stage.composing.links import edges
from ipcsim.gui.stage.composing.tubes import lane_of, token_picture
from ipcsim.gui.stage.drawing.sprites import Op, op
from ipcsim.gui.stage.motion.ends import process_of, server_place, thing_of
from ipcsim.gui.stage.motion.flows import flows
from ipcsim.gui.stage.motion.outlines import outline_of
from ipcsim.gui.stage.motion.shapes import (
    Direct,
    draw_access,
    draw_bolt,
    draw_bounce,
)
from ipcsim.gui.stage.scene import Detail, Scene
from ipcsim.gui.stage.usage import Way
from ipcsim.language import _
from ipcsim.trace.moment import Motion, Move

MOST = 24
"""At most so many things move at once."""


@dataclass
class Flights:
    """All that moves in a frame."""

    below: list[Direct] = field(default_factory=list)
    """Lines and dashes, under the cards."""
    above: list[Op | Direct] = field(default_factory=list)
    flying: frozenset[tuple[int, int]] = frozenset()
    """(object, message) of tokens that have not arrived."""


def flights(scene: Scene) -> Flights:
    """What moves in a scene."""
    result = Flights()
    curves = edges(scene)
    result.below += flows(scene, curves)
    known = [m for m in scene.moment.moves if m.time <= scene.moment.t and _shown(scene, m)]
    lasting = _lasting(scene, known)
    moving = [m for m in known if scene.moment.t - m.time < lasting[id(m)]]
    moving = _latest(moving)[-MOST:]
    scene = replace(scene, lasting=lasting)
    gone = {(m.object, m.message) for m in moving if m.motion is Motion.GET}
    flying = set()
    for move in moving:
        if move.motion is Motion.PUT and (move.object, move.message) in gone:
            # It has left already: leaving ends the way in.
            continue
        if scene.still:
            result.above += outline_of(scene, move)
            continue
        _FLY[move.motion](scene, move, result)
        if move.motion is Motion.PUT and move.object is not None and move.message is not None:
            flying.add((move.object, move.message))
    result.flying = frozenset(flying)
    return result


def _lasting(scene: Scene, moves: list[Move]) -> dict[int, int]:
    """How long each flight takes, ns: it is over well before the next one begins on its way."""
    result = {}
    following: dict[tuple[Motion, int, int | None], int] = {}
    for move in reversed(moves):
        way = (move.motion, move.actor, move.object)
        after = following.get(way)
        following[way] = move.time
        whole = scene.flight if after is None else (after - move.time) * 2 // 5
        result[id(move)] = max(min(whole, scene.flight), 1)
    return result


_SHARED_LINES = frozenset({Motion.READ, Motion.WRITE, Motion.CALL, Motion.RESULT})


def _latest(moves: list[Move]) -> list[Move]:
    """Of what an actor does to a cell or asks of a server only the last: there and back are one
    line."""
    last = {(m.actor, m.object): m for m in moves if m.motion in _SHARED_LINES}
    return [m for m in moves if m.motion not in _SHARED_LINES or last[m.actor, m.object] is m]


def _shown(scene: Scene, move: Move) -> bool:
    if move.motion is Motion.BOLT or move.wrong:
        return True
    if move.object is not None and scene.busy(move.object):
        return False
    if scene.detail is Detail.OPERATIONS:
        return True
    return move.motion in (Motion.PUT, Motion.GET, Motion.CALL, Motion.RESULT)


def _ease(share: float) -> float:
    return share * share * (3 - 2 * share)


def _token(scene: Scene, at: Point, label: str, colour: int, wide: float = 0.0) -> Op:
    s = scene.sizes
    width = max(s.token, min(wide or s.small * (0.62 * len(label) + 0.9), s.px(120)))
    rect = Rect(round(at.x - width / 2), round(at.y - s.token / 2), round(width), s.token)
    return op(token_picture, rect, label, colour)


def _fly_put(scene: Scene, move: Move, result: Flights) -> None:
    thing = thing_of(scene, move)
    place = scene.whole(process_of(scene, move) or 0)
    if thing is None or place is None:
        return
    parts = scene.tube(thing)
    tube = scene.moment.tubes.get(move.object if move.object is not None else -1)
    order = [t.message for t in tube.tokens] if tube else []
    target = parts.mouth
    if move.message in order and order.index(move.message) < len(parts.slots):
        index = order.index(move.message)
        if thing.shape is Shape.STACK:
            index = min(len(order), len(parts.slots)) - 1 - index
        target = parts.slots[index].centre
    elif thing.shape is Shape.PIPE:
        target = lane_of(scene, thing, move.object).centre
    share = scene.flown(move)
    start = side(place, parts.mouth)
    colour = scene.colour(process_of(scene, move))
    if move.wrong:
        _bounce(scene, move, result, start, parts.mouth, colour)
        return
    result.above.append(_token(scene, along((start, target), _ease(share)), move.label, colour))


def _fly_get(scene: Scene, move: Move, result: Flights) -> None:
    thing = thing_of(scene, move)
    place = scene.whole(process_of(scene, move) or 0)
    if thing is None or place is None:
        return
    parts = scene.tube(thing)
    out = parts.exit
    if thing.shape is Shape.PIPE:
        out = lane_of(scene, thing, move.object).centre
    end = side(place, out)
    if move.wrong:
        colour = scene.colour(process_of(scene, move))
        _bounce(scene, move, result, end, out, colour)
        return
    sender = move.other if move.other is not None else process_of(scene, move)
    line = edges(scene).get((process_of(scene, move) or 0, thing.object, Way.OUT_OF), ())
    # Where the line leads round the tube the token takes it, too.
    way = line[::-1] if len(line) > 2 else (out, end)
    at = along(way, _ease(scene.flown(move)))
    result.above.append(_token(scene, at, move.label, scene.colour(sender)))


def _bounce(
    scene: Scene, move: Move, result: Flights, home: Point, wall: Point, colour: int
) -> None:
    """Full, Empty: it comes back, with the word."""
    share = scene.flown(move)
    reach = 1.0 - abs(2 * share - 1.0)
    word = _("Full") if move.motion is Motion.PUT else _("Empty")
    at = home.towards(wall, 0.25 + 0.65 * reach)
    result.above.append(Direct(draw_bounce, (at, move.label, colour, word)))


def _fly_read(scene: Scene, move: Move, result: Flights) -> None:
    _copy(scene, move, result, read=True)


def _fly_write(scene: Scene, move: Move, result: Flights) -> None:
    _copy(scene, move, result, read=False)


def _copy(scene: Scene, move: Move, result: Flights, read: bool) -> None:
    thing = thing_of(scene, move)
    process = process_of(scene, move)
    place = scene.whole(process) if process is not None else None
    if thing is None or place is None:
        return
    node = scene.plan.nodes[thing.object].rect
    gap = scene.sizes.px(7)
    near, far = node.edge(place.centre), place.edge(node.centre)
    length = max(((near.x - far.x) ** 2 + (near.y - far.y) ** 2) ** 0.5, 1.0)
    near, far = near.towards(far, gap / length), far.towards(near, gap / length)
    start, end = (near, far) if read else (far, near)
    share = scene.flown(move)
    colour = scene.colour(process)
    result.below.append(Direct(draw_access, (start, end, colour, read, move.wrong)))
    at = start.towards(end, _ease(min(share * 2, 1.0)))
    if share < 0.5:
        result.above.append(_token(scene, at, move.label, colour))


def _fly_call(scene: Scene, move: Move, result: Flights) -> None:
    _trip(scene, move, result, to_server=True)


def _fly_result(scene: Scene, move: Move, result: Flights) -> None:
    _trip(scene, move, result, to_server=False)


def _trip(scene: Scene, move: Move, result: Flights, to_server: bool) -> None:
    process = process_of(scene, move)
    client = scene.whole(process) if process is not None else None
    server = server_place(scene, move)
    if client is None or server is None:
        return
    a = side(client, server.centre)
    b = side(server, client.centre)
    curve: Curve = (a, b) if to_server else (b, a)
    at = along(curve, _ease(scene.flown(move)))
    colour = scene.colour(process)
    result.above.append(_token(scene, at, move.label, colour))


def _fly_bolt(scene: Scene, move: Move, result: Flights) -> None:
    source = scene.whole(process_of(scene, move) or 0)
    target = scene.whole(move.other) if move.other is not None else None
    if target is None:
        return
    start = source.centre if source else Point(target.x, target.y - scene.sizes.px(40))
    at = start.towards(target.centre, _ease(scene.flown(move)))
    result.above.append(Direct(draw_bolt, (at, move.label)))


def _fly_bell(scene: Scene, move: Move, result: Flights) -> None:
    """The bell is part of the condition's own picture."""


_FLY: dict[Motion, Callable[[Scene, Move, Flights], None]] = {
    Motion.PUT: _fly_put,
    Motion.GET: _fly_get,
    Motion.READ: _fly_read,
    Motion.WRITE: _fly_write,
    Motion.CALL: _fly_call,
    Motion.RESULT: _fly_result,
    Motion.BOLT: _fly_bolt,
    Motion.BELL: _fly_bell,
}
