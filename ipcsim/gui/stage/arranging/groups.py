"""Puts many processes into blocks of tiles, a block for each role."""

from __future__ import annotations

from collections.abc import Sequence

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
