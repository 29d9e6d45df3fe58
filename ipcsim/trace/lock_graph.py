"""Which locks are taken while which are held, by whom and where (Goodlock, Havelund 2000).

An edge (held, wanted) says that a thread has taken *wanted* while it held *held*. A circle of edges
by different threads could become a deadlock, unless a further lock that all of them hold (a gate)
lets in fewer threads than the circle needs, or starts, joins and barriers keep them apart.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Final

import numpy as np

from ipcsim.events import Kind
from ipcsim.trace.columns import Array
from ipcsim.trace.history import History
from ipcsim.trace.moment import Place
from ipcsim.trace.objects import CONDITIONS, LOCKS, SEMAPHORES
from ipcsim.trace.order import life_order
from ipcsim.trace.syntax import syntax

_DEEPEST: Final = 32
_LONGEST: Final = 8
_MOST_EDGES: Final = 6
"""Of one pair of locks, by different threads."""
_MOST_STEPS: Final = 20_000
INSISTS, TIMED, TRIES = range(3)
"""How a lock was asked for."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A thread has taken, or waited for, one lock while it held another."""

    held: int
    wanted: int
    actor: int
    gates: frozenset[int]
    """The other locks it held, and permits."""
    held_at: int
    """Ordinals of the two acquisitions."""
    wanted_at: int
    how: int
    """INSISTS, TIMED or TRIES."""


class LockGraph:
    """All edges of a run, brought forward as it grows."""

    def __init__(self, trace: History) -> None:
        self.trace = trace
        self.edges: dict[tuple[int, int], list[Edge]] = {}
        self.version = 0
        """Changes when an edge is added."""
        self._done: dict[int, int] = {}
        self._next = 0
        """The thread whose turn it is."""
        self._seen: set[tuple[int, int, int, int, int, frozenset[int]]] = set()

    def advance(self, most: int | None = None) -> None:
        """Take in what has happened since the last time, thread by thread.

        Args:
            most: after about so many events leave the other threads to the next time.
        """
        roots = self._roots()
        if not (roots >= 0).any():
            return
        count, taken = len(self.trace.store.by_actor), 0
        for _turn in range(count):
            if most is not None and taken >= most:
                return
            actor = self._next % count
            self._next = actor + 1
            taken += self._take(actor, roots, most)

    def _roots(self) -> Array:
        """By object: the lock that it is or has; -1 for none."""
        registry = self.trace.registry
        roots = np.full(len(registry.all) + 1, -1, np.int64)
        for facts in registry.all:
            if facts.kind in LOCKS | SEMAPHORES:
                roots[facts.object] = facts.object
            elif facts.kind in CONDITIONS:
                roots[facts.object] = facts.object if facts.lock is None else facts.lock
        return roots

    def _take(self, actor: int, roots: Array, most: int | None) -> int:
        """Take in what a thread has done since; how many events were looked at."""
        store = self.trace.store
        mine = store.of_actor(actor)
        done = whole = self._done.get(actor, 0)
        end = done
        while whole == done and end < len(mine):
            # As much more as it takes until it holds nothing.
            end = len(mine) if most is None else min(len(mine), done + max(most, 2 * (end - done)))
            new = mine[done:end]
            kinds = store.kind.view[new]
            steps = _STEP[kinds]
            objects = roots[store.object.view[new]]
            at = np.flatnonzero(((steps != 0) | (kinds == Kind.ACQUIRE_WAIT)) & (objects >= 0))
            steps, objects, new = steps[at], objects[at], new[at]
            change = _changes(steps, objects)
            depth = np.cumsum(change)
            resting = np.flatnonzero(depth == 0)
            # What is still held at the end of the portion is looked at again with the next one.
            complete = int(resting[-1]) + 1 if len(resting) else 0
            whole = done + int(at[complete - 1]) + 1 if complete else done
            if end - whole > _PATIENCE or not len(at):
                whole = end
        if end == done:
            return 0
        self._done[actor] = whole
        nested = np.flatnonzero((steps >= 0) & (depth - change > 0))
        if not len(nested):
            return end - done
        rows = self.trace.rows(new)
        places = self.trace.raw.places(rows)
        held = _sets_held(change, objects)
        signature = np.stack([objects[nested], held[nested], places[nested]], 1)
        _, first = np.unique(signature, axis=0, return_index=True)
        for chosen in nested[np.sort(first)].tolist():
            self._add(actor, chosen, steps, objects, new)
        return end - done

    def _add(self, actor: int, at: int, steps: Array, objects: Array, ordinals: Array) -> None:
        held: dict[int, int] = {}
        for step in range(max(0, at - _DEEPEST * 8), at):
            obj = int(objects[step])
            if steps[step] > 0:
                held.setdefault(obj, int(ordinals[step]))
            elif steps[step] < 0:
                held.pop(obj, None)
        wanted, when = int(objects[at]), int(ordinals[at])
        place = self.trace.place(int(self.trace.store.where.view[when]))
        how = self._how(wanted, place)
        kinds = self.trace.registry.all
        for lock, since in held.items():
            if lock == wanted or kinds[lock].kind in SEMAPHORES or kinds[wanted].kind in SEMAPHORES:
                continue
            line = place.line if place is not None else -1
            gates = frozenset(held) - {lock}
            known = (lock, wanted, actor, line, how, gates)
            if known in self._seen:
                continue
            self._seen.add(known)
            self.edges.setdefault((lock, wanted), []).append(
                Edge(lock, wanted, actor, gates, since, when, how)
            )
            self.version += 1

    def _how(self, lock: int, place: Place | None) -> int:
        """Whether the place where a lock was taken insists, waits for a time, or only tries."""
        found = syntax(self.trace).at(place)
        if found is None:
            return INSISTS
        source, node = found
        call = node if isinstance(node, ast.Call) else source.parents.get(node)
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            return INSISTS
        if call.func.attr != "acquire":
            return INSISTS
        words = {word.arg: word.value for word in call.keywords}
        block = call.args[0] if call.args else words.get("block", words.get("blocking"))
        if isinstance(block, ast.Constant) and not block.value:
            return TRIES
        timeout = call.args[1] if len(call.args) > 1 else words.get("timeout")
        if timeout is None or (isinstance(timeout, ast.Constant) and timeout.value is None):
            return INSISTS
        return TIMED

    # --- circles

    def circles(self) -> list[list[Edge]]:
        """Circles of edges by different threads that nothing keeps from happening at once."""
        following: dict[int, list[Edge]] = {}
        for pair in sorted(self.edges):
            threads: set[int] = set()
            # Of one thread's the one that fewest gates keep apart from others.
            for edge in sorted(
                self.edges[pair], key=lambda each: (len(each.gates), each.wanted_at)
            ):
                if edge.how != TRIES and edge.actor not in threads and len(threads) < _MOST_EDGES:
                    threads.add(edge.actor)
                    following.setdefault(edge.held, []).append(edge)
        found: dict[frozenset[int], list[Edge]] = {}
        steps = [0]

        def walk(start: int, path: list[Edge]) -> None:
            steps[0] += 1
            if steps[0] > _MOST_STEPS:
                return
            for edge in following.get(path[-1].wanted, ()):
                if any(not self._together(edge, other) for other in path):
                    continue
                if edge.wanted == start:
                    locks = frozenset(e.held for e in [*path, edge])
                    if locks not in found and self._may_meet([*path, edge]):
                        found[locks] = [*path, edge]
                elif edge.wanted > start and len(path) < _LONGEST - 1:
                    walk(start, [*path, edge])

        for start in sorted(following):
            for edge in following[start]:
                if edge.wanted > start:
                    walk(start, [edge])
        return list(found.values())

    def _together(self, one: Edge, other: Edge) -> bool:
        """Whether two edges can be parts of one circle."""
        if one.actor == other.actor or one.held == other.held or one.wanted == other.wanted:
            return False
        kinds = self.trace.registry.all
        shared = one.gates & other.gates
        return not any(kinds[gate].kind not in SEMAPHORES for gate in shared)

    def _may_meet(self, circle: list[Edge]) -> bool:
        """Whether all of its threads can be at their places at the same time."""
        for gate in frozenset.intersection(*(edge.gates for edge in circle)):
            facts = self.trace.registry.all[gate]
            seats = facts.number("value") or facts.number("bound") or facts.number("initial") or 1
            if seats < len(circle):
                return False
        order = life_order(self.trace).clocks
        for one in circle:
            for other in circle:
                early, late = sorted((one, other), key=lambda edge: edge.wanted_at)
                if early is not late and order.before(
                    early.actor, early.wanted_at, late.actor, late.held_at
                ):
                    return False
        return True


def _changes(steps: Array, objects: Array) -> Array:
    """By how many locks each step of a thread changes what it holds: 1, -1, or 0.

    Taken twice is held once, and one release that isn't its own leaves nothing less.
    """
    small = objects.astype(np.uint16) if objects.max(initial=0) < 1 << 16 else objects
    by_object = np.argsort(small, kind="stable")
    steps, objects = steps[by_object], objects[by_object]
    first = np.diff(objects, prepend=-1) != 0
    # Who only waits holds what it held.
    last = np.maximum.accumulate(np.where((steps != 0) | first, np.arange(len(steps)), 0))
    after = steps[last] > 0
    before = np.concatenate(([False], after[:-1])) & ~first
    change = np.empty(len(steps), np.int64)
    change[by_object] = after.astype(np.int64) - before
    return change


def _sets_held(change: Array, objects: Array) -> Array:
    """For each step a number that stands for the set of what was held before.

    The sum of a random number for each object of it (Zobrist, "A New Hashing Method with
    Application for Game Playing", 1970).
    """
    numbers = np.random.default_rng(0).integers(1, 1 << 62, int(objects.max()) + 1)
    change = change * numbers[objects]
    return np.cumsum(change) - change


_PATIENCE: Final = 1 << 16
"""So many events later it isn't looked any more for what was held before them."""
_STEP: Final = np.zeros(256, np.int64)
_STEP[[Kind.ACQUIRED, Kind.WOKEN]] = 1
_STEP[[Kind.RELEASE, Kind.WAIT]] = -1


def lock_graph(trace: History, most: int | None = None) -> LockGraph:
    """The run's lock graph, made once; brought up to date, or by ``most`` events nearer to it."""
    found: LockGraph = trace.remembered("lock graph", lambda: LockGraph(trace))
    found.advance(most)
    return found
