"""Which events hand knowledge on from thread to thread, as points in the order of time.

A release hands on to the next acquire, a put to the get that takes it, a start to the child, an end
to its join, an arrival at a barrier to all who pass. Where it can't be told who handed on to whom
(a semaphore's permits, an event) everybody before counts: an order too many hides a race, one too
few would invent one. A value's own lock, held by the library for a single access, orders nothing:
it makes an access whole, not two of them one.
"""

from __future__ import annotations

import numpy as np

from ipcsim.events import Kind, ObjectKind
from ipcsim.trace.channels import channel
from ipcsim.trace.columns import Array
from ipcsim.trace.edge_kinds import (
    ANSWERS,
    IS_GATE,
    JOB_KEYS,
    JOBS,
    KEYED,
    LIVES,
    LOCK,
    MESSAGES,
    NOTICE,
    RELEVANT,
    RESULT,
    ROLES,
    SIMPLE_OP,
    Op,
)
from ipcsim.trace.history import History
from ipcsim.trace.objects import CELLS, CONDITIONS, LOCKS, POOLS, QUEUES, SEMAPHORES
from ipcsim.trace.store import Fresh

ACCESSES = (Kind.READ, Kind.WRITE, Kind.READ_SLICE, Kind.WRITE_SLICE)
AHEAD = 1 << 18
"""Events; within so many an access comes after its lock's, though its thread was kept from the
processor in between. To look through all that has come would hold up the window in a flood."""
Points = tuple[Array, Array, Array, Array, Array]
"""Columns of one length: ordinal, Op, thread, key, number; rising by ordinal."""


class Edges:
    """Finds the points of a portion of history."""

    def __init__(self, trace: History, life_only: bool = False) -> None:
        self.trace = trace
        self._relevant = LIVES if life_only else RELEVANT
        self._last_holder: dict[int, int] = {}
        self._access_places: dict[int, tuple[Fresh, Array]] = {}
        self._roots: Array = np.empty(0, np.int64)
        self._kinds: list[str] = []
        self._version = -1

    def between(self, first: int, end: int) -> Points:
        """The points among the ordinals from ``first`` to before ``end``."""
        store = self.trace.store
        self._look_at_objects()
        kinds = store.kind.view[first:end]
        at = np.flatnonzero(self._relevant[kinds])
        ordinals = at + first
        kinds, actors = kinds[at], store.actor.view[ordinals].astype(np.int64)
        objects = store.object.view[ordinals].astype(np.int64)
        parts = [self._births(first, end)]
        simple = SIMPLE_OP[kinds] >= 0
        if simple.any():
            args = self.trace.raw.args(self.trace.rows(ordinals[simple]))
            args = np.where(kinds[simple] == Kind.REAPED, args >> 32, args)
            parts.append(
                (
                    ordinals[simple],
                    SIMPLE_OP[kinds[simple]],
                    actors[simple],
                    objects[simple],
                    args,
                )
            )
        known = objects >= 0
        gates = IS_GATE[kinds] & known
        if gates.any():
            parts += self._gates(ordinals[gates], kinds[gates], actors[gates], objects[gates])
        for table, find in ((KEYED, self._keyed), (JOBS, self._jobs)):
            for kind, (op, role) in table.items():
                for those in (known, ~known):
                    chosen = np.flatnonzero((kinds == kind) & those)
                    if len(chosen):
                        mine = ordinals[chosen], actors[chosen], objects[chosen]
                        parts.append(find(kind, op, role, *mine))
        for kind, op in MESSAGES.items():
            chosen = np.flatnonzero((kinds == kind) & known)
            if len(chosen):
                parts += self._messages(op, ordinals[chosen], actors[chosen], objects[chosen])
        columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
        order = np.argsort(columns[0], kind="stable")
        return tuple(column[order] for column in columns)  # type: ignore[return-value]

    def _look_at_objects(self) -> None:
        registry = self.trace.registry
        if self._version == registry.version:
            return
        self._version = registry.version
        self._kinds = [facts.kind for facts in registry.all]
        roots = np.arange(len(registry.all), dtype=np.int64)
        for facts in registry.all:
            if facts.kind in CONDITIONS and facts.lock is not None:
                roots[facts.object] = facts.lock
        self._roots = roots

    def _births(self, first: int, end: int) -> Points:
        """A thread's first event: it knows what its maker knew."""
        found = []
        for actor, column in enumerate(self.trace.store.by_actor):
            if len(column) and first <= int(column.view[0]) < end:
                found.append((int(column.view[0]), int(Op.BORN), actor, -1, 0))
        rows = np.array(found, np.int64).reshape(-1, 5)
        return rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 3], rows[:, 4]

    def _keyed(
        self, kind: int, op: int, role: int, ordinals: Array, actors: Array, objects: Array
    ) -> Points:
        if kind in ANSWERS:
            passed = self.trace.raw.args(self.trace.rows(ordinals)) == 1
            ordinals, actors, objects = ordinals[passed], actors[passed], objects[passed]
        ops = np.full(len(ordinals), op)
        if kind == Kind.ALL_DONE:
            of_pool = np.array([self._kinds[obj] in POOLS for obj in objects.tolist()], bool)
            keys = np.where(of_pool, ROLES * objects + RESULT, ROLES * objects + role)
        else:
            keys = ROLES * objects + role
        return ordinals, ops, actors, keys, np.zeros(len(ordinals), np.int64)

    def _jobs(
        self, kind: int, op: int, role: int, ordinals: Array, actors: Array, objects: Array
    ) -> Points:
        unnamed = objects < 0
        if unnamed.any():
            return self._of_any_pool(ordinals[unnamed], actors[unnamed])
        jobs = np.abs(self.trace.raw.args(self.trace.rows(ordinals))) & 0xFFFFFFFF
        keys = JOB_KEYS * (jobs + 1) + ROLES * objects + role
        if kind == Kind.TASK_END:
            # Once for its job, once for whoever waits for all of the pool.
            return (
                np.repeat(ordinals, 2),
                np.full(2 * len(ordinals), op),
                np.repeat(actors, 2),
                np.stack([keys, ROLES * objects + role], 1).ravel(),
                np.zeros(2 * len(ordinals), np.int64),
            )
        return ordinals, np.full(len(ordinals), op), actors, keys, np.zeros(len(ordinals), np.int64)

    def _of_any_pool(self, ordinals: Array, actors: Array) -> Points:
        """concurrent.futures.wait() and the like name neither pool nor job: it may be any."""
        pools = [number for number, kind in enumerate(self._kinds) if kind in POOLS]
        keys = np.tile(ROLES * np.array(pools, np.int64) + RESULT, len(ordinals))
        count = len(pools)
        return (
            np.repeat(ordinals, count),
            np.full(len(keys), int(Op.TAKE)),
            np.repeat(actors, count),
            keys,
            np.zeros(len(keys), np.int64),
        )

    def _gates(self, ordinals: Array, kinds: Array, actors: Array, objects: Array) -> list[Points]:
        """Locks and semaphores. A lock that goes on from a thread to itself orders nothing new."""
        found = []
        woken = kinds == Kind.WOKEN
        if woken.any():
            keys = ROLES * objects[woken] + NOTICE
            ops = np.full(len(keys), int(Op.TAKE))
            found.append((ordinals[woken], ops, actors[woken], keys, np.zeros(len(keys), np.int64)))
        roots = self._roots[objects]
        gives = (kinds == Kind.RELEASE) | (kinds == Kind.WAIT)
        for root in np.unique(roots).tolist():
            mine = np.flatnonzero(roots == root)
            kind = self._kinds[root]
            if kind in LOCKS:
                mine = mine[~self._inside(root, ordinals[mine])]
            if not len(mine):
                continue
            giving, whose, when = gives[mine], actors[mine], ordinals[mine]
            if kind not in SEMAPHORES:
                before = np.concatenate([[self._last_holder.get(root, -1)], whose[:-1]])
                after = np.concatenate([whose[1:], [-1]])
                self._last_holder[root] = int(whose[-1])
                useful = np.where(giving, after != whose, before != whose)
                giving, whose, when = giving[useful], whose[useful], when[useful]
            give = Op.ADD if kind in SEMAPHORES else Op.LEAVE
            ops = np.where(giving, int(give), int(Op.TAKE))
            keys = np.full(len(ops), ROLES * root + LOCK)
            found.append((when, ops, whose, keys, np.zeros(len(ops), np.int64)))
        return found

    def _inside(self, lock: int, ordinals: Array) -> Array:
        """Which events of a value's lock belong to one access (they have its very place)."""
        registry = self.trace.registry
        owner = registry.all[lock].owner
        nothing = np.zeros(len(ordinals), bool)
        if owner is None or registry.all[owner].kind not in CELLS:
            return nothing
        known = self._access_places.get(lock)
        if known is None:
            known = Fresh(self.trace.store, owner, ACCESSES), np.empty(0, np.int64)
        accesses, places = known
        fresh = accesses.take(int(ordinals[-1]) + AHEAD)
        if len(fresh):
            places = np.union1d(places, self._places(fresh))
        self._access_places[lock] = accesses, places
        inside: Array = np.isin(self._places(ordinals), places)
        return inside

    def _places(self, ordinals: Array) -> Array:
        """Numbers of the places of events, each with its process."""
        trace = self.trace
        processes = trace.process_of_actors(trace.store.actor.view[ordinals]).astype(np.int64)
        places: Array = trace.raw.places(trace.rows(ordinals))
        return processes << 32 | places

    def _messages(self, op: int, ordinals: Array, actors: Array, objects: Array) -> list[Points]:
        found = []
        for obj in np.unique(objects).tolist():
            mine = np.flatnonzero(objects == obj)
            when, whose = ordinals[mine], actors[mine]
            target = obj
            if op == Op.GET and self._kinds[obj] == ObjectKind.PIPE_END:
                peer = self.trace.registry.peer(obj)
                target = obj if peer is None else peer
            elif self._kinds[obj] not in QUEUES and self._kinds[obj] != ObjectKind.PIPE_END:
                continue
            one = channel(self.trace, target)
            if op == Op.PUT:
                numbers = one.puts.searchsorted(when.astype(np.uint32))
            else:
                at = one.gets.searchsorted(when.astype(np.uint32))
                numbers = one.put_of_get(at)
            ops = np.full(len(when), op)
            keys = np.full(len(when), target, np.int64)
            found.append((when, ops, whose, keys, numbers.astype(np.int64)))
        return found
