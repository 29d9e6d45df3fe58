"""Which picture a kind of object has, and how large it is at each of four sizes."""

from __future__ import annotations

from enum import Enum, IntEnum

from ipcsim.events import ObjectKind as K
from ipcsim.gui.stage.anatomy.geometry import Sizes


class Shape(str, Enum):
    """The nouns of the visual language: tubes carry, gates make wait, cells remember."""

    TUBE = "tube"
    STACK = "stack"
    PIPE = "pipe"
    LOCK = "lock"
    CONDITION = "condition"
    EVENT = "event"
    BARRIER = "barrier"
    CELL = "cell"
    ARRAY = "array"
    MEMORY = "memory"
    MANAGER = "manager"
    POOL = "pool"

    @property
    def carries(self) -> bool:
        """Whether messages pass through it from one process to another."""
        return self in (Shape.TUBE, Shape.STACK, Shape.PIPE)


class Level(IntEnum):
    """How large an object is drawn."""

    LARGE = 0
    NORMAL = 1
    SMALL = 2
    FAR = 3
    """One line: name and the figure that matters."""


_SHAPES: dict[str, Shape] = {
    K.QUEUE: Shape.TUBE,
    K.SIMPLE_QUEUE: Shape.TUBE,
    K.JOINABLE_QUEUE: Shape.TUBE,
    K.THREAD_QUEUE: Shape.TUBE,
    K.THREAD_SIMPLE_QUEUE: Shape.TUBE,
    K.THREAD_PRIORITY_QUEUE: Shape.TUBE,
    K.THREAD_LIFO_QUEUE: Shape.STACK,
    K.PIPE_END: Shape.PIPE,
    K.LOCK: Shape.LOCK,
    K.RLOCK: Shape.LOCK,
    K.SEMAPHORE: Shape.LOCK,
    K.BOUNDED_SEMAPHORE: Shape.LOCK,
    K.THREAD_LOCK: Shape.LOCK,
    K.THREAD_RLOCK: Shape.LOCK,
    K.THREAD_SEMAPHORE: Shape.LOCK,
    K.THREAD_BOUNDED_SEMAPHORE: Shape.LOCK,
    K.CONDITION: Shape.CONDITION,
    K.THREAD_CONDITION: Shape.CONDITION,
    K.EVENT: Shape.EVENT,
    K.THREAD_EVENT: Shape.EVENT,
    K.BARRIER: Shape.BARRIER,
    K.THREAD_BARRIER: Shape.BARRIER,
    K.VALUE: Shape.CELL,
    K.ARRAY: Shape.ARRAY,
    K.SHAREABLE_LIST: Shape.ARRAY,
    K.SHARED_MEMORY: Shape.MEMORY,
    K.MANAGER: Shape.MANAGER,
    K.POOL: Shape.POOL,
    K.EXECUTOR: Shape.POOL,
    K.THREAD_POOL: Shape.POOL,
    K.THREAD_EXECUTOR: Shape.POOL,
}


def shape_of(kind: str) -> Shape | None:
    """The picture of a kind (:class:`ipcsim.events.ObjectKind`); None has no picture of its own.

    Proxies are drawn in their manager; files and databases not at all, since only what is done to
    them is known, which the cards say, and not what they hold.
    """
    return _SHAPES.get(kind)


_WIDTH: dict[Shape, tuple[float, float, float]] = {
    Shape.TUBE: (330, 280, 176),
    Shape.STACK: (300, 240, 160),
    Shape.PIPE: (300, 240, 160),
    Shape.LOCK: (154, 150, 136),
    Shape.CONDITION: (330, 300, 240),
    Shape.EVENT: (150, 146, 130),
    Shape.BARRIER: (190, 170, 150),
    Shape.CELL: (160, 132, 100),
    Shape.ARRAY: (300, 260, 180),
    Shape.MEMORY: (260, 220, 160),
    Shape.MANAGER: (300, 270, 220),
    Shape.POOL: (520, 440, 320),
}
_BODY: dict[Shape, tuple[float, float, float]] = {
    Shape.TUBE: (44, 36, 28),
    Shape.STACK: (44, 36, 28),
    Shape.PIPE: (52, 44, 40),
    Shape.LOCK: (36, 32, 28),
    Shape.CONDITION: (46, 40, 34),
    Shape.EVENT: (50, 44, 36),
    Shape.BARRIER: (38, 34, 30),
    Shape.CELL: (84, 62, 40),
    Shape.ARRAY: (34, 30, 26),
    Shape.MEMORY: (28, 24, 22),
}
_FOOT = {
    Shape.TUBE,
    Shape.STACK,
    Shape.PIPE,
    Shape.LOCK,
    Shape.BARRIER,
    Shape.ARRAY,
    Shape.MEMORY,
    Shape.CONDITION,
}


def natural_size(
    shape: Shape, level: Level, sizes: Sizes, count: int = 1, grow: float = 1.0
) -> tuple[float, float]:
    """Width and height in pixels that a picture would like to have.

    Args:
        grow: how much larger than usual.
        count: places of a barrier, seats, elements, workers of a pool or things a manager keeps.
    """
    small = sizes.small
    if shape in (Shape.POOL, Shape.MANAGER) and level < Level.FAR:
        grow = 1.0
    if level is Level.FAR:
        return max(sizes.px(120), small * 10) * grow, round(small * 2)
    width = max(sizes.px(_WIDTH[shape][level]), small * _WIDTH[shape][level] / 14) * min(grow, 1.4)
    if shape is Shape.POOL:
        columns = min(count, 8 if count > 8 else 4) or 1
        rows = -(-count // columns)
        tile = sizes.card_height(2) * (grow if level is Level.LARGE else 0.85)
        if count > 8:
            tile = sizes.badge * 1.7
        return width, sizes.label + rows * (tile + sizes.px(6)) + sizes.px(14) + sizes.label
    if shape is Shape.MANAGER:
        rows = -(-max(count, 1) // 2)
        return width, sizes.card_height(1) + rows * (sizes.token + sizes.px(8)) + sizes.px(12)
    body = max(sizes.px(_BODY[shape][level]), small * _BODY[shape][level] / 17) * grow
    if shape is Shape.LOCK and count > 2:
        width += (min(count, 6) - 1.5) * sizes.seat * 1.1
    if shape is Shape.BARRIER:
        width = max(width, min(count, 8) * sizes.step + sizes.px(44))
    if shape is Shape.ARRAY:
        # Few elements have room for figures with a sign.
        each = (46 if level is Level.LARGE else 38) + (10 if count <= 5 else 0)
        width = min(max(count, 4), 10) * sizes.px(each) * min(grow, 1.4)
    foot = sizes.label if shape in _FOOT and level is not Level.SMALL else 0.0
    if shape is Shape.CELL:
        return width, round(body + sizes.label + (sizes.label if level is not Level.SMALL else 0))
    return width, round(sizes.label + body + foot)
