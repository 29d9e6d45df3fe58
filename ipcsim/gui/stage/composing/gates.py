"""The pictures of gates at a moment: seats painted by who holds them, booms, bars, rooms."""

from __future__ import annotations

from ipcsim.events import ObjectKind as K
from ipcsim.gui.stage.anatomy.geometry import Rect
from ipcsim.gui.stage.anatomy.shapes import Level, Shape
from ipcsim.gui.stage.composing.faces import thread_label
from ipcsim.gui.stage.drawing.gates import GateFace, bar, bell, boom, places, room, seat, words
from ipcsim.gui.stage.drawing.pen import OBJECT
from ipcsim.gui.stage.drawing.services import far
from ipcsim.gui.stage.drawing.sprites import Op, op
from ipcsim.gui.stage.motion.whereabouts import corner_seat
from ipcsim.gui.stage.scene import Detail, Scene
from ipcsim.gui.stage.structure import Thing
from ipcsim.language import _, grouped, ngettext
from ipcsim.trace.moment import GateAt

_SEMAPHORES = frozenset(
    {K.SEMAPHORE, K.BOUNDED_SEMAPHORE, K.THREAD_SEMAPHORE, K.THREAD_BOUNDED_SEMAPHORE}
)
_NAMES = {Shape.EVENT: "Event", Shape.CONDITION: "Condition", Shape.BARRIER: "Barrier"}


def compose_gate(scene: Scene, thing: Thing) -> list[Op]:
    """The ops of a lock, semaphore, condition, event or barrier."""
    at = scene.moment.gates.get(thing.object) or GateAt(thing.object, thing.count)
    if scene.plan.nodes[thing.object].level is Level.FAR:
        ops = _far(scene, thing, at)
    elif thing.shape is Shape.EVENT:
        ops = _event(scene, thing, at)
    elif thing.shape is Shape.BARRIER:
        ops = _barrier(scene, thing, at)
    elif thing.shape is Shape.CONDITION:
        ops = _condition(scene, thing, at)
    else:
        ops = _lock(scene, thing, at)
    return [item._replace(things=(thing.object,)) for item in ops]


def _words(scene: Scene, thing: Thing, note: str, foot: str = "", red: bool = False) -> Op:
    rect = scene.plan.nodes[thing.object].rect
    parts = scene.gate(thing)
    label = parts.label.moved(-rect.x, -rect.y)
    below = parts.foot.moved(-rect.x, -rect.y)
    return op(words, rect, GateFace(thing.name, note, foot, red), label, below)


def _lock(scene: Scene, thing: Thing, at: GateAt) -> list[Op]:
    parts = scene.gate(thing)
    ops = [_words(scene, thing, _lock_note(thing, at), *_lock_foot(scene, thing, at))]
    return ops + _seats(scene, thing, at, parts.seats)


def _lock_note(thing: Thing, at: GateAt) -> str:
    short = thing.kind.removeprefix("threading.")
    if thing.kind in _SEMAPHORES:
        free = at.seats + at.extra - len(at.holders)
        return _("{kind} · {n} of {all} free").format(kind=short, n=max(free, 0), all=at.seats)
    return short


def _lock_foot(scene: Scene, thing: Thing, at: GateAt) -> tuple[str, bool]:
    if at.orphaned:
        return _("its holder is dead: it stays locked"), True
    if at.extra:
        return ngettext("{n} permit too many", "{n} permits too many", at.extra).format(
            n=at.extra
        ), False
    if len(at.holders) == 1 and thing.kind not in _SEMAPHORES:
        _actor, since, _depth = at.holders[0]
        held = scene.moment.t - since
        if held >= 0:
            # By whom is on the seat: with a name there is no room for how long.
            return _("held for {time}").format(time=duration(held)), False
    return "", False


def duration(ns: int) -> str:
    """A duration in at most two digits' precision: what changes faster isn't read anyway."""
    if ns < 1_000_000:
        return _("less than 1 ms")
    if ns < 1_000_000_000:
        ms = ns // 1_000_000
        return f"{ms if ms < 20 else ms // 10 * 10} ms"
    return f"{ns / 1e9:.1f} s"


def _seats(scene: Scene, thing: Thing, at: GateAt, spots: tuple[Rect, ...]) -> list[Op]:
    ops = []
    permits = max(at.seats, 1) + at.extra
    holders = list(at.holders)
    for index, spot in enumerate(spots):
        extra = index >= max(at.seats, 1)
        beyond = permits - len(spots)
        if beyond > 0 and index == len(spots) - 1:
            text = f"+{beyond + 1}"
            ops.append(op(seat, spot, text, OBJECT, False, extra))
            ops.append(op(_count, spot, text))
            continue
        if index < len(holders) and not _arriving(scene, holders[index]):
            actor, _since, depth = holders[index]
            found = scene.actors.get(actor)
            who = scene.who.get(found.process) if found else None
            label = thread_label(who, found.thread) if who and found else "?"
            colour = scene.colour_of_actor(actor)
            ops.append(
                op(seat, spot, label, colour, True, extra, at.orphaned, depth, bleed=4)._replace(
                    members=(found.process,) if found else ()
                )
            )
        else:
            ops.append(op(seat, spot, "", OBJECT, False, extra))
    return ops


def _count(pen: object, rect: Rect, text: str) -> None:
    from ipcsim.gui.stage.drawing.pen import CENTRE, Pen

    assert isinstance(pen, Pen)
    pen.text(rect, text, pen.small_bold, pen.palette.text, CENTRE)


def _arriving(scene: Scene, holder: tuple[int, int, int]) -> bool:
    """Whether a holder's badge is still on its way to the seat."""
    if scene.still or scene.detail is Detail.SITUATION:
        return False
    return 0 <= scene.moment.t - holder[1] < scene.walk


def compose_corner(scene: Scene, thing: Thing) -> list[Op]:
    """A value's own lock, as a seat at its corner; nothing as long as nobody uses it."""
    at = scene.moment.gates.get(thing.corner) if thing.corner is not None else None
    node = scene.plan.nodes[thing.object]
    if at is None or node.level is Level.FAR or not (at.holders or at.line):
        return []
    return [
        item._replace(things=(thing.object, at.object))
        for item in _seats(scene, thing, at, (corner_seat(node.rect, scene),))
    ]


def _event(scene: Scene, thing: Thing, at: GateAt) -> list[Op]:
    parts = scene.gate(thing)
    note = _("set") if at.is_set else _("not set")
    return [
        _words(scene, thing, f"Event · {note}"),
        op(boom, parts.sign, 1.0 if at.is_set else 0.0, bleed=4),
    ]


def _barrier(scene: Scene, thing: Thing, at: GateAt) -> list[Op]:
    parts = scene.gate(thing)
    note = _("{n} of {all} here").format(n=len(at.line), all=at.seats)
    foot = _("broken") if at.broken else _("opened {n} times").format(n=grouped(at.phase))
    if at.phase == 1 and not at.broken:
        foot = _("opened once")
    if at.phase == 0 and not at.broken:
        foot = ""
    step = parts.room_spots[1].x - parts.room_spots[0].x if len(parts.room_spots) > 1 else 0.0
    return [
        _words(scene, thing, note, foot, at.broken),
        op(
            places,
            parts.room,
            len(parts.room_spots),
            step or scene.sizes.badge * 1.1,
            scene.sizes.badge,
            at.broken,
            bleed=6,
        ),
        op(bar, parts.sign, False, at.broken, bleed=round(parts.sign.h * 0.5)),
    ]


def _condition(scene: Scene, thing: Thing, at: GateAt) -> list[Op]:
    parts = scene.gate(thing)
    gate = _own_lock(scene, thing, at)
    ringing = 0.0
    if at.last_notify is not None:
        over = (scene.moment.t - at.last_notify) / max(2 * scene.flight, 1)
        ringing = round(max(0.0, 1.0 - over) * 8) / 8 if over >= 0 else 0.0
    unheard = ringing > 0 and not at.heard
    foot = _("notify() — nobody heard it") if unheard else ""
    ops = [
        _words(scene, thing, "Condition", foot, unheard),
        op(room, parts.room, "" if at.room else _("waiting room"), not unheard),
    ]
    if ringing:
        ops.append(op(bell, parts.sign, ringing, at.heard))
    return ops + _seats(scene, thing, gate, parts.seats)


def _own_lock(scene: Scene, thing: Thing, at: GateAt) -> GateAt:
    """The gate that a condition's seat belongs to: its own lock, or the one that it was given."""
    own = scene.moment.gates.get(thing.corner) if thing.corner is not None else None
    return own if own is not None and not at.holders else at


def _far(scene: Scene, thing: Thing, at: GateAt) -> list[Op]:
    rect = scene.plan.nodes[thing.object].rect
    wrong = at.broken or at.orphaned
    if thing.shape is Shape.EVENT:
        text = _("set") if at.is_set else _("not set")
    elif thing.shape is Shape.BARRIER:
        text = f"{len(at.line)}/{at.seats}"
    elif thing.kind in _SEMAPHORES:
        text = f"{len(at.holders)}/{at.seats}" + (f" +{at.extra}" if at.extra else "")
    else:
        parts = scene.gate(thing)
        own = _own_lock(scene, thing, at)
        seats = _seats(scene, thing, own, parts.seats)
        # Who waits to be notified isn't in the line for the seat.
        name = f"{thing.name} +{len(at.room)}" if at.room else thing.name
        line = parts.line.of(len(own.line))[0]
        free = min((spot.x for spot in (*line, *parts.seats)), default=rect.right) - rect.x
        return [op(far, rect, name, "", wrong, False, free), *seats]
    return [op(far, rect, thing.name, text, wrong, at.extra > 0)]
