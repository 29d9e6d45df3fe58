"""Every interleaving once: optimal dynamic partial-order reduction.

After Abdulla, Aronis, Jonsson, Sagonas: "Optimal dynamic partial order reduction" (POPL 2014) and
"Source sets" (JACM 2017). Each run is searched for races; for each race that is not yet covered, a
sequence that reverses it is planted at the state before its first operation. Sleep sets keep apart
what is explored elsewhere. What waits (locks, empty channels) races with who took what it waits
for, an ACQUIRE with the ACQUIRE before it, not with the RELEASE that lets it go on; who stays
blocked at the end takes part as well.

Several runs can be under way at once. Then a plant may come after its branch has been taken, and is
planted deeper. So nothing that relies on another branch is over before that one is
(:meth:`Node.forget`).
"""

from __future__ import annotations

from collections.abc import Iterator

from ipcsim.control.steps import TIMEOUT, Candidate
from ipcsim.explore.causality import Causality, Race
from ipcsim.explore.dependence import Event, event_of
from ipcsim.explore.nondeterminism import check_same
from ipcsim.explore.plan import Plan, Run, SleepingPlan
from ipcsim.explore.wakeup import Branch, Continuation, Node


class Dpor:
    """The exhaustive strategy.

    Args:
        early: timed waits may give up before their time.
    """

    def __init__(self, early: bool = False) -> None:
        self._early = early
        self._root = Node(0, None)
        self._open: list[Node] = []
        self._under_way: dict[int, tuple[list[Node], int]] = {}
        self._made = 0
        self._choices = False
        self.refused = 0
        """Runs that could not go where a race was expected to lead."""
        self.astray = False
        """Because of one of them something may have been left out: what depends on what isn't seen
        in full."""
        self.pruned = 0
        """Runs that ended early, since others cover them."""
        self.cut_rounds = False
        """Somebody waited busily; further rounds were not told apart."""
        self.cut_short = False
        """A run was ended by its step limit, so that what lies behind it isn't explored."""

    @property
    def exhausted(self) -> bool:
        """Whether every interleaving was explored."""
        return self.through and not self.cut_short and not self.astray

    @property
    def through(self) -> bool:
        """Whether it has no run left to make."""
        return self._made > 0 and not self._open and not self._under_way

    def next(self, number: int) -> Plan | None:
        """The next run to make, or None if there is none before those under way have ended.

        Args:
            number: what to call it.
        """
        if self._made == 0:
            self._root.visited = True
            return self._plan(number, [self._root], 0)
        while self._open:
            node = max(self._open, key=lambda n: n.depth)
            branch = node.waiting_branch()
            if branch is None:
                self._open.remove(node)
            else:
                return self._take(number, node, branch)
        return None

    def _take(self, number: int, node: Node, branch: Branch | None) -> Plan:
        path = node.path()
        new = node.depth
        while branch is not None:
            child = branch.node
            assert child is not None
            child.sleep = node.asleep_after(branch.event)
            branch.taken = True
            path.append(child)
            node = child
            branch = node.waiting_branch()
            if len(node.branches) > 1:
                self._open.append(node)
        return self._plan(number, path, new)

    def _plan(self, number: int, path: list[Node], new: int) -> Plan:
        self._made += 1
        self._under_way[number] = (path, new)
        choices = [node.event.choice for node in path[1:] if node.event is not None]
        sleep = {choice: branch.event for choice, branch in path[-1].sleep.items()}
        return SleepingPlan(number, choices, self._early, sleep=sleep, since=len(choices))

    def learn(self, run: Run) -> None:
        """Take note of what came of a plan.

        Raises:
            NotTheSameTwice: the same choices did not lead to the same state.
        """
        path, new = self._under_way.pop(run.plan.number)
        steps, offered = run.execution.steps, run.execution.offered
        refused = run.plan.refused_at
        if refused is not None:
            self._abandon(path, refused)
            self.astray = self.astray or not _merely_blocked(run, refused)
            # What it did instead is counted; the tree has a place for it from _try_all.
            steps, offered = steps[:refused], offered[: refused + 1]
        self.pruned += run.plan.pruned
        self.cut_rounds = self.cut_rounds or bool(run.plan.waiting)
        for index, candidates in enumerate(offered[: len(steps) + 1]):
            before = path[index].offered if index < len(path) else ()
            if before is candidates and before:
                continue  # as most of them are, until there is something new
            self._choices = self._choices or _are_several(candidates)
            if before:
                check_same(before, candidates, steps[:index])
            if index == len(path):
                path.append(path[-1].grow(event_of(steps[index - 1])))
            path[index].visited, path[index].offered = True, candidates
        if refused is None and len(path) == len(steps):
            path.append(path[-1].grow(event_of(steps[-1])))
        if refused is not None:
            self._try_all(path[new : refused + 1])
        self.cut_short = self.cut_short or run.cut
        causality = run.causality
        for race in self._races(causality, run, 0 if self._choices else new):
            if race.second.actor in run.plan.waiting.get(race.first, ()):
                continue
            if refused is not None and (race.at is None or race.at >= refused):
                continue
            self._plant(path[race.first], Continuation.reversing(race, causality))
        for step in steps[new:]:
            for event in _alternatives(offered[step.index], event_of(step)):
                self._plant(path[step.index], Continuation.single(event))
        path[-1].forget()

    def _races(self, causality: Causality, run: Run, new: int) -> Iterator[Race]:
        yield from causality.races(new)
        yield from causality.killed_races(run.execution.offered, new)
        blocked = [c for c in run.pending if not c.enabled]
        yield from causality.pending_races(blocked)

    def _plant(self, node: Node, continuation: Continuation) -> None:
        reached = node.insert(continuation)
        if reached is not None and reached not in self._open:
            self._open.append(reached)

    def _abandon(self, path: list[Node], refused: int) -> None:
        """A planted sequence turned out to be impossible; the run went on otherwise."""
        self.refused += 1
        dead = path[refused + 1]
        assert dead.event is not None
        path[refused].refused.add(dead.event.choice)
        # Another run that was under way there may have found it out before.
        path[refused].branches.pop(dead.event.choice, None)
        self._open = [node for node in self._open if node not in path[refused + 1 :]]
        del path[refused + 1 :]

    def _try_all(self, nodes: list[Node]) -> None:
        """Where no better is known: begin with everyone who can go on."""
        for node in nodes:
            for candidate in node.offered:
                for what in candidate.choices if candidate.enabled else ():
                    event = Event(candidate.actor, what, candidate.operation)
                    self._plant(node, Continuation.single(event))


def _merely_blocked(run: Run, refused: int) -> bool:
    """Whether all went as planned but for the last, who would have raced, and waits: so it is no
    race."""
    plan, actor = run.plan.choices, run.plan.choices[refused].actor
    waits = any(candidate.actor == actor for candidate in run.execution.offered[refused])
    return waits and refused == len(plan) - 1


def _are_several(offered: tuple[Candidate, ...]) -> bool:
    """Whether somebody has more to choose than to go on."""
    return any(len(one.choices) > 1 or one.choices == (TIMEOUT,) for one in offered)


def _alternatives(offered: tuple[Candidate, ...], event: Event) -> Iterator[Event]:
    for candidate in offered:
        if candidate.actor == event.actor:
            for what in candidate.choices:
                if what != event.what:
                    yield Event(event.actor, what, candidate.operation)
