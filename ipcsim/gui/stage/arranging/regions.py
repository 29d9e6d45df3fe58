"""Divides the stage into columns for processes and gaps for what they share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ipcsim.gui.stage.anatomy.geometry import Rect, Sizes
from ipcsim.gui.stage.arranging.sides import Sides


@dataclass(frozen=True)
class Regions:
    """From left to right; in a folded chain in the order of the chain."""

    columns: list[Rect]
    gaps: list[Rect]
    flipped: list[bool]
    """Of each gap: messages pass it from right to left."""
    width: float
    """Of the stage."""


def card_width(width: float, sizes: Sizes, spread: int = 1) -> float:
    """Width of a card on a stage of ``width`` pixels.

    Args:
        spread: columns that the rows of its threads stand in.
    """
    share = 0.28 if sizes.presenting else 0.24
    single = max(sizes.px(150), min(width * share, sizes.px(230)))
    return min(single * (1 + 0.85 * (spread - 1)), max(width * 0.6, single))


def _spread(sides: Sides) -> int:
    members = [m for column in sides.columns for m in column] + ([sides.main] if sides.main else [])
    return max((m.spread for m in members), default=1)


def column_regions(sides: Sides, stage: Rect, sizes: Sizes, tiles: bool) -> Regions:
    """Where the columns of processes and the gaps between them are.

    Args:
        tiles: many processes in a column rather than a few cards.
    """
    number = len(sides.columns)
    space = sizes.px((15 if sizes.presenting else 26) if number == 2 else 12)
    wide = card_width(stage.w, sizes, _spread(sides))
    if number == 2 and not sides.columns[1] and sides.main_column == 0:
        if tiles:
            wide = stage.w * 0.5
        gap = Rect(stage.x + wide + space, stage.y, stage.w - wide - space, stage.h)
        left = Rect(stage.x, stage.y, wide, stage.h)
        right = Rect(stage.right, stage.y, 0, stage.h)
        return Regions([left, right], [gap], [False], stage.w)
    if tiles:
        wide = (stage.w - (number - 1) * (_middle(number, stage, sizes) + 2 * space)) / number
        return _side_by_side(stage, [wide] * number, space)
    if number == 2:
        return _side_by_side(stage, [wide, wide], space)
    least = sizes.px(124)
    for tube in (sizes.px(132), sizes.px(96)):
        free = (stage.w - (number - 1) * (tube + 2 * space)) / number
        if free >= least:
            return _side_by_side(stage, [min(wide, free)] * number, space)
    return _folded(stage, number, least, space, sizes)


def too_narrow(sides: Sides, stage: Rect, sizes: Sizes) -> bool:
    """Whether there are more columns than blocks of tiles have room for."""
    number = len(sides.columns)
    middle = _middle(number, stage, sizes) + sizes.px(24)
    return (stage.w - (number - 1) * middle) / number < sizes.px(64)


def _middle(number: int, stage: Rect, sizes: Sizes) -> float:
    """Width for the objects between two columns of tiles."""
    if number > 2:
        return max(stage.w * 0.36 / (number - 1), sizes.px(70))
    return max(sizes.px(170), min(stage.w * 0.27, sizes.px(330)))


def _side_by_side(stage: Rect, widths: Sequence[float], space: float) -> Regions:
    free = (stage.w - sum(widths)) / max(len(widths) - 1, 1)
    columns, gaps = [], []
    x = stage.x
    for index, width in enumerate(widths):
        columns.append(Rect(x, stage.y, width, stage.h))
        x += width
        if index < len(widths) - 1:
            gaps.append(Rect(x + space, stage.y, free - 2 * space, stage.h))
        x += free
    return Regions(columns, gaps, [False] * len(gaps), stage.w)


def _folded(stage: Rect, number: int, least: float, space: float, sizes: Sizes) -> Regions:
    """A long chain in rows, to and fro like an ox ploughs; the link to the next row stands at the
    row's end."""
    between = sizes.px(8)
    for wide in (least, sizes.px(92), sizes.px(64)):
        in_row = max(int(stage.w // (wide + sizes.px(72) + 2 * space)), 1)
        rows = -(-number // in_row)
        in_row = -(-number // rows)
        tall = (stage.h - between * (rows - 1)) / rows
        if tall >= sizes.card_height(1):
            break
    pitch = stage.w / in_row
    least = min(wide, pitch * 0.6)
    columns, gaps, flipped = [], [], []
    for index in range(number):
        row, place = divmod(index, in_row)
        back = row % 2 == 1
        start = stage.right - (place + 1) * pitch if back else stage.x + place * pitch
        y = stage.y + row * (tall + between)
        free = pitch - least - 2 * space
        if back:
            columns.append(Rect(start + pitch - least, y, least, tall))
            gaps.append(Rect(start + space, y, free, tall))
        else:
            columns.append(Rect(start, y, least, tall))
            gaps.append(Rect(start + least + space, y, free, tall))
        flipped.append(back)
    return Regions(columns, gaps[: number - 1], flipped[: number - 1], stage.w)
