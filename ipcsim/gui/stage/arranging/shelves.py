"""Puts objects into a region: as large as they fit, in rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ipcsim.gui.stage.anatomy.geometry import Rect, Sizes
from ipcsim.gui.stage.anatomy.shapes import Level, Shape, natural_size
from ipcsim.gui.stage.arranging.plan import Node
from ipcsim.gui.stage.structure import ROWS_INSIDE, Thing

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
    for choice in _CHOICES:
        level = choice.level
        if level < most or (choice.frames and all(t.shape not in _FRAMES for t in things)):
            continue
        if not _wide_enough(things, choice, region.w, sizes):
            continue
        rows = _rows(things, choice, region.w, sizes)
        gap = sizes.px(4 if level is Level.FAR else 12 if choice.grow >= 1.0 else 8)
        height = sum(_height(row) for row in rows) + gap * (len(rows) - 1)
        if height <= region.h * (0.62 if choice.grow > 1.0 else 1.0):
            rows = _wider(rows, choice, region.w, sizes)
            return _place(rows, choice, region, gap, height, sizes, flipped), 0
    kept: list[_Row] = []
    used = 0.0
    for row in rows:
        used += _height(row) + gap
        if used - gap > region.h:
            break
        kept.append(row)
    height = sum(_height(row) for row in kept) + gap * max(len(kept) - 1, 0)
    nodes = _place(kept, choice, region, gap, height, sizes, flipped)
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


class _Choice(NamedTuple):
    """How large pictures are."""

    level: Level
    grow: float = 1.0
    """How much larger than usual; where there is little room a far one gets narrower."""
    alone: bool = True
    """Nothing stands beside a tube or a frame: lines reach them from both sides."""
    frames: bool = False
    """Frames are still seen as such where all else is far: else nobody knows who keeps what."""

    def level_of(self, thing: Thing) -> Level:
        """Of one picture."""
        return Level.SMALL if self.frames and thing.shape in _FRAMES else self.level

    def count_of(self, thing: Thing) -> int:
        """What there is to be seen of it: what a frame keeps is far, too, two beside each other."""
        if not self.frames or not thing.inside:
            return thing.count
        names = thing.count - ROWS_INSIDE * thing.inside
        return names + names % 2 + thing.inside


_FRAMES = {Shape.POOL, Shape.MANAGER}
_ALONE = {Shape.TUBE, Shape.STACK, Shape.PIPE} | _FRAMES
_CHOICES = (
    _Choice(Level.LARGE, 1.6),
    _Choice(Level.LARGE, 1.3),
    _Choice(Level.LARGE),
    _Choice(Level.NORMAL),
    _Choice(Level.SMALL),
    _Choice(Level.SMALL, alone=False),
    _Choice(Level.SMALL, 0.88, alone=False),
    _Choice(Level.FAR, alone=False, frames=True),
    _Choice(Level.FAR, alone=False),
    _Choice(Level.FAR, 0.82, alone=False),
    _Choice(Level.FAR, 0.66, alone=False),
)


def _wide_enough(things: Sequence[Thing], choice: _Choice, width: float, sizes: Sizes) -> bool:
    """Whether every picture can be drawn at this size without being squeezed."""
    return all(
        natural_size(t.shape, level, sizes, min(t.count, 2))[0] * 0.7 <= width
        for t in things
        if (level := choice.level_of(t)) < Level.FAR
    )


def _rows(things: Sequence[Thing], choice: _Choice, width: float, sizes: Sizes) -> list[_Row]:
    level, grow = choice.level, choice.grow
    rows: list[_Row] = []
    free = 0.0
    gap = sizes.px(14 if level < Level.FAR else 8)
    arrays = any(thing.shape is Shape.ARRAY for thing in things)
    for thing in things:
        # One value is no more than several: beside an array it isn't blown up.
        own = 1.0 if arrays and thing.shape is Shape.CELL else grow
        size = choice.level_of(thing)
        w, h = natural_size(thing.shape, size, sizes, choice.count_of(thing), own)
        w = min(w, width)
        alone = thing.shape in _ALONE and choice.alone
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


def _wider(rows: list[_Row], choice: _Choice, width: float, sizes: Sizes) -> list[_Row]:
    """Those that were made narrower to stand beside each other take what is left."""
    if choice.grow >= 1.0 or choice.level is not Level.FAR:
        return rows
    most = max(len(row) for row in rows)
    used = max(sum(w for _thing, w, _h in row) for row in rows)
    share = min(1 / choice.grow, (width - sizes.px(8) * most) / used)
    return [[(thing, w * max(share, 1.0), h) for thing, w, h in row] for row in rows]


def _height(row: _Row) -> float:
    return max(h for _thing, _w, h in row)


def _place(
    rows: list[_Row],
    choice: _Choice,
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
    # Rows stand in line: what is below each other begins at the same place. What is alone in its
    # row and wider stands in the middle: it would only draw the others apart.
    several = [row for row in rows if len(row) > 1]
    places = max((len(row) for row in several), default=1)
    pitches = [
        max((row[i][1] for row in several if i < len(row)), default=0) for i in range(places)
    ]
    side = min((region.w - sum(pitches)) / places, sizes.px(30)) if places > 1 else 0.0
    grid = sum(pitches) + side * (places - 1) <= region.w + 1
    for row in rows:
        in_line = grid and places > 1 and (len(row) > 1 or row[0][1] <= pitches[0])
        across = sum(pitches) if in_line else sum(w for _thing, w, _h in row)
        gaps = (places if in_line else len(row)) - 1
        between = side if in_line else min((region.w - across) / len(row), sizes.px(14))
        x = region.x + (region.w - across - between * gaps) / 2
        tall = _height(row)
        for index, (thing, w, h) in enumerate(row):
            rect = Rect(x, y + (tall - h) / 2, w, h).rounded()
            nodes[thing.object] = Node(rect, choice.level_of(thing), thing.object in flipped)
            x += (pitches[index] if in_line else w) + between
        y += tall + gap + extra
    return nodes
