"""Where everything stands: the answer of :func:`ipcsim.gui.stage.arranging.layout.arrange`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from ipcsim.gui.stage.anatomy.geometry import Rect
from ipcsim.gui.stage.anatomy.shapes import Level


class Form(IntEnum):
    """How a process is drawn, by the room there is."""

    CARD = 0
    """Name, operation, threads, what it has read."""
    TILE = 1
    """Badge and operation."""
    MINI = 2
    """Number."""
    DOT = 3
    BOX = 4
    """Not at all by itself: its group is one box with a histogram."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A process's place."""

    rect: Rect
    form: Form
    lines: int = 2
    """Of a card: its name, and as many rows below it less one."""


@dataclass(frozen=True, slots=True)
class Node:
    """An object's place."""

    rect: Rect
    level: Level
    flip: bool = False
    """Messages flow from right to left."""


@dataclass(frozen=True, slots=True)
class Group:
    """Processes of one role, drawn together."""

    role: str
    heading: Rect
    box: Rect
    members: tuple[int, ...]
    form: Form
    begins: bool = True
    """False: goes on from another group, no heading."""
    whole: tuple[int, ...] = ()
    """All members of the role, where it is spread over several groups."""


@dataclass(frozen=True)
class Plan:
    """The places of everything, in pixels of the stage."""

    width: float = 0
    height: float = 0
    cards: dict[int, Slot] = field(default_factory=dict)
    nodes: dict[int, Node] = field(default_factory=dict)
    groups: tuple[Group, ...] = ()
    idle: int = 0
    """Objects left out because nobody has used them."""
    crowded_out: int = 0
    """Objects for which there is no room."""

    columns: Mapping[int, int] = field(default_factory=dict)
    """Of each process the column it stands in, from left to right; empty for a circle."""
    across: int = 0
    """How many columns there are."""
    memo: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """What is worked out from it once, e.g. the lines between processes and tubes."""

    def process_at(self, x: float, y: float) -> int | None:
        """The process whose card lies under a point."""
        return next((p for p, s in self.cards.items() if s.rect.contains(x, y)), None)

    def object_at(self, x: float, y: float) -> int | None:
        """The object whose picture lies under a point."""
        return next((o for o, n in self.nodes.items() if n.rect.contains(x, y)), None)
