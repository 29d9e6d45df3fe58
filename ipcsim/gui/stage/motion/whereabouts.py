"""Where each badge stands: at home, in a line, in a room, under the process it joins.

No two badges ever get one spot, and one that walks has left before it arrives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ipcsim.gui.stage.anatomy.geometry import Rect
from ipcsim.gui.stage.anatomy.parts import Line
from ipcsim.gui.stage.anatomy.shapes import Level, Shape
from ipcsim.gui.stage.composing.wait import badge_spot, waiting_at_many
from ipcsim.gui.stage.scene import Scene
from ipcsim.supervisor.messages import State


@dataclass
class Whereabouts:
    """Spots of badges that are not at home."""

    spots: dict[int, Rect] = field(default_factory=dict)
    """By actor."""
    crowds: list[tuple[Rect, int]] = field(default_factory=list)
    """How many more stand somewhere than there are spots."""

    def line_up(self, line: Line, actors: Sequence[int]) -> None:
        """Puts actors into a line."""
        free = [a for a in actors if a not in self.spots]
        spots, beyond = line.of(len(free))
        self.spots.update(zip(free, spots, strict=False))
        if beyond:
            self.crowds.append((line.rest, beyond))


def whereabouts(scene: Scene) -> Whereabouts:
    """Where the badges of a scene are."""
    result = Whereabouts()
    for actor, slot in waiting_at_many(scene):
        result.spots[actor.actor] = badge_spot(scene, actor, slot)
    for thing in scene.structure.things:
        if thing.object not in scene.plan.nodes:
            continue
        if thing.shape.carries:
            _at_tube(scene, thing.object, result)
        elif thing.object in scene.moment.gates:
            _at_gate(scene, thing.object, result)
        elif thing.corner is not None and thing.corner in scene.moment.gates:
            _at_corner(scene, thing.object, result)
    _joining(scene, result)
    return result


def _at_tube(scene: Scene, number: int, result: Whereabouts) -> None:
    thing = scene.things[number]
    parts = scene.tube(thing)
    for lane in (number, thing.peer):
        tube = scene.moment.tubes.get(lane) if lane is not None else None
        if tube is None:
            continue
        putters, getters = parts.putters, parts.getters
        if thing.shape is Shape.PIPE and not _to_right(scene, number, lane):
            putters, getters = getters, putters
        result.line_up(putters, tube.putters)
        result.line_up(getters, tube.getters)
        if tube.joiners and parts.foot.h:
            size, foot = scene.sizes.badge, parts.foot
            spots = tuple(
                Rect(foot.centre.x + scene.sizes.small * 4.4 + i * size * 1.08, foot.y, size, size)
                for i in range(2)
            )
            result.line_up(Line(spots, foot), tube.joiners)


def _to_right(scene: Scene, number: int, lane: int | None) -> bool:
    """Whether a lane of a pipe leads from left to right: from who stands further left."""
    tube = scene.moment.tubes.get(lane) if lane is not None else None
    if tube is None:
        return True
    source, target = tube.source, tube.target
    if source is None and tube.putters and tube.putters[0] in scene.actors:
        # Nothing has been sent yet: who is about to send.
        source = scene.actors[tube.putters[0]].process
    if target is None:
        # Whoever sends from the other end will receive there.
        back = scene.moment.tubes.get(_other_lane(scene, number, lane))
        target = back.source if back is not None else None
    ends = []
    for process in (source, target):
        place = scene.whole(process) if process is not None else None
        ends.append(place.centre.x if place else None)
    left, right = ends
    if left is not None and right is not None:
        return left < right if left != right else lane == number
    middle = scene.plan.nodes[number].rect.centre.x
    if left is not None:
        return left < middle
    return right > middle if right is not None else lane == number


def _other_lane(scene: Scene, number: int, lane: int | None) -> int:
    peer = scene.things[number].peer
    return number if lane != number or peer is None else peer


lane_to_right = _to_right


def _at_gate(scene: Scene, number: int, result: Whereabouts) -> None:
    gate = scene.moment.gates[number]
    thing = scene.things[number]
    parts = scene.gate(thing)
    line = gate.line
    own = scene.moment.gates.get(thing.corner) if thing.corner is not None else None
    if thing.shape is Shape.CONDITION and own is not None and not gate.seats:
        line = line + own.line
    result.line_up(parts.line, line)
    if gate.room and parts.room_spots:
        last = parts.room_spots[-1]
        rest = Rect(last.x, last.bottom, last.w, scene.sizes.label)
        result.line_up(Line(parts.room_spots, rest, max(len(parts.room_spots) - 1, 1)), gate.room)


def _at_corner(scene: Scene, number: int, result: Whereabouts) -> None:
    """In line for the lock at a value's corner."""
    thing = scene.things[number]
    assert thing.corner is not None
    node = scene.plan.nodes[number]
    if node.level is Level.FAR:
        return
    gate = scene.moment.gates[thing.corner]
    seat = corner_seat(node.rect, scene)
    size = scene.sizes.badge
    step = size * 1.06
    spots = tuple(
        Rect(seat.x - (i + 1) * step, seat.centre.y - size / 2, size, size).rounded()
        for i in range(max(int(node.rect.w // step) - 2, 1))
    )
    rest = Rect(node.rect.x - step, seat.y, step, size)
    result.line_up(Line(spots, rest), gate.line)


def corner_seat(rect: Rect, scene: Scene) -> Rect:
    """The seat of a value's own lock, at its upper right corner."""
    side = round(scene.sizes.seat * 0.82)
    return Rect(rect.right - side * 0.6, rect.y - side * 0.66, side, side).rounded()


def _joining(scene: Scene, result: Whereabouts) -> None:
    """Under the process that is waited for."""
    taken: dict[int, int] = {}
    for actor in scene.actors.values():
        if actor.joins is None or actor.state is not State.WAITING or actor.actor in result.spots:
            continue
        slot = scene.slot(actor.joins)
        if slot is None:
            continue
        size = scene.sizes.badge
        index = taken.get(actor.joins, 0)
        taken[actor.joins] = index + 1
        rect = slot.rect
        # On the corner: inside there are words, and the next card isn't far below.
        x = max(rect.right - size * (0.5 + 1.05 * index), rect.x)
        y = min(rect.bottom - size * 0.5, scene.plan.height - size)
        result.spots[actor.actor] = Rect(x, y, size, size).rounded()
