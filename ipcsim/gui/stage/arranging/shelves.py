"""Puts objects into a region: as large as they fit, in rows."""

from __future__ import annotations

from collections.abc import Sequence

from ipcsim.gui.stage.anatomy.geometry import Rect, Sizes
from ipcsim.gui.stage.anatomy.shapes import Level, Shape, natural_size
from ipcsim.gui.stage.arranging.plan import Node
from ipcsim.gui.stage.structure import Thing

_Row = list[tuple[Thing, float, float]]


def shelve(
    things: Sequence[Thing],
    region: Rect,
    sizes: Sizes,
    flipped: frozenset[int] = frozenset(),
    most: Level = Level.LARGE,
) -> tuple[dict[int, Node], int]:
    """Places for objects.

    Args:
        flipped: objects through which messages flow from right to left.
        most: no picture is larger.

    Returns:
        The places, and how many objects found none.
    """
    if not things:
        return {}, 0
    things = sorted(things, key=lambda t: _ORDER.get(t.shape, 1))
    for level, grow in _CHOICES:
        if level < most:
            continue
        if level < Level.FAR and not _wide_enough(things, level, region.w, sizes):
            continue
        rows = _rows(things, level, region.w, sizes, grow)
        gap = sizes.px(12 if level < Level.FAR else 6)
        height = sum(_height(row) for row in rows) + gap * (len(rows) - 1)
        if height <= region.h * (0.62 if grow > 1.0 else 1.0):
            return _place(rows, level, region, gap, height, sizes, flipped), 0
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


# Alike stands beside alike; else by creation.
_ORDER = {
    Shape.MANAGER: 0,
    Shape.POOL: 0,
    Shape.CELL: 2,
    Shape.ARRAY: 2,
    Shape.MEMORY: 2,
    Shape.LOCK: 3,
    Shape.CONDITION: 3,
    Shape.EVENT: 4,
    Shape.BARRIER: 4,
}
# Where there is much room a large picture grows, where there is little a far one gets narrower.
_CHOICES = (
    (Level.LARGE, 1.6),
    (Level.LARGE, 1.3),
    (Level.LARGE, 1.0),
    (Level.NORMAL, 1.0),
    (Level.SMALL, 1.0),
    (Level.FAR, 1.0),
    (Level.FAR, 0.82),
    (Level.FAR, 0.66),
)


def _wide_enough(things: Sequence[Thing], level: Level, width: float, sizes: Sizes) -> bool:
    """Whether every picture can be drawn at this size without being squeezed."""
    return all(
        natural_size(t.shape, level, sizes, min(t.count, 2))[0] * 0.7 <= width for t in things
    )


def _rows(
    things: Sequence[Thing], level: Level, width: float, sizes: Sizes, grow: float
) -> list[_Row]:
    rows: list[_Row] = []
    free = 0.0
    gap = sizes.px(14 if level < Level.FAR else 8)
    arrays = any(thing.shape is Shape.ARRAY for thing in things)
    for thing in things:
        # One value is no more than several: beside an array it isn't blown up.
        own = 1.0 if arrays and thing.shape is Shape.CELL else grow
        w, h = natural_size(thing.shape, level, sizes, thing.count, own)
        w = min(w, width)
        # Links reach a tube from both sides, so nothing stands beside a large one.
        alone = thing.shape in _ALONE and level < Level.SMALL
        if rows and not alone and free >= w + gap:
            rows[-1].append((thing, w, h))
            free -= w + gap
        else:
            rows.append([(thing, w, h)])
            free = 0.0 if alone else width - w
    if level is Level.LARGE:
        # A line of waiters may be long where nothing else is beside it.
        rows = [
            [(row[0][0], min(row[0][1] * 1.6, width), row[0][2])]
            if len(row) == 1 and row[0][0].shape is Shape.LOCK
            else row
            for row in rows
        ]
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
    # Rows stand in line: what is below each other begins at the same place.
    places = max((len(row) for row in rows), default=1)
    pitches = [max((row[i][1] for row in rows if i < len(row)), default=0) for i in range(places)]
    side = min((region.w - sum(pitches)) / places, sizes.px(30)) if places > 1 else 0.0
    grid = sum(pitches) + side * (places - 1) <= region.w + 1
    for row in rows:
        across = sum(pitches) if grid and places > 1 else sum(w for _thing, w, _h in row)
        gaps = (places if grid else len(row)) - 1
        between = side if grid else min((region.w - across) / len(row), sizes.px(14))
        x = region.x + (region.w - across - between * gaps) / 2
        tall = _height(row)
        for index, (thing, w, h) in enumerate(row):
            rect = Rect(x, y + (tall - h) / 2, w, h).rounded()
            nodes[thing.object] = Node(rect, level, thing.object in flipped)
            x += (pitches[index] if grid and places > 1 else w) + between
        y += tall + gap + extra
    return nodes
