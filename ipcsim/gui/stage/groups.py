"""Puts many processes into blocks of tiles, a block for each role."""

from __future__ import annotations

from collections.abc import Sequence

from ipcsim.gui.stage.geometry import Rect, Sizes
from ipcsim.gui.stage.plan import Form, Group, Slot
from ipcsim.gui.stage.structure import Member

# Width and height of a tile, its form and the gap between two, from roomy to tight.
_TILES: tuple[tuple[float, float, Form, float], ...] = (
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


def roles_of(members: Sequence[Member]) -> dict[str, list[Member]]:
    """Processes by role, in order of appearance."""
    roles: dict[str, list[Member]] = {}
    for member in members:
        roles.setdefault(member.role, []).append(member)
    return roles


def block(
    parts: Sequence[tuple[str, Sequence[Member], bool, tuple[int, ...]]],
    region: Rect,
    sizes: Sizes,
    expected: int = 0,
    boxes: bool = False,
) -> tuple[dict[int, Slot], list[Group]]:
    """Blocks of tiles below each other in a region, all of the largest form that fits.

    Args:
        parts: role, its processes here, whether it begins here, all processes of the role.
        expected: how many processes the region shall have room for, if more than there are.
        boxes: a box for each role instead of tiles.
    """
    if not parts:
        return {}, []
    space = sizes.px(8)
    if boxes:
        return {}, _boxes(parts, region, sizes, space)
    counts = [len(members) for _role, members, _begins, _whole in parts]
    if len(parts) == 1:
        counts = [max(counts[0], expected)]
    headings = [sizes.label if begins else 0.0 for _role, _members, begins, _whole in parts]
    choice = None
    for width, height, form, gap in _tiles(sizes):
        choice = (width, height, form, gap)
        columns = max(int((region.w + gap) // (width + gap)), 1)
        rows = [-(-count // columns) for count in counts]
        total = sum(headings) + sum(r * (height + gap) for r in rows) + space * (len(parts) - 1)
        if total - gap <= region.h:
            break
    assert choice is not None
    return _grid(parts, region, headings, choice, space)


def _tiles(sizes: Sizes) -> list[tuple[float, float, Form, float]]:
    result: list[tuple[float, float, Form, float]] = []
    for width, height, form, gap in _TILES:
        w, h = sizes.px(width), sizes.px(height)
        if form is not Form.DOT:
            # A number of two or three digits must stay readable: it is dropped, never shrunk.
            h = max(h, round(sizes.small * 1.45))
            w = max(w, round(sizes.small * 2.6))
        result.append((round(w), round(h), form, sizes.px(gap)))
    return result


def _grid(
    parts: Sequence[tuple[str, Sequence[Member], bool, tuple[int, ...]]],
    region: Rect,
    headings: list[float],
    choice: tuple[float, float, Form, float],
    space: float,
) -> tuple[dict[int, Slot], list[Group]]:
    width, height, form, gap = choice
    columns = max(int((region.w + gap) // (width + gap)), 1)
    cards: dict[int, Slot] = {}
    groups = []
    y = region.y
    for (role, members, begins, whole), heading in zip(parts, headings, strict=True):
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
        y += space
    return cards, groups


def _boxes(
    parts: Sequence[tuple[str, Sequence[Member], bool, tuple[int, ...]]],
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
