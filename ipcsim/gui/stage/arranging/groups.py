"""Puts many processes into blocks of tiles, a block for each role."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ipcsim.gui.stage.anatomy.geometry import Rect, Sizes
from ipcsim.gui.stage.arranging.plan import Form, Group, Slot
from ipcsim.gui.stage.structure import Member

Part = tuple[str, Sequence[Member], bool, tuple[int, ...]]
"""A role, its processes here, whether it begins here, all processes of the role."""
Choice = tuple[float, float, Form, float]

# Width and height of a tile, its form and the gap between two, from roomy to tight.
_TILES: tuple[Choice, ...] = (
    (118, 46, Form.TILE, 6),
    (92, 40, Form.TILE, 5),
    (58, 34, Form.MINI, 4),
    (48, 30, Form.MINI, 3),
    (42, 20, Form.MINI, 3),
    (34, 19, Form.MINI, 2),
    (12, 12, Form.DOT, 3),
    (8, 8, Form.DOT, 2),
)
BOXES_ABOVE = 200


def blocks(
    columns: Sequence[Sequence[Part]],
    regions: Sequence[Rect],
    sizes: Sizes,
    boxes: bool = False,
) -> tuple[dict[int, Slot], list[Group]]:
    """Blocks of tiles in several regions, all tiles of the largest form that fits everywhere.

    Args:
        columns: of each region the roles that stand there, below each other.
        boxes: a box for each role instead of tiles.
    """
    cards: dict[int, Slot] = {}
    groups: list[Group] = []
    space = sizes.px(8)
    if boxes:
        for parts, region in zip(columns, regions, strict=True):
            groups += _boxes(parts, region, sizes, space) if parts else []
        return cards, groups
    choices = tile_choices(sizes)
    fits = [
        _largest(parts, region, sizes, choices) if parts else 0
        for parts, region in zip(columns, regions, strict=True)
    ]
    roles = [role for parts in columns for role, _members, _begins, _whole in parts]
    if len(set(roles)) < len(roles):
        # A role that is spread over several columns looks alike in all.
        fits = [max(fits)] * len(fits)
    for parts, region, fit in zip(columns, regions, fits, strict=True):
        if parts:
            some, made = _grid(parts, region, sizes, choices[fit])
            cards |= some
            groups += made
    return cards, groups


def drawn_apart(
    cards: Mapping[int, Slot],
    groups: Sequence[Group],
    column_of: Mapping[int, int],
    stage: Rect,
    sizes: Sizes,
) -> tuple[dict[int, Slot], list[Group], Rect]:
    """Two columns of blocks pushed to the stage's edges, and the room that is left between them.

    Blocks seldom fill their column; what they leave belongs to the objects in the middle.
    """
    edges = [stage.x, stage.right]
    for process, slot in cards.items():
        if column_of.get(process) == 0:
            edges[0] = max(edges[0], slot.rect.right)
    right = [slot.rect.right for process, slot in cards.items() if column_of.get(process) == 1]
    right += [group.box.right for group in groups if column_of.get(group.members[0]) == 1]
    by = max(stage.right - max(right, default=stage.right), 0.0)
    moved = {
        process: replace(slot, rect=slot.rect.moved(by, 0)) if column_of.get(process) == 1 else slot
        for process, slot in cards.items()
    }
    shifted = [
        replace(group, heading=_moved_within(group.heading, by), box=group.box.moved(by, 0))
        if column_of.get(group.members[0]) == 1
        else group
        for group in groups
    ]
    for group in shifted:
        if column_of.get(group.members[0]) == 0:
            edges[0] = max(edges[0], group.box.right)
        else:
            edges[1] = min(edges[1], group.box.x)
    for process, slot in moved.items():
        if column_of.get(process) == 1:
            edges[1] = min(edges[1], slot.rect.x)
    space = sizes.px(26)
    gap = Rect(edges[0] + space, stage.y, edges[1] - edges[0] - 2 * space, stage.h)
    return moved, shifted, gap


def _moved_within(heading: Rect, by: float) -> Rect:
    return Rect(heading.x + by, heading.y, heading.w - by, heading.h)


def _largest(parts: Sequence[Part], region: Rect, sizes: Sizes, choices: list[Choice]) -> int:
    """Which is the largest form that fits a region, else the smallest of all."""
    for number, choice in enumerate(choices):
        if _height(parts, region, sizes, choice) <= region.h:
            return number
    return len(choices) - 1


def _height(parts: Sequence[Part], region: Rect, sizes: Sizes, choice: Choice) -> float:
    """Height that a column of blocks would take."""
    width, height, _form, gap = choice
    columns = max(int((region.w + gap) // (width + gap)), 1)
    counts = [len(members) for _role, members, _begins, _whole in parts]
    rows = sum(-(-count // columns) for count in counts)
    between = sizes.px(8) * (len(parts) - 1)
    return sizes.label * len(parts) + rows * (height + gap) - gap + between


def tile_choices(sizes: Sizes) -> list[Choice]:
    """Width and height of a tile, its form and the gap between two, from roomy to tight."""
    result: list[Choice] = []
    for width, height, form, gap in _TILES:
        w, h = sizes.px(width), sizes.px(height)
        if form is not Form.DOT:
            # A number of two or three digits must stay readable: it is dropped, never shrunk.
            h = max(h, round(sizes.small * 1.45))
            w = max(w, round(sizes.small * 2.6))
        result.append((round(w), round(h), form, sizes.px(gap)))
    return result


def _grid(
    parts: Sequence[Part], region: Rect, sizes: Sizes, choice: Choice
) -> tuple[dict[int, Slot], list[Group]]:
    width, height, form, gap = choice
    columns = max(int((region.w + gap) // (width + gap)), 1)
    cards: dict[int, Slot] = {}
    groups = []
    y = region.y
    heading = sizes.label
    for role, members, begins, whole in parts:
        top = y
        y += heading
        for index, member in enumerate(members):
            row, column = divmod(index, columns)
            rect = Rect(region.x + column * (width + gap), y + row * (height + gap), width, height)
            cards[member.process] = Slot(rect.rounded(), form)
        rows = -(-len(members) // columns)
        y += rows * (height + gap)
        across = min(columns, max(len(members), 1)) * (width + gap) - gap
        groups.append(
            Group(
                role,
                Rect(region.x, top, region.w, heading),
                Rect(region.x, top + heading, across, y - gap - top - heading),
                tuple(m.process for m in members),
                form,
                begins,
                whole,
            )
        )
        y += sizes.px(8)
    return cards, groups


def _boxes(
    parts: Sequence[Part],
    region: Rect,
    sizes: Sizes,
    space: float,
) -> list[Group]:
    height = (region.h - space * (len(parts) - 1)) / len(parts)
    height = min(height, sizes.label * 7)
    groups = []
    y = region.y
    for role, members, begins, whole in parts:
        heading = Rect(region.x, y, region.w, sizes.label)
        box = Rect(region.x, y + sizes.label, region.w, height - sizes.label).rounded()
        numbers = tuple(m.process for m in members)
        groups.append(Group(role, heading, box, numbers, Form.BOX, begins, whole))
        y += height + space
    return groups
