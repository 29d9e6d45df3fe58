"""Who waits is read: badges hide neither one another nor what they wait for."""

from __future__ import annotations

from itertools import combinations

import pytest

from ipcsim.gui.stage.anatomy.gates import gate_parts
from ipcsim.gui.stage.anatomy.geometry import Rect, Sizes
from ipcsim.gui.stage.anatomy.shapes import Level, Shape, natural_size
from ipcsim.gui.stage.anatomy.tubes import tube_parts
from ipcsim.gui.stage.arranging.plan import Node

SIZES = (
    Sizes(),
    Sizes(1.5, 18, 20, 20, 22),
    Sizes(1.75, 28, 28, 24, 28, presenting=True),
)
LEVELS = (Level.LARGE, Level.NORMAL, Level.SMALL)


def node(shape: Shape, level: Level, sizes: Sizes) -> Node:
    return Node(Rect(100, 50, *natural_size(shape, level, sizes)), level)


def apart(spots: tuple[Rect, ...]) -> bool:
    return not any(a.touches(b) for a, b in combinations(spots, 2))


@pytest.mark.parametrize("sizes", SIZES, ids=["100", "150", "hall"])
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("shape", [Shape.LOCK, Shape.EVENT])
def test_three_have_room_before_a_gate_and_of_more_two(
    shape: Shape, level: Level, sizes: Sizes
) -> None:
    parts = gate_parts(node(shape, level, sizes), shape, 1, sizes)
    goal = parts.sign if shape is Shape.EVENT else parts.seats[0]
    for count, seen in ((3, 3), (7, 2)):
        spots, beyond = parts.line.of(count)
        assert (len(spots), beyond) == (seen, count - seen)
        assert apart((*spots, goal))
        assert all(spot.x >= 100 for spot in spots)
    assert not parts.line.rest.touches(spots[-1])


@pytest.mark.parametrize("sizes", SIZES, ids=["100", "150", "hall"])
@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("seats", [1, 2, 3, 5, 8])
@pytest.mark.parametrize("share", [1.0, 0.8])
def test_the_number_of_many_who_wait_stands_beside_them(
    level: Level, sizes: Sizes, seats: int, share: float
) -> None:
    wide, high = natural_size(Shape.LOCK, level, sizes, seats)
    parts = gate_parts(Node(Rect(100, 50, wide * share, high), level), Shape.LOCK, seats, sizes)
    spots, beyond = parts.line.of(18)
    assert len(spots) + beyond == 18
    rest = parts.line.rest
    assert rest.w >= sizes.small * 1.4, "no room for two digits"
    assert not any(rest.touches(one) for one in (*spots, *parts.seats))
    if share == 1.0 and level < Level.FAR and 2 <= seats <= 5:
        assert spots, "nobody is seen to be next"


@pytest.mark.parametrize("sizes", SIZES, ids=["100", "150", "hall"])
@pytest.mark.parametrize("level", LEVELS)
def test_at_both_ends_of_a_tube_nobody_hides_anybody(level: Level, sizes: Sizes) -> None:
    parts = tube_parts(node(Shape.TUBE, level, sizes), Shape.TUBE, 5, sizes)
    for line in (parts.putters, parts.getters):
        assert apart((*line.of(8)[0], parts.body))
