"""All that a frame depends on, in one value: the moment, where things stand, and how to show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

from ipcsim.gui.look.identity import Identity
from ipcsim.gui.stage.anatomy.gates import GateParts, gate_parts
from ipcsim.gui.stage.anatomy.geometry import Rect, Sizes
from ipcsim.gui.stage.anatomy.parts import badge_home
from ipcsim.gui.stage.anatomy.shapes import Shape
from ipcsim.gui.stage.anatomy.tubes import TubeParts, tube_parts
from ipcsim.gui.stage.arranging.plan import Plan, Slot
from ipcsim.gui.stage.drawing.pen import OBJECT
from ipcsim.gui.stage.structure import Structure, Thing
from ipcsim.trace.moment import ActorAt, Moment, Move, ObjectInfo, ProcessAt

TOKENS_BELOW = 12.0
"""Messages a second on an edge up to which single ones are shown."""


class Detail(Enum):
    """How much of what happens moves."""

    OPERATIONS = "operations"
    """Slow, step and play: each operation."""
    SITUATION = "situation"
    """Full speed: only what changes the situation; what changes faster than a person can see is
    summed up."""


@dataclass(frozen=True)
class Deadlock:
    """A circle of waiting: each actor waits for the object that the next one holds."""

    members: tuple[tuple[int, int], ...]
    """Actor and the object it waits for."""
    waits: tuple[tuple[int, tuple[int, ...]], ...] = ()
    """Actor and those it waits for; where nothing is said, the next one of the circle."""

    def waited_for(self, actor: int) -> tuple[int, ...]:
        """Those of the circle that an actor waits for."""
        actors = [member for member, _object in self.members]
        said = dict(self.waits).get(actor)
        if said is None:
            return (actors[(actors.index(actor) + 1) % len(actors)],)
        return tuple(other for other in said if other in actors)

    def stands(self, moment: Moment) -> bool:
        """Whether nobody of the circle is over: then nobody waits in it any more."""
        over = {a.actor for p in moment.processes if p.state.over for a in p.actors}
        return not any(actor in over for actor, _object in self.members)


@dataclass(frozen=True)
class Scene:
    """A moment and how it is shown. A frame is a function of this and of the theme."""

    moment: Moment
    plan: Plan
    structure: Structure
    who: Mapping[int, Identity]
    sizes: Sizes
    infos: Mapping[int, ObjectInfo] = field(default_factory=dict)
    detail: Detail = Detail.OPERATIONS
    flight: int = 400_000_000
    """How long a flight takes, ns of the moment's clock: slowed time makes it short."""
    origin: int = 0
    """The begin of the run, ns."""
    selected: int | None = None
    opened: int | None = None
    """The object whose inside is shown."""
    deadlock: Deadlock | None = None
    still: bool = False
    """Reduced motion: nothing flies, what arrives is outlined."""
    lasting: Mapping[int, int] = field(default_factory=dict)
    """How long single flights take, ns, by the identity of their move."""
    empty: str = ""
    """What is said while there is nothing to show."""

    @cached_property
    def processes(self) -> dict[int, ProcessAt]:
        """By number."""
        return {p.process: p for p in self.moment.processes}

    @cached_property
    def actors(self) -> dict[int, ActorAt]:
        """By number."""
        return {a.actor: a for p in self.moment.processes for a in p.actors}

    @cached_property
    def things(self) -> dict[int, Thing]:
        """By number."""
        return {t.object: t for t in self.structure.things}

    @cached_property
    def servers(self) -> frozenset[int]:
        """Processes that only serve the others."""
        shapes = {t.object: t.shape for t in self.structure.things}
        return frozenset(
            process
            for service, members in self.structure.frames
            if shapes.get(service) is Shape.MANAGER
            for process in members
        )

    @cached_property
    def folded(self) -> dict[int, int]:
        """Processes that aren't shown, and who stands for them."""
        return dict(self.structure.folded)

    @property
    def walk(self) -> int:
        """How long a badge walks, ns."""
        return self.flight // 2

    def flown(self, move: Move) -> float:
        """How much of a move's flight is over."""
        lasts = self.lasting.get(id(move), self.flight)
        return min(max((self.moment.t - move.time) / max(lasts, 1), 0.0), 1.0)

    def age(self, time: int) -> float:
        """How much of a flight is over that began at ``time``: 0 begins, 1 is over."""
        return min(max((self.moment.t - time) / max(self.flight, 1), 0.0), 1.0)

    def colour(self, process: int | None) -> int:
        """The colour of a process."""
        if process is None or process in self.servers or process not in self.who:
            return OBJECT
        return self.who[process].colour

    def colour_of_actor(self, actor: int | None) -> int:
        """The colour of an actor's process."""
        found = self.actors.get(actor) if actor is not None else None
        return self.colour(found.process if found else None)

    def slot(self, process: int | None) -> Slot | None:
        """The place of a process's card."""
        return self.plan.cards.get(process) if process is not None else None

    def home(self, process: int) -> Rect | None:
        """Where a process's badge is when it computes."""
        slot = self.slot(process)
        return badge_home(slot, self.sizes) if slot else None

    def whole(self, process: int) -> Rect | None:
        """The place of a process: its card, its group's box, or who stands for it."""
        slot = self.slot(process) or self.slot(self.folded.get(process))
        if slot:
            return slot.rect
        return next((g.box for g in self.plan.groups if process in g.members), None)

    def shows(self, process: int) -> bool:
        """Whether somebody is to be seen at the place of a process: it has begun, or one of its
        group has, or who stands for it."""
        process = self.folded.get(process, process)
        group = next((g.members for g in self.plan.groups if process in g.members), (process,))
        return any(one in self.processes for one in group)

    def tube(self, thing: Thing) -> TubeParts:
        """The parts of a tube."""
        found = self._tubes.get(thing.object)
        if found is None:
            info = self.infos.get(thing.object)
            tube = self.moment.tubes.get(thing.object)
            bound = tube.bound if tube else (info.bound if info else None)
            node = self.plan.nodes[thing.object]
            found = tube_parts(node, thing.shape, bound, self.sizes)
            self._tubes[thing.object] = found
        return found

    def gate(self, thing: Thing) -> GateParts:
        """The parts of a gate."""
        found = self._gates.get(thing.object)
        if found is None:
            gate = self.moment.gates.get(thing.object)
            seats = max(gate.seats + gate.extra if gate else 0, thing.count)
            node = self.plan.nodes[thing.object]
            found = gate_parts(node, thing.shape, seats, self.sizes)
            self._gates[thing.object] = found
        return found

    @cached_property
    def _tubes(self) -> dict[int, TubeParts]:
        return {}

    @cached_property
    def _gates(self) -> dict[int, GateParts]:
        return {}

    def busy(self, object_: int) -> bool:
        """Whether so much passes here that single messages can't be shown."""
        tube = self.moment.tubes.get(object_)
        if tube is not None and tube.rate > TOKENS_BELOW:
            return self.detail is Detail.SITUATION
        if self.detail is Detail.OPERATIONS:
            return False
        return self._traffic.get(object_, 0) * 1e9 / max(self.flight, 1) > 2 * TOKENS_BELOW

    @cached_property
    def _traffic(self) -> dict[int, int]:
        """Moves within the time of a flight, by object."""
        result: dict[int, int] = {}
        for move in self.moment.moves:
            if move.object is not None and self.moment.t - move.time < self.flight:
                result[move.object] = result.get(move.object, 0) + 1
        return result
