"""What stands on the stage: which processes and objects there are, and who uses what.

It only grows while a program runs, and nothing about the state of the moment is in it, so that
nothing moves on the stage unless something has appeared.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ipcsim.gui.stage.shapes import Shape, shape_of
from ipcsim.gui.stage.usage import Link, links_of
from ipcsim.trace.moment import Moment, ObjectInfo


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
    """Threads beside the main one."""


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

    @property
    def framed(self) -> frozenset[int]:
        """Processes that stand in a frame rather than on the stage itself."""
        return frozenset(process for _object, inside in self.frames for process in inside)


CROWDED = 12
"""Above so many objects those without traffic are left out."""


class Gathering:
    """Collects the structure of a run from its moments."""

    def __init__(self) -> None:
        self._members: dict[int, Member] = {}
        self._links: set[Link] = set()
        self._frames: dict[int, tuple[int, ...]] = {}
        self._infos: Sequence[ObjectInfo] = ()
        self._counts: dict[int, int] = {}
        self._used: set[int] = set()
        self._structure = Structure()
        self._dirty = False

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

    def look(self, moment: Moment, objects: Sequence[ObjectInfo]) -> None:
        """Take in what a moment shows."""
        if len(objects) != len(self._infos) or objects is not self._infos:
            if [o.object for o in objects] != [o.object for o in self._infos]:
                self._dirty = True
            self._infos = objects
        self._look_at_processes(moment)
        self._look_at_objects(moment)
        self.add_links(links_of(moment))

    def _look_at_processes(self, moment: Moment) -> None:
        for p in moment.processes:
            old = self._members.get(p.process)
            threads = max(len(p.actors) - 1, old.threads if old else 0)
            if old and old.threads == threads and old.name == p.name and old.role == p.role:
                continue
            self._members[p.process] = Member(
                p.process, p.name, p.role, p.parent, p.is_main, p.daemon, threads
            )
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
                )
            )
        hidden = 0
        if len(things) > CROWDED:
            used = [t for t in things if t.object in self._used or t.peer in self._used]
            hidden = len(things) - len(used)
            things = used
        leaders = {t.peer: t.object for t in things if t.peer is not None}
        links = {
            replace(link, object=leaders[link.object]) if link.object in leaders else link
            for link in self._links
        }
        return Structure(
            tuple(sorted(self._members.values(), key=lambda m: m.process)),
            tuple(things),
            frozenset(links),
            tuple(sorted(self._frames.items())),
            hidden,
        )


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
