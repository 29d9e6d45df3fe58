"""A stage too low for rows below each other, as at 250 %: all in one line, main among them."""

from __future__ import annotations

from collections.abc import Sequence

from ipcsim.gui.stage.anatomy.geometry import Rect, Sizes
from ipcsim.gui.stage.arranging.groups import Choice, tile_choices
from ipcsim.gui.stage.arranging.plan import Slot
from ipcsim.gui.stage.arranging.sides import Sides
from ipcsim.gui.stage.structure import Member

_BETWEEN = ((132, 14), (60, 10), (24, 6), (0, 4))
"""Room for objects between two columns, and beside them, at 100 %: they give way to who moves."""


def is_low(sides: Sides, rests: Sequence[Rect], sizes: Sizes) -> bool:
    """Whether not even a row of numbers has room where columns are to be."""
    least = sizes.label + round(sizes.small * 1.45)
    return any(
        members and rest.h < least for members, rest in zip(sides.columns, rests, strict=True)
    )


def in_a_line(sides: Sides, stage: Rect, sizes: Sizes) -> tuple[dict[int, Slot], list[Rect]]:
    """Tiles as large as fit, in as many rows as there are, and the gaps for objects."""
    columns = [list(column) for column in sides.columns]
    if sides.main is not None:
        columns[sides.main_column].insert(0, sides.main)
    number = len(columns) - 1
    for length, beside in _BETWEEN:
        between, space = sizes.px(length), sizes.px(beside)
        room = stage.w - number * (between + 2 * space)
        fits = [
            choice for choice in tile_choices(sizes) if sum(_wide(columns, choice, stage)) <= room
        ]
        if fits:
            break
    choice = fits[0] if fits else tile_choices(sizes)[-1]
    width, height, form, gap = choice
    rows, wide = _rows(choice, stage), _wide(columns, choice, stage)
    across = between + max(room - sum(wide), 0) / max(number, 1)
    cards: dict[int, Slot] = {}
    gaps: list[Rect] = []
    x = stage.x
    for column, needed in zip(columns, wide, strict=True):
        high = min(rows, len(column)) * (height + gap) - gap
        top = stage.y + max(stage.h - high, 0) / 2
        for index, member in enumerate(column):
            right, down = divmod(index, rows)
            place = Rect(x + right * (width + gap), top + down * (height + gap), width, height)
            cards[member.process] = Slot(place.rounded(), form)
        x += needed + space
        if len(gaps) < number:
            gaps.append(Rect(x, stage.y, across, stage.h))
        x += across + space
    return cards, gaps


def _rows(choice: Choice, stage: Rect) -> int:
    _width, height, _form, gap = choice
    return max(int((stage.h + gap) // (height + gap)), 1)


def _wide(columns: Sequence[Sequence[Member]], choice: Choice, stage: Rect) -> list[float]:
    """How wide each column gets with tiles of a size."""
    width, _height, _form, gap = choice
    across = [-(-len(column) // _rows(choice, stage)) for column in columns]
    return [max(number * (width + gap) - gap, 0.0) for number in across]
