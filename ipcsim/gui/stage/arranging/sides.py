"""Decides who stands left and who right, and between which columns an object stands."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from ipcsim.gui.stage.structure import Member, Structure, Thing
from ipcsim.gui.stage.usage import Way


@dataclass(frozen=True)
class Sides:
    """Columns of processes from left to right, and what stands in the gaps between them."""

    columns: list[list[Member]]
    """Without the main process."""
    things: list[list[Thing]]
    main: Member | None
    main_column: int
    main_flows: bool
    """Main sends or receives messages: it stands beside the tubes, not above."""
    backward: frozenset[int]
    """Objects through which messages flow from right to left."""

    @property
    def column_of(self) -> dict[int, int]:
        """Of each process its column, main included."""
        found = {m.process: n for n, column in enumerate(self.columns) for m in column}
        if self.main is not None:
            found[self.main.process] = self.main_column
        return found

    def tall(self, column: int) -> bool:
        """Whether a column has clearly more processes than the one with main."""
        return len(self.columns[column]) > len(self.columns[self.main_column]) * 1.3 + 0.5


@dataclass(frozen=True)
class Homes:
    """Where processes stand already."""

    columns: Mapping[int, int] = field(default_factory=dict)
    """Of each process the column that it was put into."""
    across: int = 0
    """How many columns there were."""
    expected: bool = False
    """Whether room was kept for all who come."""
    firm: frozenset[int] = frozenset()
    """Who stays whatever is seen of who sends to whom; others may still go where they belong."""


def divide(
    structure: Structure, layer: dict[int, int], count: int, homes: Homes | None = None
) -> Sides:
    """Columns for the processes of a structure.

    Args:
        layer: :func:`ipcsim.gui.stage.arranging.layering.layers` of it.
        count: how many processes beside main there are going to be.
        homes: where they have stood so far; nobody changes sides without need.
    """
    homes = homes or Homes()
    framed = structure.framed
    main = next((m for m in structure.members if m.is_main), None)
    workers = [m for m in structure.members if m is not main and m.process not in framed]
    flow = max(layer.values(), default=0)
    deepest = homes.across - 1 if homes.firm else max(flow, 1)
    column_of = _by_flow(workers, layer, flow) if flow else _by_role(workers, count)
    if homes.firm or (homes.columns and not flow):
        kept = {m.process: c for m in workers if (c := homes.columns.get(m.process)) is not None}
        column_of = kept | _joining(workers, kept, column_of, deepest, homes.expected, bool(layer))
    columns: list[list[Member]] = [[] for _ in range(deepest + 1)]
    for worker in workers:
        columns[column_of[worker.process]].append(worker)
    at = layer.get(main.process, 0) if main else 0
    if main:
        at = min(homes.columns[main.process] if main.process in homes.firm else at, deepest)
        column_of[main.process] = at
    things, backward = _between(structure, column_of, deepest)
    return Sides(
        columns, things, main, at, bool(main and main.process in layer), frozenset(backward)
    )


def folded_up(sides: Sides) -> Sides:
    """Two columns instead of many: the sources left, all others right."""
    rest = [member for column in sides.columns[1:] for member in column]
    things = [thing for gap in sides.things for thing in gap]
    return replace(
        sides,
        columns=[sides.columns[0], rest],
        things=[things],
        main_column=min(sides.main_column, 1),
    )


def _by_flow(workers: list[Member], layer: dict[int, int], deepest: int) -> dict[int, int]:
    """By who sends to whom; one that has not sent yet stands with its role."""
    of_role = {m.role: layer[m.process] for m in workers if m.process in layer}
    column_of = {}
    for worker in workers:
        home = layer.get(worker.process, of_role.get(worker.role))
        column_of[worker.process] = min(deepest, 1) if home is None else home
    return column_of


def _joining(
    workers: list[Member],
    kept: Mapping[int, int],
    wanted: Mapping[int, int],
    deepest: int,
    expected: bool,
    flow: bool,
) -> dict[int, int]:
    """Columns of those who are new.

    Args:
        wanted: where each would stand if nobody had stood anywhere yet.
        expected: their places have been kept free; else they go where there is most room.
        flow: messages pass; then a role that stands together goes on doing so.
    """
    new = [worker for worker in workers if worker.process not in kept]
    filled = Counter(kept.values())
    of_role: dict[str, set[int]] = {}
    for worker in workers:
        if worker.process in kept:
            of_role.setdefault(worker.role, set()).add(kept[worker.process])
    column_of = {}
    for worker in new:
        together = of_role.get(worker.role, set())
        choices: Collection[int] = range(deepest + 1)
        if expected:
            choices = (min(wanted[worker.process], deepest),)
        elif flow and len(together) == 1:
            choices = together
        column = min(choices, key=lambda c: (filled[c], c))
        column_of[worker.process] = column
        filled[column] += 1
    return column_of


def _by_role(workers: list[Member], count: int) -> dict[int, int]:
    """The first role left, the others right; all of one role: half and half."""
    # Who has only just started has told no role yet.
    roles = list(dict.fromkeys(m.role for m in workers if m.role))
    if len(roles) > 1 and len(roles) < len(workers):
        left = _left_roles(workers, roles)
        return {m.process: 0 if m.role in left else 1 for m in workers}
    return _halves(workers, max(count, len(workers)))


def _halves(workers: list[Member], count: int) -> dict[int, int]:
    """Below each other left, then right: a tree stays whole. By the numbers of the names, where
    they say it, whoever comes first; else in order."""
    # Main stands left, too.
    half = max(count // 2, 1)
    found = {m.process: re.search(r"(\d+)$", m.name) for m in workers if m.name}
    numbers = {process: int(match.group()) if match else 0 for process, match in found.items()}
    if len(set(numbers.values())) < len(numbers) or not all(
        0 < number <= count for number in numbers.values()
    ):
        numbers = {}
    column_of = {process: int(number > half) for process, number in numbers.items()}
    free = half - sum(not column for column in column_of.values())
    rest = [m.process for m in workers if m.process not in column_of]
    return column_of | {process: int(index >= free) for index, process in enumerate(rest)}


def _left_roles(workers: list[Member], roles: list[str]) -> set[str]:
    """The first roles up to half of the processes."""
    left = {roles[0]}
    for role in roles[1:]:
        taken = sum(m.role in left for m in workers)
        more = sum(m.role == role for m in workers)
        if taken + more > len(workers) / 2:
            break
        left.add(role)
    return left


def _between(
    structure: Structure, column_of: dict[int, int], deepest: int
) -> tuple[list[list[Thing]], set[int]]:
    """The gap in which each object stands, and which are passed from right to left."""
    senders: dict[int, list[int]] = {}
    receivers: dict[int, list[int]] = {}
    for link in structure.links:
        if link.process in column_of:
            ends = senders if link.way is Way.INTO else receivers
            ends.setdefault(link.object, []).append(column_of[link.process])
    things: list[list[Thing]] = [[] for _ in range(deepest)]
    backward = set()
    for thing in structure.things:
        if thing.within is not None:
            continue
        sending = senders.get(thing.object, [])
        receiving = receivers.get(thing.object, [])
        if thing.shape.carries and sending and receiving:
            if min(sending) >= max(receiving) and max(sending) > min(receiving):
                backward.add(thing.object)
                gap = min(sending) - 1
            else:
                gap = min(sending)
        elif thing.shape.carries and (sending or receiving):
            gap = min(sending) if sending else min(receiving) - 1
        else:
            users = sending + receiving
            gap = round(sum(users) / len(users) - 0.5) if users else (deepest - 1) // 2
        things[min(max(gap, 0), deepest - 1)].append(thing)
    return things, backward
