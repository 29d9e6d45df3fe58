"""The tree of what is still to be explored (wakeup trees; Abdulla, Aronis, Jonsson, Sagonas 2014).

A node is a state reached by a sequence of choices. Its branches are choices in the order in which
they were found to be necessary; a branch that hasn't been taken yet may carry a tree of its own,
which says how to go on after it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ipcsim.control.steps import Candidate, Choice
from ipcsim.explore.causality import Causality, Clock, Race
from ipcsim.explore.dependence import Event, dependent, event_of
from ipcsim.operations import Op


@dataclass(slots=True, eq=False)
class Branch:
    """A choice at a node, and what lies behind it."""

    event: Event
    node: Node | None
    """None if everything behind it is explored."""
    taken: bool = False
    """A run that goes there was started."""
    awaited: list[Node] = field(default_factory=list)
    """What is explored but for sequences that may still come from behind it."""

    def leads(self, sequence: Continuation) -> bool:
        """Whether a sequence can begin with it."""
        return sequence.begins_with(self.event)


@dataclass(slots=True, eq=False)
class Node:
    """A state of the program, before a step."""

    depth: int
    """How many steps lead to it."""
    parent: Node | None
    event: Event | None = None
    """What led to it from its parent."""
    visited: bool = False
    offered: tuple[Candidate, ...] = ()
    sleep: dict[Choice, Branch] = field(default_factory=dict)
    """What was taken earlier elsewhere, when the node was first reached."""
    branches: dict[Choice, Branch] = field(default_factory=dict)
    refused: set[Choice] = field(default_factory=set)
    """Choices that turned out to be impossible here."""

    def path(self) -> list[Node]:
        """The nodes from the root to this one."""
        path = [self]
        while (parent := path[-1].parent) is not None:
            path.append(parent)
        return path[::-1]

    def grow(self, event: Event) -> Node:
        """Its new child, after something that has happened."""
        child = Node(self.depth + 1, self, event)
        child.sleep = self.asleep_after(event)
        self.branches[event.choice] = Branch(event, child, taken=True)
        return child

    def asleep_after(self, happened: Event) -> dict[Choice, Branch]:
        """What need not be begun, here or anywhere before, after something has happened."""
        done = {choice: b for choice, b in self.branches.items() if b.taken}
        return {c: b for c, b in (self.sleep | done).items() if not dependent(b.event, happened)}

    def forget(self) -> None:
        """Drop it, if all behind it is explored, and its parents likewise.

        What sleeps here is explored elsewhere. As long as that is under way, it may find sequences
        that begin here: a node waits for it.
        """
        todo = [self]
        while todo:
            node = todo.pop()
            while node.visited and all(b.taken and b.node is None for b in node.branches.values()):
                parent, event = node.parent, node.event
                if parent is None or event is None:
                    break
                asleep = next((b for b in node.sleep.values() if b.node is not None), None)
                if asleep is not None:
                    asleep.awaited.append(node)
                    break
                over = parent.branches.get(event.choice)
                if over is not None:
                    over.node = None
                    todo += over.awaited
                    over.awaited = []
                node = parent

    def waiting_branch(self) -> Branch | None:
        """The first branch that hasn't been taken."""
        return next((b for b in self.branches.values() if not b.taken), None)

    def insert(self, sequence: Continuation) -> Node | None:
        """Make sure that a sequence, or one equivalent to it, will be explored from here.

        Returns:
            The node with a new branch to take, the deepest that was reached; None if there is
            nothing new.
        """
        node = reached = self
        while not node.covers(sequence):
            branch = next((b for b in node.branches.values() if b.leads(sequence)), None)
            if branch is None:
                node._append(sequence)
                return reached
            sequence = sequence.without(branch.event)
            child = branch.node
            if child is None or not sequence.members or not (child.branches or child.visited):
                return None
            node = child
            if branch.taken:
                reached = child
        return None

    def covers(self, sequence: Continuation) -> bool:
        """Whether a sequence, or one equivalent to it, is explored already or can't be."""
        if sequence.members[0].event.choice in self.refused:
            return True
        return any(branch.leads(sequence) for branch in self.sleep.values())

    def _append(self, sequence: Continuation) -> None:
        node = self
        for member in sequence.members:
            child = Node(node.depth + 1, node, member.event)
            node.branches[member.event.choice] = Branch(member.event, child)
            node = child


@dataclass(frozen=True, slots=True)
class Member:
    """An event of a sequence, with what it comes after in the execution it was taken from."""

    event: Event
    index: int
    before: Clock
    actor: int
    """Its actor's number in the clocks."""
    exact: bool = True
    """False: its clock lacks what it merely conflicts with."""


@dataclass(frozen=True, slots=True)
class Continuation:
    """Events in an order in which they can happen."""

    members: tuple[Member, ...]

    @staticmethod
    def reversing(race: Race, causality: Causality) -> Continuation:
        """What reverses a race: all that doesn't depend on its first, and then its second."""
        members: list[Member] = []
        left_out: list[int] = []
        for index in causality.independent_of(race.first):
            if index == race.at:
                continue
            step = causality.steps[index]
            clock, actor = causality.clocks[index], causality.actors[step.actor]
            # Who merely waits for an end need not go on before the second does.
            after = any(causality.before(earlier, index) for earlier in left_out)
            if (after or step.operation.op is Op.JOIN) and race.before[actor] < index:
                left_out.append(index)
                continue
            members.append(Member(event_of(step), index, clock, actor))
        number = causality.actors.get(race.second.actor, len(causality.actors))
        last = len(causality.steps)
        members.append(Member(race.second, last, race.before, number, exact=False))
        return Continuation(tuple(members))

    @staticmethod
    def single(event: Event) -> Continuation:
        """One event alone."""
        return Continuation((Member(event, 0, [], 0),))

    def begins_with(self, event: Event) -> bool:
        """Whether an event is among those that an equivalent sequence can begin with, or could be
        put before it without changing it (a *weak initial*)."""
        for position, member in enumerate(self.members):
            if member.event.actor == event.actor:
                if member.event.what != event.what:
                    return False
                return not any(_before(e, member) for e in self.members[:position])
        return not any(dependent(event, member.event) for member in self.members)

    def without(self, event: Event) -> Continuation:
        """What is left after an event it begins with has happened."""
        for position, member in enumerate(self.members):
            if member.event.actor == event.actor:
                return Continuation(self.members[:position] + self.members[position + 1 :])
        return self


def _before(one: Member, other: Member) -> bool:
    if one.actor < len(other.before) and other.before[one.actor] >= one.index:
        return True
    return not other.exact and dependent(one.event, other.event)
