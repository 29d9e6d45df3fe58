"""The shared objects of a run: what several processes call by numbers of their own is one thing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ipcsim.events import ObjectKind
from ipcsim.trace.moment import Place

QUEUES = frozenset(
    {
        ObjectKind.QUEUE,
        ObjectKind.SIMPLE_QUEUE,
        ObjectKind.JOINABLE_QUEUE,
        ObjectKind.THREAD_QUEUE,
        ObjectKind.THREAD_LIFO_QUEUE,
        ObjectKind.THREAD_PRIORITY_QUEUE,
        ObjectKind.THREAD_SIMPLE_QUEUE,
    }
)
THREAD_QUEUES = frozenset(kind for kind in QUEUES if kind.startswith("queue."))
SEMAPHORES = frozenset(
    {
        ObjectKind.SEMAPHORE,
        ObjectKind.BOUNDED_SEMAPHORE,
        ObjectKind.THREAD_SEMAPHORE,
        ObjectKind.THREAD_BOUNDED_SEMAPHORE,
    }
)
LOCKS = frozenset(
    {ObjectKind.LOCK, ObjectKind.RLOCK, ObjectKind.THREAD_LOCK, ObjectKind.THREAD_RLOCK}
)
CONDITIONS = frozenset({ObjectKind.CONDITION, ObjectKind.THREAD_CONDITION})
FLAGS = frozenset({ObjectKind.EVENT, ObjectKind.THREAD_EVENT})
BARRIERS = frozenset({ObjectKind.BARRIER, ObjectKind.THREAD_BARRIER})
GATES = SEMAPHORES | LOCKS | CONDITIONS | FLAGS | BARRIERS
CELLS = frozenset({ObjectKind.VALUE, ObjectKind.ARRAY, ObjectKind.SHAREABLE_LIST})
PROXIES = frozenset({ObjectKind.PROXY})
"""What a manager serves and that is no lock, queue, Value or Array: dictionaries, lists, ..."""
MEMORIES = frozenset({ObjectKind.SHARED_MEMORY, ObjectKind.SHAREABLE_LIST})
FILES = frozenset({ObjectKind.FILE, ObjectKind.DATABASE})
"""Known under control alone. The stage leaves them out: cards say what is done to them."""
POOLS = frozenset(
    {
        ObjectKind.POOL,
        ObjectKind.EXECUTOR,
        ObjectKind.THREAD_POOL,
        ObjectKind.THREAD_EXECUTOR,
    }
)
SERVICES = POOLS | {ObjectKind.MANAGER}


@dataclass(slots=True)
class ObjectFacts:
    """What the records say of an object."""

    object: int
    kind: str
    key: str
    facts: dict[str, Any] = field(default_factory=dict)
    created_by: int | None = None
    created_at: Place | None = None
    created: bool = False
    time: int = 0
    """When it was created or first seen, ns."""
    owner: int | None = None
    lock: int | None = None
    """A condition's lock."""
    copy_of: int | None = None
    """What a forked process has its own copy of."""
    workers: set[int] = field(default_factory=set)
    """Processes in which a pool was introduced to work there."""

    def number(self, name: str) -> int | None:
        """A fact that is a whole number."""
        value = self.facts.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def words(self, name: str) -> str:
        """A fact as text; empty if it isn't known."""
        value = self.facts.get(name)
        return "" if value is None else str(value)


class Objects:
    """All objects, by number and by key."""

    def __init__(self) -> None:
        self.all: list[ObjectFacts] = []
        self.version = 0
        self._by_key: dict[str, int] = {}
        self._peers: dict[int, int] = {}
        self._alone: dict[str, int] = {}
        """By the name that both ends of a socket have: the one that waits for the other."""
        self._locks: dict[int, list[int]] = {}
        self._locks_at = -1

    def introduce(
        self,
        facts: dict[str, Any],
        process: int,
        place: Place | None,
        time: int,
        resolve: Callable[[int], int],
    ) -> int:
        """An OBJECT record; the object's number.

        ``resolve`` gives the object of a number in the record's ring, -1 for none.

        A key that is *created* twice is two objects: memory and file numbers are used again.
        """
        key = str(facts.get("key", ""))
        created = facts.get("created") is True
        number = self._by_key.get(key) if key else None
        if number is None or (created and self.all[number].created):
            number = len(self.all)
            self.all.append(ObjectFacts(number, str(facts.get("kind", "?")), key, time=time))
            if key:
                self._by_key[key] = number
        found = self.all[number]
        if facts.get("kind") == ObjectKind.DATABASE:
            found.kind = ObjectKind.DATABASE  # a file, until somebody has connected to it
        if created:
            found.facts = found.facts | facts
            found.created, found.created_by, found.created_at = True, process, place
            found.time = time
            if facts.get("link"):
                self._pair(str(facts["link"]), number)
        else:
            found.facts = facts | found.facts
            if found.kind in POOLS:
                found.workers.add(process)
            if found.created_at is None and found.created_by is None:
                found.created_at = place
        for name in ("owner", "lock", "copy_of"):
            local = facts.get(name)
            if isinstance(local, int) and not isinstance(local, bool):
                other = resolve(local)
                if other >= 0 and other != number:
                    setattr(found, name, other)
        if found.copy_of is not None:
            found.created_at = self.all[found.copy_of].created_at
        if found.owner is not None and found.kind in LOCKS:
            owner = self.all[found.owner]
            if owner.kind in CONDITIONS:
                owner.lock = number
        self.version += 1
        return number

    def by_key(self, key: str) -> int | None:
        """The object that a key now means."""
        return self._by_key.get(key)

    def conditions_on(self, lock: int) -> list[int]:
        """Conditions that use a lock."""
        if self._locks_at != self.version:
            self._locks_at = self.version
            self._locks = {}
            for facts in self.all:
                if facts.lock is not None:
                    self._locks.setdefault(facts.lock, []).append(facts.object)
        return self._locks.get(lock, [])

    def _pair(self, link: str, end: int) -> None:
        other = self._alone.pop(link, None)
        if other is None:
            self._alone[link] = end
        else:
            self._peers[end], self._peers[other] = other, end

    def peer(self, obj: int) -> int | None:
        """The other end of a pipe or of a socket."""
        if obj in self._peers:
            return self._peers[obj]
        peer = self.all[obj].facts.get("peer")
        return self._by_key.get(peer) if isinstance(peer, str) else None
