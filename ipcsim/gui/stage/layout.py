"""Arranges the stage: processes in columns, what they share between them, sources left.

Pure functions of the structure and the size of the stage: nothing moves while a program runs,
unless something new appears or the window is resized.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ipcsim.gui.stage.circles import circle
from ipcsim.gui.stage.columns import fitting_lines, height_of, stack
from ipcsim.gui.stage.frames import inside
from ipcsim.gui.stage.geometry import Rect, Sizes
from ipcsim.gui.stage.groups import BOXES_ABOVE, block
from ipcsim.gui.stage.layering import layers
from ipcsim.gui.stage.plan import Form, Group, Node, Plan, Slot
from ipcsim.gui.stage.shelves import shelve
from ipcsim.gui.stage.sides import Sides, divide
from ipcsim.gui.stage.structure import Member, Structure

CARDS_UP_TO = 6


@dataclass(frozen=True)
class _Regions:
    columns: list[Rect]
    gaps: list[Rect]
    flipped: list[bool]


def arrange(
    structure: Structure,
    width: float,
    height: float,
    sizes: Sizes,
    expected: int = 0,
    positions: Mapping[str, tuple[float, float]] | None = None,
) -> Plan:
    """The places of everything on a stage of ``width`` × ``height`` pixels.

    Args:
        expected: how many processes beside main the run is going to have, if known: then nothing
            moves while they start.
        positions: where a person has dragged things: ``p:<process name>`` or ``o:<object name>``
            to the centre as a share of the stage's width and height.
    """
    if not structure.members or width <= 0 or height <= 0:
        return Plan(width, height)
    workers = [m for m in structure.members if not m.is_main and m.process not in structure.framed]
    count = max(len(workers), expected - len(structure.framed))
    stage = Rect(0, 0, width, height).inset(sizes.margin, 0)
    top = round(sizes.px(10))
    stage = Rect(stage.x, top, stage.w, height - top - sizes.foot)
    plan = circle(structure, stage, sizes) if count <= CARDS_UP_TO else None
    if plan is None:
        sides = divide(structure, layers(structure), count)
        plan = _in_columns(structure, sides, stage, sizes, count, len(workers))
    cards, nodes = dict(plan.cards), dict(plan.nodes)
    for service, members in structure.frames:
        if service in nodes:
            cards |= inside(service, nodes[service], members, structure, sizes)
    plan = Plan(width, height, cards, nodes, plan.groups, plan.hidden + structure.hidden)
    return _moved(plan, structure, positions) if positions else plan


def _in_columns(
    structure: Structure, sides: Sides, stage: Rect, sizes: Sizes, count: int, present: int
) -> Plan:
    regions = _regions(sides, stage, sizes, count)
    cards: dict[int, Slot] = {}
    groups: list[Group] = []
    tiles = count > CARDS_UP_TO
    rests = _below_main(sides, regions, sizes, cards)
    if not tiles:
        room = [(column, rest.h) for column, rest in zip(sides.columns, rests, strict=True)]
        lines = fitting_lines(room, sizes)
        tiles = not lines
        for column, rest in zip(sides.columns, rests, strict=True):
            if lines:
                cards |= stack(column, rest, sizes, lines)
    if tiles:
        foreseen = max(count - present, 0)
        for parts, rest in zip(_parts(sides), rests, strict=True):
            share = sum(len(members) for _role, members, _begins, _whole in parts)
            some, made = block(parts, rest, sizes, share + foreseen, count > BOXES_ABOVE)
            cards |= some
            groups += made
    nodes: dict[int, Node] = {}
    hidden = 0
    for gap, things in enumerate(sides.things):
        flipped = frozenset(
            t.object for t in things if (t.object in sides.backward) != regions.flipped[gap]
        )
        placed, left_out = shelve(things, regions.gaps[gap], sizes, flipped)
        nodes |= placed
        hidden += left_out
    return Plan(stage.w, stage.h, cards, nodes, tuple(groups), hidden)


def _below_main(
    sides: Sides, regions: _Regions, sizes: Sizes, cards: dict[int, Slot]
) -> list[Rect]:
    """Places the main process's card and answers what is left of each column."""
    rests = list(regions.columns)
    main, at = sides.main, sides.main_column
    if main is None:
        return rests
    column = regions.columns[at]
    width = min(column.w, _card_width(column.w * 4, sizes))
    tall = height_of(main, 2, sizes)
    alone = not sides.columns[at]
    y = column.y + (column.h - tall) / 2 if alone and sides.main_flows else column.y
    cards[main.process] = Slot(Rect(column.x, y, width, tall).rounded(), Form.CARD, 2)
    if not alone:
        used = tall + sizes.px(10)
        below = Rect(column.x, column.y + used, column.w, column.h - used)
        rests[at] = below
        if len(sides.columns) == 2 and not sides.tall(1 - at):
            # Cards on both sides stand in line.
            other = rests[1 - at]
            rests[1 - at] = Rect(other.x, below.y, other.w, below.h)
    return rests


def _card_width(width: float, sizes: Sizes) -> float:
    share = 0.26 if sizes.presenting else 0.24
    return max(sizes.px(150), min(width * share, sizes.px(230)))


def _regions(sides: Sides, stage: Rect, sizes: Sizes, count: int) -> _Regions:
    """Where the columns of processes and the gaps between them are."""
    number = len(sides.columns)
    space = sizes.px(26 if number == 2 else 12)
    if number == 2 and not sides.columns[1] and sides.main_column == 0:
        wide = _card_width(stage.w, sizes)
        if count > CARDS_UP_TO:
            wide = stage.w * 0.5
        gap = Rect(stage.x + wide + space, stage.y, stage.w - wide - space, stage.h)
        left = Rect(stage.x, stage.y, wide, stage.h)
        return _Regions([left, Rect(stage.right, stage.y, 0, stage.h)], [gap], [False])
    if count > CARDS_UP_TO:
        middle = max(sizes.px(170), min(stage.w * 0.27, sizes.px(330)))
        middle = middle if number == 2 else max(stage.w * 0.36 / (number - 1), sizes.px(70))
        wide = (stage.w - (number - 1) * (middle + 2 * space)) / number
        return _side_by_side(stage, [wide] * number, space)
    wide = _card_width(stage.w, sizes)
    if number == 2:
        return _side_by_side(stage, [wide, wide], space)
    least, tube = sizes.px(124), sizes.px(96)
    if number * least + (number - 1) * (tube + 2 * space) <= stage.w:
        wide = min(wide, (stage.w - (number - 1) * (tube + 2 * space)) / number)
        return _side_by_side(stage, [wide] * number, space)
    return _folded(stage, number, least, space, sizes)


def _side_by_side(stage: Rect, widths: Sequence[float], space: float) -> _Regions:
    free = (stage.w - sum(widths)) / max(len(widths) - 1, 1)
    columns, gaps = [], []
    x = stage.x
    for index, width in enumerate(widths):
        columns.append(Rect(x, stage.y, width, stage.h))
        x += width
        if index < len(widths) - 1:
            gaps.append(Rect(x + space, stage.y, free - 2 * space, stage.h))
        x += free
    return _Regions(columns, gaps, [False] * len(gaps))


def _folded(stage: Rect, number: int, least: float, space: float, sizes: Sizes) -> _Regions:
    """A long chain in rows, to and fro like an ox ploughs; the link to the next row stands at the
    row's end."""
    in_row = max(int(stage.w // (least + sizes.px(72) + 2 * space)), 1)
    rows = -(-number // in_row)
    in_row = -(-number // rows)
    pitch = stage.w / in_row
    least = min(least, pitch * 0.6)
    between = sizes.px(8)
    tall = (stage.h - between * (rows - 1)) / rows
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
    return _Regions(columns, gaps[: number - 1], flipped[: number - 1])


def _parts(
    sides: Sides,
) -> list[list[tuple[str, Sequence[Member], bool, tuple[int, ...]]]]:
    """Of each column its roles, and whether a role begins there or goes on from another."""
    seen: set[str] = set()
    whole: dict[str, list[int]] = {}
    for column in sides.columns:
        for member in column:
            whole.setdefault(member.role, []).append(member.process)
    result: list[list[tuple[str, Sequence[Member], bool, tuple[int, ...]]]] = []
    for column in sides.columns:
        roles: dict[str, list[Member]] = {}
        for member in column:
            roles.setdefault(member.role, []).append(member)
        result.append([(r, m, r not in seen, tuple(whole[r])) for r, m in roles.items()])
        seen |= set(roles)
    return result


def _moved(plan: Plan, structure: Structure, positions: Mapping[str, tuple[float, float]]) -> Plan:
    """The plan with what a person has dragged where they put it."""

    def put(rect: Rect, share: tuple[float, float]) -> Rect:
        x = min(max(share[0] * plan.width - rect.w / 2, 0), plan.width - rect.w)
        y = min(max(share[1] * plan.height - rect.h / 2, 0), plan.height - rect.h)
        return Rect(x, y, rect.w, rect.h).rounded()

    cards, nodes = dict(plan.cards), dict(plan.nodes)
    for member in structure.members:
        share = positions.get(f"p:{member.name}")
        slot = cards.get(member.process)
        if share and slot and slot.form is Form.CARD:
            cards[member.process] = replace(slot, rect=put(slot.rect, share))
    for thing in structure.things:
        share = positions.get(f"o:{thing.name}")
        node = nodes.get(thing.object)
        if share and node:
            rect = put(node.rect, share)
            dx, dy = rect.x - node.rect.x, rect.y - node.rect.y
            nodes[thing.object] = replace(node, rect=rect)
            for process in dict(structure.frames).get(thing.object, ()):
                if process in cards:
                    inner = cards[process]
                    cards[process] = replace(inner, rect=inner.rect.moved(dx, dy))
    return replace(plan, cards=cards, nodes=nodes)
