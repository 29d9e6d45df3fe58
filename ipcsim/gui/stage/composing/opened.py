"""What a queue or a condition is made of: shown over it when somebody has opened it.

Only what is known is shown: of the library's own locks nothing is recorded in a free run.
"""

from __future__ import annotations

from collections import Counter

from ipcsim.events import ObjectKind as K
from ipcsim.gui.stage.anatomy.geometry import Rect
from ipcsim.gui.stage.anatomy.shapes import Shape
from ipcsim.gui.stage.composing.faces import shortened_name, thread_label
from ipcsim.gui.stage.composing.gates import duration
from ipcsim.gui.stage.composing.tubes import CAPACITY
from ipcsim.gui.stage.drawing.opened_shapes import (
    BufferFace,
    GateRow,
    OpenedGate,
    OpenedQueue,
    opened_gate,
    opened_queue,
)
from ipcsim.gui.stage.drawing.sprites import Op, op
from ipcsim.gui.stage.scene import Scene
from ipcsim.gui.stage.structure import Thing
from ipcsim.language import _, grouped, ngettext
from ipcsim.supervisor.messages import State
from ipcsim.trace.moment import ActorAt, TubeAt

WIDTH = 520
"""Pixels at 100 %."""
MOST_ROWS = 4
MOST_TOKENS = 5
_OF_THREADS = frozenset({K.THREAD_QUEUE, K.THREAD_SIMPLE_QUEUE, K.THREAD_PRIORITY_QUEUE})
_SHAPES = (Shape.TUBE, Shape.STACK, Shape.CONDITION)


def can_open(thing: Thing) -> bool:
    """Whether there is something to see inside of an object."""
    return thing.shape in _SHAPES


def compose_opened(scene: Scene) -> list[Op]:
    """The ops of what is open; none if nothing is."""
    thing = scene.things.get(scene.opened) if scene.opened is not None else None
    if thing is None or thing.object not in scene.plan.nodes:
        return []
    if thing.shape is Shape.CONDITION:
        face = _condition(scene, thing)
        rows = max(len(face.rows), 1) + bool(face.foot)
        return [op(opened_gate, _place(scene, thing, rows), face, bleed=10)]
    queue = _queue(scene, thing)
    rows = max(len(queue.buffers) * 2, 3) + bool(queue.foot)
    return [op(opened_queue, _place(scene, thing, rows), queue, bleed=10)]


def opened_at(scene: Scene, x: float, y: float) -> bool:
    """Whether what is open lies at a place of the stage."""
    return any(Rect(o.x, o.y, o.w, o.h).contains(x, y) for o in compose_opened(scene))


def _place(scene: Scene, thing: Thing, rows: int) -> Rect:
    """Over the object, inside of the stage."""
    s, plan = scene.sizes, scene.plan
    width = min(max(s.px(WIDTH), s.small * WIDTH / 14), plan.width - 2 * s.margin)
    tall = s.label + rows * (s.badge + s.px(6)) + s.px(30)
    at = plan.nodes[thing.object].rect.centre
    x = min(max(at.x - width / 2, s.margin), plan.width - s.margin - width)
    y = min(max(at.y - tall / 2, s.px(6)), max(plan.height - s.foot - tall, s.px(6)))
    return Rect(x, y, width, tall).rounded()


# --- a queue


def _queue(scene: Scene, thing: Thing) -> OpenedQueue:
    tube = scene.moment.tubes.get(thing.object) or TubeAt(thing.object, 0, None, ())
    threads = thing.kind in _OF_THREADS or thing.shape is Shape.STACK
    inside = tube.depth - tube.in_feeder
    return OpenedQueue(
        thing.name,
        thing.kind,
        () if threads else _buffers(scene, thing, tube),
        _in_pipe(tube, inside, threads),
        round(16 * _share(tube, inside)) / 16,
        _carrier(tube, threads),
        tuple(_who(scene, actor) for actor in tube.putters[:MOST_TOKENS]),
        tuple(_who(scene, actor) for actor in tube.getters[:MOST_TOKENS]),
        _said(scene, thing, tube, threads),
    )


def _carrier(tube: TubeAt, threads: bool) -> str:
    if threads:
        return _("memory of this process")
    return _("pipe, full") if (tube.bytes or 0) >= CAPACITY else _("pipe")


def _share(tube: TubeAt, inside: int) -> float:
    if not inside:
        return 0.0
    return max(min((tube.bytes or 0) / CAPACITY, 1.0), 0.08)


def _in_pipe(tube: TubeAt, inside: int, threads: bool) -> str:
    items = ngettext("{n} item", "{n} items", inside).format(n=grouped(inside))
    if threads or not tube.bytes:
        return items
    size = f"{tube.bytes / 1024:.1f} KiB" if tube.bytes >= 1024 else f"{tube.bytes} B"
    return f"{items} · {size}"


def _buffers(scene: Scene, thing: Thing, tube: TubeAt) -> tuple[BufferFace, ...]:
    """Of each sender what it has put and its feeder has not yet written."""
    if thing.kind == K.SIMPLE_QUEUE:
        return ()
    waiting = tube.tokens[max(tube.depth - tube.in_feeder, 0) :]
    by_sender: dict[int, list[str]] = {}
    for link in sorted(scene.structure.links, key=lambda link: link.process):
        if link.object == thing.object and link.way == 0:
            by_sender[link.process] = []
    for token in waiting:
        by_sender.setdefault(token.sender, []).append(token.label)
    # Who has something in its buffer first.
    ordered = sorted(by_sender.items(), key=lambda item: (not item[1], item[0]))
    result = []
    for process, labels in ordered[:MOST_ROWS]:
        who, card = scene.who.get(process), scene.processes.get(process)
        if who is None or card is None:
            continue
        stuck = any(_feeds(actor) and actor.state is State.WAITING for actor in card.actors)
        result.append(
            BufferFace(
                who.label,
                scene.colour(process),
                shortened_name(card.name),
                tuple(labels[:MOST_TOKENS]),
                max(len(labels) - MOST_TOKENS, 0),
                stuck or (card.state is State.ENDING and bool(labels)),
            )
        )
    return tuple(result)


def _feeds(actor: ActorAt) -> bool:
    return bool(actor.thread) and actor.name == "QueueFeederThread"


def _said(scene: Scene, thing: Thing, tube: TubeAt, threads: bool) -> str:
    if threads:
        return _("a list and a lock: nothing is copied, what is put is what is got")
    if thing.kind == K.SIMPLE_QUEUE:
        return _("no buffer and no feeder: put() writes into the pipe itself")
    left = Counter(t.sender for t in tube.tokens[max(tube.depth - tube.in_feeder, 0) :])
    ending = [p for p in scene.moment.processes if p.state is State.ENDING and left.get(p.process)]
    if not ending and tube.undone:
        count = len(tube.undone)
        return ngettext(
            "{n} taken and not reported by task_done()",
            "{n} taken and not reported by task_done()",
            count,
        ).format(n=grouped(count))
    if not ending:
        return ""
    name, count = ending[0].name, left[ending[0].process]
    return ngettext(
        "{name} can't end: its feeder still has {n} item",
        "{name} can't end: its feeder still has {n} items",
        count,
    ).format(name=name, n=grouped(count))


# --- a condition


def _condition(scene: Scene, thing: Thing) -> OpenedGate:
    own = scene.moment.gates.get(thing.corner) if thing.corner is not None else None
    at = scene.moment.gates.get(thing.object)
    rows: list[GateRow] = []
    gate = own if own is not None and not (at and at.holders) else at
    holders = gate.holders if gate is not None else ()
    for actor, since, _depth in holders[:1]:
        label, colour = _who(scene, actor)
        time = duration(max(scene.moment.t - since, 0))
        rows.append(GateRow("seat", label, colour, _name(scene, actor), time))
    if not holders:
        rows.append(GateRow("seat", "", -1, _("nobody"), ""))
    in_line = tuple(own.line if own is not None else ()) + tuple(at.line if at is not None else ())
    for actor in dict.fromkeys(in_line):
        rows.append(_row(scene, "line", actor))
    for actor in at.room if at is not None else ():
        rows.append(_row(scene, "room", actor))
    said = ""
    if at is not None and at.last_notify is not None:
        ago = duration(max(scene.moment.t - at.last_notify, 0))
        said = _("last notify {time} ago").format(time=ago)
        if not at.heard:
            said = _("last notify {time} ago: nobody heard it").format(time=ago)
    return OpenedGate(
        thing.name,
        thing.kind,
        tuple(rows[: MOST_ROWS + 1]),
        max(len(rows) - MOST_ROWS - 1, 0),
        said,
        bool(at is not None and at.last_notify is not None and not at.heard),
    )


def _row(scene: Scene, place: str, actor: int) -> GateRow:
    label, colour = _who(scene, actor)
    found = scene.actors.get(actor)
    time = duration(max(scene.moment.t - found.since, 0)) if found else ""
    return GateRow(place, label, colour, _name(scene, actor), time)


def _who(scene: Scene, actor: int) -> tuple[str, int]:
    found = scene.actors.get(actor)
    who = scene.who.get(found.process) if found else None
    label = thread_label(who, found.thread) if who and found else "?"
    return label, scene.colour_of_actor(actor)


def _name(scene: Scene, actor: int) -> str:
    found = scene.actors.get(actor)
    card = scene.processes.get(found.process) if found else None
    if found is None or card is None:
        return ""
    name = shortened_name(found.name if found.thread else card.name)
    line = _("line {n}").format(n=found.place.line) if found.place else ""
    return f"{name} · {line}" if line else name
