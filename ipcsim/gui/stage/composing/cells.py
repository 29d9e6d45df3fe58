"""The pictures of values, arrays, memory, pools and managers at a moment."""

from __future__ import annotations

from ipcsim.gui.stage.anatomy.geometry import Rect
from ipcsim.gui.stage.anatomy.parts import array_slots, cell_parts
from ipcsim.gui.stage.anatomy.shapes import Level
from ipcsim.gui.stage.arranging.frames import pool_box
from ipcsim.gui.stage.drawing.cells import (
    ArrayFace,
    CellFace,
    MemoryFace,
    array,
    cell,
    far_cell,
    memory,
    unread,
)
from ipcsim.gui.stage.drawing.services import ManagerFace, PoolFace, far, manager, pool
from ipcsim.gui.stage.drawing.sprites import Op, op
from ipcsim.gui.stage.drawing.texts import NARROWEST
from ipcsim.gui.stage.scene import Detail, Scene
from ipcsim.gui.stage.structure import Thing
from ipcsim.language import _, figure, grouped
from ipcsim.supervisor.messages import State
from ipcsim.trace.moment import CellAt, MemoryAt, Motion, ServiceAt


def compose_cell(scene: Scene, thing: Thing) -> list[Op]:
    """The ops of a shared value."""
    node = scene.plan.nodes[thing.object]
    cells = scene.moment.cells.get(thing.object, ())
    at = cells[0] if cells else CellAt(thing.object, None, _initial(scene, thing))
    own = scene.moment.gates.get(thing.corner) if thing.corner is not None else None
    kind = "" if own is not None and (own.holders or own.line) else _kind(scene, thing)
    note = _("not seen per access") if at.raw else ""
    face = CellFace(thing.name, kind, figure(at.label), _expected(at), at.lost, note)
    if node.level is Level.FAR:
        return [op(far_cell, node.rect, face)._replace(things=(thing.object,))]
    parts = cell_parts(node, scene.sizes)
    rect = node.rect
    boxes = [r.moved(-rect.x, -rect.y) for r in (parts.label, parts.value, parts.foot)]
    ops = [op(cell, rect, face, *boxes)]
    below = _below(scene, thing, at, rect)
    if below is not None:
        ops.append(below)
    return [item._replace(things=(thing.object,)) for item in ops]


def _below(scene: Scene, thing: Thing, at: CellAt, rect: Rect) -> Op | None:
    """Under the cell: what nobody has read yet, or what has just been lost."""
    if scene.detail is Detail.SITUATION:
        return None
    s = scene.sizes
    wide = max(rect.w, s.small * 16)
    place = Rect(rect.centre.x - rect.w / 2, rect.bottom + s.px(6), wide, s.token)
    if place.bottom > scene.plan.height - s.foot or _covered(scene, thing, place):
        return None
    for move in reversed(scene.moment.moves):
        recent = 0 <= scene.moment.t - move.time < 4 * scene.flight
        if move.object == thing.object and move.motion is Motion.WRITE and recent:
            if not move.wrong:
                break
            label = move.replaced or move.label
            return op(unread, place, label, scene.colour_of_actor(move.actor), True)
    if at.unread:
        return op(unread, place, at.label, scene.colour_of_actor(at.writer), False)
    return None


def _covered(scene: Scene, thing: Thing, place: Rect) -> bool:
    nodes = scene.plan.nodes.items()
    return any(n.rect.touches(place) for number, n in nodes if number != thing.object)


def _expected(at: CellAt) -> str:
    if at.expected is None or (not at.lost and str(at.expected) == at.label):
        return ""
    if isinstance(at.expected, float):
        return f"{at.expected:.6g}"
    return figure(str(at.expected))


def _kind(scene: Scene, thing: Thing) -> str:
    info = scene.infos.get(thing.object)
    return f"{thing.kind}('{info.type}')" if info and info.type else thing.kind


def _initial(scene: Scene, thing: Thing) -> str:
    info = scene.infos.get(thing.object)
    return info.initial if info else ""


def compose_array(scene: Scene, thing: Thing) -> list[Op]:
    """The ops of an array or shared list."""
    node = scene.plan.nodes[thing.object]
    cells = scene.moment.cells.get(thing.object, ())
    lost = sum(c.lost for c in cells)
    if node.level is Level.FAR:
        text = ", ".join(c.label for c in cells[:4])
        return [op(far, node.rect, thing.name, text, lost > 0)._replace(things=(thing.object,))]
    count = max(thing.count, len(cells))
    longest = max((len(c.label) for c in cells), default=0)
    # Rather figures drawn narrow than an element that isn't seen.
    widest = scene.sizes.small * (0.62 * longest + 0.9) * NARROWEST
    slots = array_slots(node, count, scene.sizes, widest)
    labels = tuple(c.label for c in cells[: len(slots)])
    raw = any(cell.raw for cell in cells)
    kind = _("not seen per access") if raw else _kind(scene, thing)
    face = ArrayFace(thing.name, kind, labels, count - len(slots), lost)
    rect = node.rect
    label = Rect(0, 0, rect.w, scene.sizes.label)
    local = tuple(r.moved(-rect.x, -rect.y) for r in slots)
    return [op(array, rect, face, local, label)._replace(things=(thing.object,))]


def compose_memory(scene: Scene, thing: Thing) -> list[Op]:
    """The ops of a block of shared memory."""
    node = scene.plan.nodes[thing.object]
    info = scene.infos.get(thing.object)
    at = scene.moment.memories.get(thing.object) or MemoryAt(
        thing.object, "", info.size if info else 0, ()
    )
    if node.level is Level.FAR:
        text = _bytes(at.size)
        return [op(far, node.rect, thing.name, text, False)._replace(things=(thing.object,))]
    rect, s = node.rect, scene.sizes
    foot_h = 0 if node.level is Level.SMALL else s.label
    label = Rect(0, 0, rect.w, s.label)
    body = Rect(0, s.label, rect.w, rect.h - s.label - foot_h)
    foot = Rect(0, body.bottom, rect.w, foot_h)
    views = tuple((scene.who[p].label, scene.colour(p)) for p in at.attached if p in scene.who)
    face = MemoryFace(thing.name, at.name, _bytes(at.size), at.unlinked, views)
    return [op(memory, rect, face, label, body, foot)._replace(things=(thing.object,))]


def _bytes(size: int) -> str:
    if size >= 1 << 20:
        return f"{size / (1 << 20):.1f} MiB"
    if size >= 10_240:
        return f"{size / 1024:.0f} KiB"
    return _("{n} bytes").format(n=grouped(size))


def compose_service(scene: Scene, thing: Thing) -> list[Op]:
    """The ops of a pool's or manager's frame; the processes inside are drawn as cards."""
    node = scene.plan.nodes[thing.object]
    at = scene.moment.services.get(thing.object) or ServiceAt(thing.object, ())
    rect, s = node.rect, scene.sizes
    if thing.shape.value == "manager":
        if node.level is Level.FAR:
            name, text = thing.name, str(len(at.contents))
            if len(at.contents) == 1:
                ((name, text),) = at.contents
            return [op(far, rect, name, text, False)._replace(things=(thing.object,))]
        served = any(member in scene.processes for member in at.members)
        more = max(len(at.contents) - 24, 0)
        face = ManagerFace(tuple(at.contents[:24]), more, "" if served else thing.name)
        head = s.card_height(1)
        return [op(manager, rect, face, head)._replace(things=(thing.object,))]
    if node.level is Level.FAR:
        text = _("{busy}/{all} busy").format(busy=len(at.busy), all=len(at.members))
        return [op(far, rect, thing.name, text, False)._replace(things=(thing.object,))]
    box = pool_box(rect, s).moved(-rect.x, -rect.y)
    dead = any(
        scene.processes[m].state in (State.KILLED, State.CRASHED)
        for m in at.members
        if m in scene.processes
    )
    # While it is made its workers aren't known yet.
    kind = f"{thing.kind}({len(at.members)})" if at.members else thing.kind
    broken = dead and thing.kind == "ProcessPoolExecutor"
    pool_face = PoolFace(thing.name, kind, at.waiting[:24], at.waiting_count, at.done_count, broken)
    return [op(pool, rect, pool_face, box)._replace(things=(thing.object,))]
