"""What stands on the stage: which processes and objects there are, and who uses what.

It only grows while a program runs, and nothing about the state of the moment is in it, so that
nothing moves on the stage unless something has appeared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ipcsim.gui.stage.anatomy.shapes import Shape, shape_of
from ipcsim.gui.stage.threads import ROWS, spread_of
from ipcsim.gui.stage.usage import Link, both_ways, links_of
from ipcsim.trace.moment import Moment, Motion, ObjectInfo
from ipcsim.trace.objects import QUEUES


@dataclass(frozen=True, slots=True)
class Member:
    """A process that has a card."""

    process: int
    name: str
    role: str
    parent: int | None
    is_main: bool
    daemon: bool = False
    threads: int = 0
    """Threads beside the main one that there is room for."""
    spread: int = 1
    """Columns that the rows of its threads stand in."""
    started: int = 0
    """When, as far as it is known; ns."""


@dataclass(frozen=True, slots=True)
class Thing:
    """An object that has a picture."""

    object: int
    shape: Shape
    name: str
    kind: str = ""
    count: int = 1
    """Seats, places, elements, members of a frame."""
    peer: int | None = None
    corner: int | None = None
    """A value's own lock, drawn at its corner."""
    within: int | None = None
    """The manager in whose server it lives."""
    inside: int = 0
    """Of a manager: how many of what lives in its server have pictures of their own."""


@dataclass(frozen=True)
class Structure:
    """All that is placed."""

    members: tuple[Member, ...] = ()
    things: tuple[Thing, ...] = ()
    links: frozenset[Link] = frozenset()
    frames: tuple[tuple[int, tuple[int, ...]], ...] = ()
    """Of each service the processes inside its frame."""
    hidden: int = 0
    """Objects that nobody has used and that would only crowd the stage."""
    folded: tuple[tuple[int, int], ...] = ()
    """Processes that aren't shown, each with the ancestor that stands for it."""
    opened: bool = False
    """They are shown all the same: somebody has asked for them."""

    @property
    def framed(self) -> frozenset[int]:
        """Processes that stand in a frame rather than on the stage itself."""
        return frozenset(process for _object, inside in self.frames for process in inside)


ROWS_INSIDE = 5
"""A picture inside a manager's frame takes the room of so many names."""
_FEW = 2
"""So few processes have room for many threads in columns."""
CROWDED = 12
"""Above so many objects those without traffic are left out."""


class Gathering:
    """Collects the structure of a run from its moments."""

    def __init__(self) -> None:
        self._members: dict[int, Member] = {}
        self._links: set[Link] = set()
        self._frames: dict[int, tuple[int, ...]] = {}
        self._infos: Sequence[ObjectInfo] = ()
        self._queues: frozenset[int] = frozenset()
        self._counts: dict[int, int] = {}
        self._used: set[int] = set()
        self._asked: set[int] = set()
        self._structure = Structure()
        self._dirty = False
        self._opened = False
        self._folded: set[int] = set()

    @property
    def structure(self) -> Structure:
        """What has been seen so far; the same object until something new appears."""
        if self._dirty:
            self._structure = self._build()
            self._dirty = False
        return self._structure

    def clear(self) -> None:
        """Forget everything: another run begins."""
        self.__init__()  # type: ignore[misc]

    def add_links(self, links: Iterable[Link]) -> None:
        """Links known from elsewhere, e.g. from the whole of a recording."""
        fresh = set(links) - self._links
        if fresh:
            self._links |= fresh
            self._used |= {link.object for link in fresh}
            self._dirty = True

    def add_asked(self, objects: Iterable[int]) -> None:
        """Objects that somebody has asked through a proxy: they live in a manager."""
        fresh = set(objects) - self._asked
        if fresh:
            self._asked |= fresh
            self._dirty = True

    def fold(self, process: int, on: bool) -> None:
        """Let a process stand for all those below it; or show them again."""
        if on != (process in self._folded):
            self._folded ^= {process}
            self._dirty = True

    def below(self, process: int) -> tuple[int, ...]:
        """The processes that have been started by one, by its children, and so on."""
        result: list[int] = []
        for member in sorted(self._members.values(), key=lambda m: m.process):
            if member.parent == process or member.parent in result:
                result.append(member.process)
        return tuple(result)

    def open_hidden(self, on: bool) -> None:
        """Show what nobody has used, too; or no longer."""
        if on != self._opened:
            self._opened = on
            self._dirty = True

    def look(self, moment: Moment, objects: Sequence[ObjectInfo]) -> None:
        """Take in what a moment shows."""
        if len(objects) != len(self._infos) or objects is not self._infos:
            if [o.object for o in objects] != [o.object for o in self._infos]:
                self._dirty = True
            self._infos = objects
            self._queues = frozenset(o.object for o in objects if o.kind in QUEUES)
        self._look_at_processes(moment)
        self._look_at_objects(moment)
        self.add_links(links_of(moment, self._queues))

    def _look_at_processes(self, moment: Moment) -> None:
        for p in moment.processes:
            old = self._members.get(p.process)
            living = len(p.actors) - 1
            # Those that are over have the room that is left, and need no more.
            gone = min(len(p.gone), max(ROWS - living, 0))
            threads = max(living + gone, old.threads if old else 0)
            member = Member(
                p.process,
                p.name,
                p.role,
                p.parent,
                p.is_main,
                p.daemon,
                threads,
                started=p.started,
            )
            if member == old:
                continue
            self._members[p.process] = member
            self._dirty = True

    def _look_at_objects(self, moment: Moment) -> None:
        counts = {g.object: g.seats + g.extra for g in moment.gates.values()}
        counts |= {o: len(cells) for o, cells in moment.cells.items()}
        for service in moment.services.values():
            kept = self._frames.get(service.object, ())
            inside = kept + tuple(m for m in service.members if m not in kept)
            if inside != kept:
                self._frames[service.object] = inside
                self._dirty = True
            counts[service.object] = len(service.contents) or len(inside)
        for number, count in counts.items():
            if count > self._counts.get(number, 0):
                self._counts[number] = count
                self._dirty = True
        calls = (m.object for m in moment.moves if m.motion is Motion.CALL)
        self.add_asked(number for number in calls if number is not None)
        used = {t.object for t in moment.tubes.values() if t.depth or t.putters or t.getters}
        used |= {g.object for g in moment.gates.values() if g.holders or g.line or g.room}
        if not used <= self._used:
            self._used |= used
            self._dirty = True

    def _build(self) -> Structure:
        shown = [o for o in self._infos if shape_of(o.kind) and not o.internal]
        kinds = {o.object: shape_of(o.kind) for o in shown}
        corners = {
            o.owner: o.object
            for o in self._infos
            if o.owner is not None and shape_of(o.kind) is Shape.LOCK
        }
        things = []
        servers = {
            process: service
            for service, inside in self._frames.items()
            if kinds.get(service) is Shape.MANAGER
            for process in inside
        }
        for info in shown:
            if info.owner is not None and kinds.get(info.owner) in _OWNERS_SHOW:
                continue
            if info.peer is not None and info.peer < info.object and info.peer in kinds:
                continue
            shape = kinds[info.object]
            assert shape is not None
            things.append(
                Thing(
                    info.object,
                    shape,
                    info.name,
                    info.kind,
                    max(self._counts.get(info.object, 0), 1),
                    info.peer,
                    corners.get(info.object),
                    self._within(info, servers),
                )
            )
        hidden = 0
        if len(things) > CROWDED:
            # Processes stand in the frame of what they work for.
            busy = self._used | {service for service, inside in self._frames.items() if inside}
            used = [t for t in things if t.object in busy or t.peer in busy]
            hidden = len(things) - len(used)
            things = things if self._opened else used
        inner = [t.within for t in things]
        things = [
            replace(t, count=t.count + ROWS_INSIDE * inside, inside=inside)
            if (inside := inner.count(t.object))
            else t
            for t in things
        ]
        leaders = {t.peer: t.object for t in things if t.peer is not None}
        known = self._links | both_ways(self._links, leaders)
        links = {
            replace(link, object=leaders[link.object]) if link.object in leaders else link
            for link in known
        }
        members = _in_order(self._members.values())
        if len(members) <= _FEW:
            members = tuple(replace(m, spread=spread_of(m.threads)) for m in members)
        return Structure(
            members,
            tuple(things),
            frozenset(links),
            tuple(sorted(self._frames.items())),
            hidden,
            # The outermost one stands for all.
            tuple(
                {
                    child: root
                    for root in sorted(self._folded, reverse=True)
                    for child in self.below(root)
                }.items()
            ),
            self._opened,
        )

    def _within(self, info: ObjectInfo, servers: dict[int, int]) -> int | None:
        """The manager in which an object lives: made by its server, or asked through a proxy."""
        if info.created_by is not None and info.created_by in servers:
            return servers[info.created_by]
        managers = set(servers.values())
        if info.object in self._asked and info.object not in managers and len(managers) == 1:
            return managers.pop()
        return None


def _in_order(members: Iterable[Member]) -> tuple[Member, ...]:
    """By their appearance; within a role by the numbers of their names, if all have one."""
    result = sorted(members, key=lambda m: (m.started, m.process))
    roles: dict[str, list[int]] = {}
    for index, member in enumerate(result):
        roles.setdefault(member.role, []).append(index)
    for places in roles.values():
        some = [result[index] for index in places]
        found = [re.search(r"(\d+)$", member.name) for member in some]
        if all(found):
            numbers = {m.process: int(f.group()) for m, f in zip(some, found, strict=True) if f}
            some.sort(key=lambda m: numbers[m.process])
            for index, member in zip(places, some, strict=True):
                result[index] = member
    return tuple(result)


# A thing that belongs to one of these is drawn as part of it.
_OWNERS_SHOW = {
    Shape.CELL,
    Shape.ARRAY,
    Shape.CONDITION,
    Shape.EVENT,
    Shape.BARRIER,
    Shape.TUBE,
    Shape.PIPE,
    Shape.POOL,
}
