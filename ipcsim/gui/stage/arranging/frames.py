"""Where the processes inside a frame stand: the workers of a pool, the server of a manager."""

from __future__ import annotations

from collections.abc import Sequence

from ipcsim.gui.stage.anatomy.geometry import Rect, Sizes
from ipcsim.gui.stage.anatomy.shapes import Level, Shape
from ipcsim.gui.stage.arranging.plan import Form, Node, Slot
from ipcsim.gui.stage.arranging.shelves import shelve
from ipcsim.gui.stage.structure import ROWS_INSIDE, Structure


def inside(
    service: int, node: Node, members: Sequence[int], structure: Structure, sizes: Sizes
) -> dict[int, Slot]:
    """Places of the processes in a frame."""
    thing = next((t for t in structure.things if t.object == service), None)
    if thing is None or node.level is Level.FAR or not members:
        return {}
    if thing.shape is Shape.MANAGER:
        tall = sizes.card_height(1)
        rect = Rect(node.rect.x, node.rect.y, node.rect.w, tall)
        return {members[0]: Slot(rect, Form.CARD, 1)}
    box = pool_box(node.rect, sizes)
    # As everywhere by the numbers of their names, in whatever order they have begun.
    rank = {member.process: index for index, member in enumerate(structure.members)}
    members = sorted(members, key=lambda process: rank.get(process, len(rank)))
    columns = min(len(members), 4) if len(members) <= 8 else _columns(len(members), box, sizes)
    rows = -(-len(members) // columns)
    gap = sizes.px(6)
    area = Rect(box.x + gap, box.y + sizes.label, box.w - 2 * gap, box.h - sizes.label - gap)
    width = (area.w - gap * (columns - 1)) / columns
    height = (area.h - gap * (rows - 1)) / rows
    roomy = height >= sizes.badge + sizes.row and width >= sizes.badge * 1.6
    if roomy:
        form = Form.TILE
    else:
        form = Form.MINI if min(width, height) >= sizes.small * 1.3 else Form.DOT
    slots = {}
    for index, process in enumerate(members):
        row, column = divmod(index, columns)
        rect = Rect(area.x + column * (width + gap), area.y + row * (height + gap), width, height)
        slots[process] = Slot(rect.rounded(), form)
    return slots


def kept(service: int, node: Node, structure: Structure, sizes: Sizes) -> dict[int, Node]:
    """Places of what lives in a manager's server, below the names of what else it keeps."""
    things = [t for t in structure.things if t.within == service]
    if not things or node.level is Level.FAR:
        return {}
    manager = next(t for t in structure.things if t.object == service)
    names = -(-max(manager.count - len(things) * ROWS_INSIDE, 0) // 2)
    gap = sizes.px(6)
    head = sizes.card_height(1) + gap + names * (sizes.token + gap)
    region = Rect(
        node.rect.x + gap, node.rect.y + head, node.rect.w - 2 * gap, node.rect.h - head - gap
    )
    return shelve(things, region, sizes, most=Level.NORMAL)[0]


def pool_box(rect: Rect, sizes: Sizes) -> Rect:
    """The frame round a pool's workers; the trays stand left and right of it."""
    tray = min(rect.w * 0.24, sizes.token * 3.6)
    return Rect(rect.x + tray, rect.y, rect.w - 2 * tray, rect.h - sizes.label).rounded()


def _columns(count: int, box: Rect, sizes: Sizes) -> int:
    """Columns that make tiles about as wide as they are long."""
    best = 1
    for columns in range(1, count + 1):
        rows = -(-count // columns)
        width, height = box.w / columns, (box.h - sizes.label) / rows
        if width < height * 1.1:
            break
        best = columns
    return best
