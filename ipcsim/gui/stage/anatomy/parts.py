"""Where the parts of a picture are: spots for badges, the parts of cells and cards.

Pure functions of a rectangle; drawing, flights and tests ask the same ones.
"""

from __future__ import annotations

from dataclasses import dataclass

from ipcsim.gui.stage.anatomy.geometry import Rect, Sizes
from ipcsim.gui.stage.anatomy.shapes import Level
from ipcsim.gui.stage.arranging.plan import Form, Node, Slot


@dataclass(frozen=True, slots=True)
class Line:
    """Spots in a line of waiting badges; the first is next."""

    spots: tuple[Rect, ...]
    rest: Rect
    """Where the number of those beyond stands."""
    crowded: int | None = None
    """So many keep their spots beside that number, where it stands in the line itself."""

    def of(self, count: int) -> tuple[tuple[Rect, ...], int]:
        """Spots for ``count`` badges and how many have none."""
        shown = min(count, len(self.spots))
        if self.crowded is not None and count > len(self.spots):
            shown = self.crowded
        return self.spots[:shown], count - shown


@dataclass(frozen=True, slots=True)
class CellParts:
    """A shared value."""

    label: Rect
    value: Rect
    foot: Rect


def cell_parts(node: Node, sizes: Sizes) -> CellParts:
    """The parts of a value's picture."""
    rect = node.rect
    pad = sizes.px(10)
    if node.level is Level.FAR:
        half = rect.w * 0.55
        return CellParts(
            Rect(rect.x + pad / 2, rect.y, half, rect.h),
            Rect(rect.x + half, rect.y, rect.w - half - pad / 2, rect.h),
            Rect(0, 0, 0, 0),
        )
    label = Rect(rect.x + pad, rect.y + sizes.px(3), rect.w - 2 * pad, sizes.label)
    foot_h = 0 if node.level is Level.SMALL else sizes.label
    foot = Rect(rect.x + pad / 2, rect.bottom - foot_h - sizes.px(4), rect.w - pad, foot_h)
    value = Rect(rect.x + pad / 2, label.bottom, rect.w - pad, foot.y - label.bottom)
    return CellParts(label, value, foot)


def array_slots(node: Node, count: int, sizes: Sizes, widest: float = 0.0) -> tuple[Rect, ...]:
    """The elements of an array that have a place.

    Args:
        widest: pixels that the longest of its values takes.
    """
    rect = node.rect
    if node.level is Level.FAR:
        return ()
    least = max(sizes.small * 2.4, min(widest, sizes.px(64)))
    shown = max(min(count, int(rect.w // least)), 1)
    foot = 0 if node.level is Level.SMALL else sizes.label
    tall = rect.h - sizes.label - foot
    width = min(rect.w / shown, sizes.px(88))
    x = rect.centre.x - width * shown / 2
    return tuple(
        Rect(x + i * width, rect.y + sizes.label, width, tall).rounded() for i in range(shown)
    )


def badge_home(slot: Slot, sizes: Sizes) -> Rect:
    """Where the badge of a process is when it computes."""
    rect, badge = slot.rect, sizes.badge
    if slot.form is Form.CARD:
        tall = max(badge, sizes.name * 1.3)
        roomy = rect.h > tall + sizes.pad * 2.2
        top = rect.y + (sizes.pad * 0.8 if roomy else (rect.h - tall) / 2)
        return Rect(rect.x + sizes.bar + sizes.px(8), round(top + (tall - badge) / 2), badge, badge)
    if slot.form is Form.TILE:
        two = rect.h >= badge + sizes.row + sizes.px(4)
        top = rect.y + (sizes.px(4) if two else (rect.h - badge) / 2)
        return Rect(rect.x + sizes.bar + sizes.px(4), round(top), badge, badge)
    return Rect(rect.centre.x - badge / 2, rect.centre.y - badge / 2, badge, badge)
