"""The pictures of tubes at a moment: walls, tokens, counters."""

from __future__ import annotations

from collections import Counter

from ipcsim.events import ObjectKind as K
from ipcsim.gui.stage.anatomy.geometry import Rect
from ipcsim.gui.stage.anatomy.shapes import Level, Shape
from ipcsim.gui.stage.anatomy.tubes import pipe_lanes
from ipcsim.gui.stage.composing.faces import ENDINGS
from ipcsim.gui.stage.drawing.pen import OBJECT, Pen
from ipcsim.gui.stage.drawing.sprites import Op, op
from ipcsim.gui.stage.drawing.tubes import LaneFace, PipeFace, TubeFace, far_tube, pipe, tube
from ipcsim.gui.stage.motion.whereabouts import lane_to_right
from ipcsim.gui.stage.scene import Scene
from ipcsim.gui.stage.structure import Thing
from ipcsim.language import _, grouped
from ipcsim.supervisor.messages import State
from ipcsim.trace.moment import Motion, TubeAt

_MOST_FILLED = 24
_THIN = frozenset({K.SIMPLE_QUEUE, K.THREAD_SIMPLE_QUEUE})


def compose_tube(scene: Scene, thing: Thing, flying: frozenset[tuple[int, int]]) -> list[Op]:
    """The ops of a queue.

    Args:
        flying: (object, message) of tokens that have not arrived yet.
    """
    node = scene.plan.nodes[thing.object]
    parts = scene.tube(thing)
    at = scene.moment.tubes.get(thing.object) or TubeAt(thing.object, 0, _bound(scene, thing), ())
    busy = scene.busy(thing.object)
    face = _face(scene, thing, at, len(parts.slots), busy)
    if node.level is Level.FAR:
        share = at.depth / at.bound if at.bound else min(at.depth / 20, 1.0)
        item = op(far_tube, node.rect, face, round(share * 16) / 16)
        return [item._replace(things=(thing.object,))]
    rect = node.rect
    body, label, foot = (_local(r, rect) for r in (parts.body, parts.label, parts.foot))
    ops = [op(tube, rect, face, body, label, foot, bleed=6)]
    if not busy:
        ops += _tokens(scene, thing, at, parts.slots, flying)
    return [item._replace(things=(thing.object,)) for item in ops]


def _tokens(
    scene: Scene,
    thing: Thing,
    at: TubeAt,
    slots: tuple[Rect, ...],
    flying: frozenset[tuple[int, int]],
) -> list[Op]:
    shift = _shift(scene, thing) if len(slots) > 1 else 0.0
    ops = []
    pitch = abs(slots[1].x - slots[0].x) if len(slots) > 1 else 0.0
    back = pitch * shift * (1 if slots[-1].x > slots[0].x else -1)
    tokens = at.tokens
    hidden = at.depth - len(slots)
    for index, place in enumerate(slots):
        which = index
        if thing.shape is Shape.STACK:
            # Next out stands at the mouth: the slots begin at the closed end.
            which = min(len(tokens), len(slots)) - 1 - index
        if not 0 <= which < len(tokens):
            continue
        token = tokens[which]
        if (thing.object, token.message) in flying:
            continue
        if hidden > 0 and index == len(slots) - 1 and thing.shape is not Shape.STACK:
            # Its place says how many more there are.
            continue
        spot = place.moved(back, 0) if back else place
        ghost = which >= at.depth - at.in_feeder
        ops.append(
            Op(
                token_picture,
                spot.x,
                spot.y,
                spot.w,
                spot.h,
                (token.label, scene.colour(token.sender), ghost),
            )
        )
    return ops


def token_picture(pen: Pen, rect: Rect, label: str, colour: int, ghost: bool = False) -> None:
    """A token; a ghost is still in the sender's buffer."""
    pen.token(rect, label, colour, ghost)


def _shift(scene: Scene, thing: Thing) -> float:
    """How far the tokens still have to slide after the last one left, in slots."""
    if scene.still or thing.shape is Shape.STACK:
        return 0.0
    last = [m for m in scene.moment.moves if m.object == thing.object and m.motion is Motion.GET]
    if not last:
        return 0.0
    return max(0.0, 1.0 - scene.age(last[-1].time) * 2)


def _face(scene: Scene, thing: Thing, at: TubeAt, slots: int, busy: bool) -> TubeFace:
    count = grouped(at.depth)
    if at.bound is not None:
        count = f"{count}/{grouped(at.bound)}"
    more = at.depth - slots + 1 if at.depth > slots else 0
    strong = rate_text(at.rate) if busy else ""
    if busy and at.bound is not None and at.bound <= _MOST_FILLED:
        slots = at.bound
    return TubeFace(
        thing.name,
        count,
        slots,
        open_end=at.bound is None,
        full=at.bound is not None and at.depth >= at.bound,
        closed=at.closed,
        thin=thing.kind in _THIN,
        stack=thing.shape is Shape.STACK,
        flip=scene.plan.nodes[thing.object].flip,
        more=0 if busy or thing.shape is Shape.STACK else more,
        filled=min(at.depth, slots) if busy else 0,
        fill_colour=_colour(scene, at),
        foot="" if strong else _foot(at, thing),
        foot_strong=strong,
    )


def _colour(scene: Scene, at: TubeAt) -> int:
    """Whose messages most of them are."""
    if not at.tokens:
        return OBJECT
    return scene.colour(Counter(t.sender for t in at.tokens).most_common(1)[0][0])


def _foot(at: TubeAt, thing: Thing) -> str:
    said = []
    if at.unfinished is not None and thing.kind in (K.JOINABLE_QUEUE, K.THREAD_QUEUE):
        said.append(_("unfinished {n}").format(n=grouped(at.unfinished)))
    if at.in_feeder:
        said.append(_("{n} still in the sender's buffer").format(n=grouped(at.in_feeder)))
    if thing.shape is Shape.STACK:
        said.append(_("last in, first out"))
    if thing.kind == K.THREAD_PRIORITY_QUEUE:
        said.append(_("smallest first"))
    if at.closed:
        said.append(_("closed"))
    return " · ".join(said)


def rate_text(rate: float) -> str:
    """Messages a second, in steps a person can read at ten changes a second."""
    number = round(rate)
    if number >= 1000:
        number = round(number, -1)
    return f"{grouped(number)} /s"


def _bound(scene: Scene, thing: Thing) -> int | None:
    info = scene.infos.get(thing.object)
    return info.bound if info else None


def compose_pipe(scene: Scene, thing: Thing) -> list[Op]:
    """The ops of a pipe: its lanes, and the tokens on their way."""
    node = scene.plan.nodes[thing.object]
    lanes = [
        scene.moment.tubes[o]
        for o in (thing.object, thing.peer)
        if o is not None and o in scene.moment.tubes
    ]
    depth = sum(lane.depth for lane in lanes)
    if node.level is Level.FAR:
        rate = sum(lane.rate for lane in lanes)
        strong = rate_text(rate) if scene.busy(thing.object) else ""
        face = TubeFace(thing.name, grouped(depth), 0, flip=node.flip, foot_strong=strong)
        return [op(far_tube, node.rect, face, min(depth / 8, 1.0))._replace(things=(thing.object,))]
    parts = scene.tube(thing)
    rect = node.rect
    faces = tuple(_lane(scene, thing, lane) for lane in lanes)
    count = _("{n} on the way").format(n=grouped(depth)) if depth else ""
    whole = Rect(parts.body.x, parts.body.y, parts.body.w, parts.body.h)
    body, label, foot = (_local(r, rect) for r in (whole, parts.label, parts.foot))
    said = ""
    waiting = [lane for lane in lanes if _stuck(scene, lane)]
    if len(waiting) > 1:
        said = _("both full: each waits to send")
    elif waiting:
        said = _("full: the sender waits")
    elif any(_closed(scene, lane) for lane in lanes):
        said = _("closed")
    number = grouped(depth) if depth else ""
    whole_face = PipeFace(thing.name, count, number, faces, said, _ends(scene, thing))
    item = op(pipe, rect, whole_face, body, label, foot, bleed=6)
    return [item._replace(things=(thing.object,))]


def _ends(scene: Scene, thing: Thing) -> tuple[str, str] | None:
    """The names of both ends, from left to right; None until it is seen who has which."""
    info = scene.infos.get(thing.peer) if thing.peer is not None else None
    if info is None or info.name == thing.name:
        return None
    for end, other in ((thing, info), (info, thing)):
        lane = scene.moment.tubes.get(end.object)
        if lane is not None and lane.source is not None:
            names = end.name, other.name
            return names if lane_to_right(scene, thing.object, end.object) else names[::-1]
    return None


def lane_of(scene: Scene, thing: Thing, end: int | None) -> Rect:
    """The lane of a pipe that belongs to one of its ends."""
    parts = scene.tube(thing)
    lanes = [o for o in (thing.object, thing.peer) if o is not None and o in scene.moment.tubes]
    rects = pipe_lanes(parts.body, len(lanes), scene.sizes)
    return rects[lanes.index(end)] if end in lanes else parts.body


CAPACITY = 65536
"""What a pipe of Linux holds, bytes: only for the fill."""


def _closed(scene: Scene, at: TubeAt) -> bool:
    """Whether an end has been closed: not by the end of the whole program, which closes all."""
    return at.closed and any(p.state not in ENDINGS for p in scene.processes.values())


def _stuck(scene: Scene, at: TubeAt) -> bool:
    """Whether a sender waits for room; who stands there in Step may only be about to send."""
    return any(
        actor not in scene.actors or scene.actors[actor].state is not State.READY
        for actor in at.putters
    )


def _lane(scene: Scene, thing: Thing, at: TubeAt) -> LaneFace:
    number = at.bytes or 0
    share = 1.0 if _stuck(scene, at) else min(number / CAPACITY, 1.0)
    if at.depth and share < 0.12:
        share = 0.12
    text = ""
    if number >= 1024:
        text = f"{number / 1024:.0f} KiB"
    elif at.tokens:
        text = at.tokens[0].label + (f" +{at.depth - 1}" if at.depth > 1 else "")
    return LaneFace(
        scene.colour(at.source),
        round(share * 16) / 16,
        lane_to_right(scene, thing.object, at.object),
        _closed(scene, at),
        text,
    )


def _local(rect: Rect, origin: Rect) -> Rect:
    return rect.moved(-origin.x, -origin.y)
