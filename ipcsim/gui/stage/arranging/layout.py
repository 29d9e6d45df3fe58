"""Arranges the stage: processes in columns, what they share between them, sources left.

Pure functions of the structure and the size of the stage: nothing moves while a program runs,
unless something new appears or the window is resized.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ipcsim.gui.stage.anatomy.geometry import Rect, Sizes
from ipcsim.gui.stage.anatomy.shapes import Shape
from ipcsim.gui.stage.arranging.circles import circle
from ipcsim.gui.stage.arranging.columns import extent, fitting_lines, height_of, stack
from ipcsim.gui.stage.arranging.frames import inside, kept
from ipcsim.gui.stage.arranging.groups import BOXES_ABOVE, Part, blocks, drawn_apart
from ipcsim.gui.stage.arranging.layering import layers
from ipcsim.gui.stage.arranging.low import in_a_line, is_low
from ipcsim.gui.stage.arranging.plan import Form, Group, Node, Plan, Slot
from ipcsim.gui.stage.arranging.regions import Regions, card_width, column_regions, too_narrow
from ipcsim.gui.stage.arranging.shelves import shelve
from ipcsim.gui.stage.arranging.sides import Homes, Sides, divide, folded_up
from ipcsim.gui.stage.structure import Member, Structure

CARDS_UP_TO = 6


def arrange(
    structure: Structure,
    width: float,
    height: float,
    sizes: Sizes,
    expected: int = 0,
    positions: Mapping[str, tuple[float, float]] | None = None,
    homes: Homes | None = None,
) -> Plan:
    """The places of everything on a stage of ``width`` × ``height`` pixels.

    Args:
        expected: how many processes beside main the run is going to have, if known: then nothing
            moves while they start.
        positions: where a person has dragged things: ``p:<process name>`` or ``o:<object name>``
            to the centre as a share of the stage's width and height.
        homes: where processes stand already.
    """
    if not structure.members or width <= 0 or height <= 0:
        return Plan(width, height)
    present, structure = structure, _folded(_foreseen(structure, expected))
    count = sum(1 for m in structure.members if not m.is_main and m.process not in structure.framed)
    stage = Rect(0, 0, width, height).inset(sizes.margin, 0)
    top = round(sizes.px(10))
    stage = Rect(stage.x, top, stage.w, height - top - sizes.foot)
    settled = homes is not None and bool(homes.firm)
    plan = circle(structure, stage, sizes) if count <= CARDS_UP_TO and not settled else None
    if plan is None:
        sides = divide(structure, layers(structure), count, homes)
        plan = _in_columns(structure, sides, stage, sizes, count)
    cards = {p: slot for p, slot in plan.cards.items() if p >= 0}
    nodes = dict(plan.nodes)
    for service, members in structure.frames:
        if service in nodes:
            cards |= inside(service, nodes[service], members, structure, sizes)
            nodes |= kept(service, nodes[service], structure, sizes)
    groups = tuple(_present(group) for group in plan.groups if group.members[0] >= 0)
    plan = replace(
        plan,
        width=width,
        height=height,
        cards=cards,
        nodes=nodes,
        groups=groups,
        idle=structure.hidden,
    )
    return _moved(plan, present, positions) if positions else plan


def _foreseen(structure: Structure, expected: int) -> Structure:
    """The structure with those who are yet to start, under negative numbers: their places are
    kept free, so that nobody has to move when they come."""
    pools = {thing.object for thing in structure.things if thing.shape is Shape.POOL}
    if any(service in pools for service, _members in structure.frames):
        # They come inside the frame.
        return structure
    workers = [m for m in structure.members if not m.is_main]
    role = workers[-1].role if workers else ""
    coming = tuple(
        Member(-1 - number, "", role, None, False) for number in range(expected - len(workers))
    )
    return replace(structure, members=structure.members + coming)


def _folded(structure: Structure) -> Structure:
    """Without the processes that somebody has folded: who stands for them uses what they use."""
    into = dict(structure.folded)
    if not into:
        return structure
    members = tuple(m for m in structure.members if m.process not in into)
    links = frozenset(
        replace(link, process=into.get(link.process, link.process)) for link in structure.links
    )
    return replace(structure, members=members, links=links)


def _present(group: Group) -> Group:
    return replace(
        group,
        members=tuple(p for p in group.members if p >= 0),
        whole=tuple(p for p in group.whole if p >= 0),
    )


def _in_columns(structure: Structure, sides: Sides, stage: Rect, sizes: Sizes, count: int) -> Plan:
    few = max(len(column) for column in sides.columns) <= 3
    tiles = count > CARDS_UP_TO and not (len(sides.columns) > 3 and few)
    if tiles and too_narrow(sides, stage, sizes):
        sides = folded_up(sides)
    regions = column_regions(sides, stage, sizes, tiles)
    cards: dict[int, Slot] = {}
    groups: list[Group] = []
    rests = _below_main(sides, regions, sizes, cards)
    if len({column.y for column in regions.columns}) > 1 and is_low(sides, rests, sizes):
        # A chain in rows has room for one in each column, and several stand in one.
        sides, tiles = folded_up(sides), True
        regions = column_regions(sides, stage, sizes, tiles)
        cards.clear()
        rests = _below_main(sides, regions, sizes, cards)
    low = count <= BOXES_ABOVE and is_low(sides, rests, sizes)
    if low:
        # The foot gives way to who may go next.
        stage = Rect(stage.x, stage.y, stage.w, stage.h + sizes.foot - stage.y / 2)
        cards, gaps = in_a_line(sides, stage, sizes)
        regions = replace(regions, gaps=gaps, flipped=[False] * len(gaps))
    elif not tiles:
        heights = [rest.h for rest in rests]
        lines = fitting_lines(list(zip(sides.columns, heights, strict=True)), sizes)
        tiles = 0 in lines
        if not tiles:
            rests = _drawn_together(sides, regions, rests, sizes, lines, cards)
            for column, rest, number in zip(sides.columns, rests, lines, strict=True):
                cards |= stack(column, rest, sizes, number)
    if tiles and not low:
        placed_cards, groups = blocks(_parts(sides), rests, sizes, count > BOXES_ABOVE)
        cards |= placed_cards
        if len(sides.columns) == 2 and (sides.columns[1] or sides.main_column == 1):
            cards, groups, between = drawn_apart(cards, groups, sides.column_of, stage, sizes)
            regions = replace(regions, gaps=[between])
    nodes: dict[int, Node] = {}
    hidden = 0
    for gap, things in enumerate(sides.things):
        flipped = frozenset(
            t.object for t in things if (t.object in sides.backward) != regions.flipped[gap]
        )
        placed, left_out = shelve(things, regions.gaps[gap], sizes, flipped)
        nodes |= placed
        hidden += left_out
    return Plan(
        stage.w,
        stage.h,
        cards,
        nodes,
        tuple(groups),
        crowded_out=hidden,
        columns=sides.column_of,
        across=len(sides.columns),
    )


def _below_main(sides: Sides, regions: Regions, sizes: Sizes, cards: dict[int, Slot]) -> list[Rect]:
    """Places the main process's card and answers what is left of each column."""
    rests = list(regions.columns)
    main, at = sides.main, sides.main_column
    if main is None:
        return rests
    column = regions.columns[at]
    lines = 2 if height_of(main, 2, sizes) <= column.h else 1
    tall = height_of(main, lines, sizes)
    alone = not sides.columns[at]
    beside = alone and (sides.main_flows or not any(sides.columns))
    y = column.y + max(column.h - tall, 0) / 2 if beside else column.y
    width = min(column.w, card_width(regions.width, sizes, main.spread))
    cards[main.process] = Slot(Rect(column.x, y, width, tall).rounded(), Form.CARD, lines)
    if not alone:
        used = tall + sizes.px(10)
        below = Rect(column.x, column.y + used, column.w, column.h - used)
        rests[at] = below
        if len(sides.columns) == 2 and not sides.tall(1 - at):
            # Cards on both sides stand in line, unless more of them would say less.
            other = rests[1 - at]
            mine, theirs = (
                fitting_lines([(sides.columns[at], below.h)], sizes),
                sides.columns[1 - at],
            )
            if fitting_lines([(theirs, below.h)], sizes) >= mine:
                rests[1 - at] = Rect(other.x, below.y, other.w, below.h)
    return rests


def _drawn_together(
    sides: Sides,
    regions: Regions,
    rests: list[Rect],
    sizes: Sizes,
    lines: list[int],
    cards: dict[int, Slot],
) -> list[Rect]:
    """On a high stage the cards stand in its middle, with main right above them."""
    main, at = sides.main, sides.main_column
    if main is None or not sides.columns[at]:
        return rests
    column, slot = regions.columns[at], cards[main.process]
    space = sizes.px(22)
    height, _gap = extent(sides.columns[at], column.h, sizes, lines[at])
    above = (column.h - height) / 2
    if above < slot.rect.h + space:
        return rests
    y = column.y + above - space - slot.rect.h
    moved = Rect(slot.rect.x, y, slot.rect.w, slot.rect.h).rounded()
    cards[main.process] = replace(slot, rect=moved)
    return list(regions.columns)


def _parts(sides: Sides) -> list[list[Part]]:
    """Of each column its roles, and whether a role begins there or goes on from another."""
    seen: set[str] = set()
    whole: dict[str, list[int]] = {}
    for column in sides.columns:
        for member in column:
            whole.setdefault(member.role, []).append(member.process)
    result: list[list[Part]] = []
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
