"""Puts the cards of a few processes into columns beside the objects they use."""

from __future__ import annotations

from collections.abc import Sequence

from ipcsim.gui.stage.anatomy.geometry import Rect, Sizes
from ipcsim.gui.stage.arranging.plan import Form, Slot
from ipcsim.gui.stage.structure import Member
from ipcsim.gui.stage.threads import high

_INDENT = 14
_USUAL, _ROOMY = 3, 4
"""Lines of a card: its name, what it does, and one or two for why it waits."""


def height_of(member: Member, lines: int, sizes: Sizes) -> float:
    """Height of a process's card, its threads' rows included."""
    return sizes.card_height(lines) + high(member.threads, member.spread) * sizes.row


def stack(
    members: Sequence[Member], region: Rect, sizes: Sizes, lines: int, centred: bool = True
) -> dict[int, Slot]:
    """Cards below each other; a child of one of them is indented below it.

    The caller has seen to it (:func:`fitting_lines`) that they fit.
    """
    ordered = tree_order(members)
    if not ordered:
        return {}
    heights = [height_of(m, lines, sizes) for m, _depth in ordered]
    used, gap = extent(members, region.h, sizes, lines)
    y = region.y + ((region.h - used) / 2 if centred else 0.0)
    slots = {}
    for (member, depth), height in zip(ordered, heights, strict=True):
        indent = sizes.px(_INDENT) * depth
        rect = Rect(region.x + indent, y, region.w - indent, height).rounded()
        slots[member.process] = Slot(rect, Form.CARD, lines)
        y += height + gap
    return slots


def extent(
    members: Sequence[Member], height: float, sizes: Sizes, lines: int
) -> tuple[float, float]:
    """How high a stack of cards is, and the gap between two of them, where ``height`` is free."""
    heights = [height_of(m, lines, sizes) for m in members]
    gap = min(max((height - sum(heights)) / len(heights), sizes.px(5)), sizes.px(26))
    return sum(heights) + gap * (len(heights) - 1), gap


def fitting_lines(columns: Sequence[tuple[Sequence[Member], float]], sizes: Sizes) -> list[int]:
    """Lines that the cards of each column can have, 0 where not even one line fits.

    Where all of them have the room, a reason of two lines has it, too.

    Args:
        columns: members of a column and the height it has.
    """
    roomy = [_most(members, height, sizes, sizes.px(14), _ROOMY) for members, height in columns]
    if min(roomy) == _ROOMY:
        return roomy
    return [_most(members, height, sizes, sizes.px(5), _USUAL) for members, height in columns]


def _most(members: Sequence[Member], height: float, sizes: Sizes, gap: float, most: int) -> int:
    for lines in range(most if members else 0, 0, -1):
        if sum(height_of(m, lines, sizes) for m in members) + gap * (len(members) - 1) <= height:
            return lines
    return 0 if members else most


def tree_order(members: Sequence[Member]) -> list[tuple[Member, int]]:
    """Members with their depth, each after its parent where that is among them."""
    here = {m.process: m for m in members}
    children: dict[int | None, list[Member]] = {}
    for member in members:
        parent = member.parent if member.parent in here else None
        if parent is not None and here[parent].is_main:
            parent = None
        children.setdefault(parent, []).append(member)
    result: list[tuple[Member, int]] = []

    def add(parent: int | None, depth: int) -> None:
        for member in children.get(parent, ()):
            result.append((member, depth))
            add(member.process, depth + 1)

    add(None, 0)
    return result
