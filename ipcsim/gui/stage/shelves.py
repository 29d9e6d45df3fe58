"""Puts objects into a region: as large as they fit, in rows."""

from __future__ import annotations

from collections.abc import Sequence

from ipcsim.gui.stage.geometry import Rect, Sizes
from ipcsim.gui.stage.plan import Node
from ipcsim.gui.stage.shapes import Level, Shape, natural_size
from ipcsim.gui.stage.structure import Thing

_Row = list[tuple[Thing, float, float]]


def shelve(
    things: Sequence[Thing], region: Rect, sizes: Sizes, flipped: frozenset[int] = frozenset()
) -> tuple[dict[int, Node], int]:
    """Places for objects.

    Args:
        flipped: objects through which messages flow from right to left.

    Returns:
        The places, and how many objects found none.
    """
    if not things:
        return {}, 0
    for level in Level:
        rows = _rows(things, level, region.w, sizes)
        gap = sizes.px(12 if level < Level.FAR else 6)
        height = sum(_height(row) for row in rows) + gap * (len(rows) - 1)
        if height <= region.h:
            return _place(rows, level, region, gap, height, sizes, flipped), 0
    gap = sizes.px(6)
    kept: list[_Row] = []
    used = 0.0
    for row in rows:
        used += _height(row) + gap
        if used - gap > region.h:
            break
        kept.append(row)
    height = sum(_height(row) for row in kept) + gap * max(len(kept) - 1, 0)
    nodes = _place(kept, Level.FAR, region, gap, height, sizes, flipped)
    return nodes, len(things) - len(nodes)


def _rows(things: Sequence[Thing], level: Level, width: float, sizes: Sizes) -> list[_Row]:
    rows: list[_Row] = []
    free = 0.0
    gap = sizes.px(14)
    for thing in things:
        w, h = natural_size(thing.shape, level, sizes, thing.count)
        w = min(w, width)
        # Links reach a tube from both sides, so nothing stands beside a large one.
        alone = thing.shape in _ALONE and level < Level.SMALL
        if rows and not alone and free >= w + gap:
            rows[-1].append((thing, w, h))
            free -= w + gap
        else:
            rows.append([(thing, w, h)])
            free = 0.0 if alone else width - w
    return rows


_ALONE = {Shape.TUBE, Shape.STACK, Shape.PIPE, Shape.POOL, Shape.MANAGER}


def _height(row: _Row) -> float:
    return max(h for _thing, _w, h in row)


def _place(
    rows: list[_Row],
    level: Level,
    region: Rect,
    gap: float,
    height: float,
    sizes: Sizes,
    flipped: frozenset[int],
) -> dict[int, Node]:
    nodes: dict[int, Node] = {}
    spare = region.h - height
    extra = min(spare / (len(rows) + 1), sizes.px(26)) if rows else 0.0
    y = region.y + (spare - extra * (len(rows) - 1)) / 2
    for row in rows:
        across = sum(w for _thing, w, _h in row)
        side = min((region.w - across) / len(row), sizes.px(30))
        x = region.x + (region.w - across - side * (len(row) - 1)) / 2
        tall = _height(row)
        for thing, w, h in row:
            rect = Rect(x, y + (tall - h) / 2, w, h).rounded()
            nodes[thing.object] = Node(rect, level, thing.object in flipped)
            x += w + side
        y += tall + gap + extra
    return nodes
