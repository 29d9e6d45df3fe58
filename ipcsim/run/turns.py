"""What a person sees of a controlled execution: turns made, and who could make the next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from ipcsim.control.steps import Choice, Line, Operation


@dataclass(frozen=True, slots=True)
class Turn:
    """A step as a person makes one: the leaf steps of one call, with those it needed of others."""

    first: int
    """Index of its first leaf step."""
    end: int
    """Index after its last."""
    actor: str
    call: str
    line: Line | None = None
    what: str = ""
    """As in :class:`Choice`."""
    waits: bool = False
    """The call hasn't returned: its actor waits in it."""


class Effect(Enum):
    """What a turn does to the one of several that is chosen."""

    WAKES = "wakes"
    """A notify wakes it."""
    HANDS = "hands"
    """What is released goes to it."""
    TAKES = "takes"
    """Its message arrives first."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """One of several whom a turn can be about: a choice beside who goes next."""

    actor: str
    """A waiter, or the feeder thread that has the message."""
    process: str
    """Name of the actor that is its process's main thread."""
    name: str
    """What it is called on screen."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An actor before its next turn."""

    actor: str
    name: str
    """What it is called on screen."""
    pid: int
    call: str
    """The literal call that it is about to make, or is in."""
    line: Line | None
    operation: Operation
    enabled: bool
    reason: str = ""
    """Why it can't go on, one sentence."""
    times_out: bool = False
    """It waits, and its timeout may pass now."""
    helper: bool = False
    """A thread of the library's own, which works for others."""
    inside: bool = False
    """It is in the middle of its call."""
    effect: Effect | None = None
    alternatives: tuple[Alternative, ...] = ()
    """Of whom a person may choose one, where the turn has an effect on one of several."""


@dataclass(eq=False, slots=True)
class Tried:
    """A turn in the tree of all that has been tried; the root is the beginning."""

    turn: Turn | None = None
    choices: tuple[Choice, ...] = ()
    parent: Tried | None = None
    children: list[Tried] = field(default_factory=list)
    outcome: str = ""
    """How it ended there, if it did."""
    fails: bool = False

    def child(self, turn: Turn, choices: tuple[Choice, ...]) -> Tried:
        """The one after this by these choices: known, or a new branch."""
        for known in self.children:
            if known.choices == choices:
                known.turn = turn
                return known
        made = Tried(turn, choices, self)
        self.children.append(made)
        return made

    def path(self) -> list[Tried]:
        """From the first turn to this one."""
        found: list[Tried] = []
        node: Tried | None = self
        while node is not None and node.parent is not None:
            found.append(node)
            node = node.parent
        return found[::-1]

    def leaves(self) -> Iterator[Tried]:
        """The ends of all branches from here on."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()
