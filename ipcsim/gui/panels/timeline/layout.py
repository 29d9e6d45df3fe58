"""Where things are in the timeline: pure arithmetic, in pixels."""

from __future__ import annotations

from dataclasses import dataclass

from ipcsim.gui.look.theme import Theme

FULL_LANES = 12
"""Up to so many processes a lane is tall enough for a name; beyond, lanes get thin."""
SCROLLING = 6
"""At least so many tall lanes are visible; more scroll if there is no room."""
LOWER = 18
"""So low at 100 % they become at most for that."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; ``x`` and ``y`` are its left and top."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The first column beyond it."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """The first row beyond it."""
        return self.y + self.height

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies in it."""
        return self.x <= x < self.right and self.y <= y < self.bottom


@dataclass(frozen=True, slots=True)
class Layout:
    """The timeline's zones, from top to bottom."""

    gutter: int
    """Width of the column of names; time begins right of it."""
    lanes: Box
    lane: int
    """Height of one lane."""
    content: int
    """Height of all lanes; above that of ``lanes`` they scroll."""
    chips: Box | None
    plots: tuple[Box, ...]
    axis: Box
    minimap: Box

    @property
    def left(self) -> int:
        """Where ``t0`` is."""
        return self.gutter

    @property
    def right(self) -> int:
        """Where ``t1`` is."""
        return self.axis.right


def lay_out(
    width: int,
    height: int,
    lanes: int,
    series: int,
    theme: Theme,
    names: float = 0.0,
    row: bool = False,
) -> Layout:
    """Share out the height of the panel.

    Args:
        width: of the panel.
        height: of the panel.
        lanes: how many processes there are.
        series: how many plots could be shown.
        theme: gives the sizes.
        names: width that the names at the left would like.
        row: whether something stands between lanes and plots even where all series are plotted.
    """
    unit = theme.px
    gutter = min(max(unit(128), theme.text_px(13) * 8, round(names)), unit(168), width // 3)
    right = width - unit(12)
    line = theme.text_px(12)
    axis_height = line + unit(10)
    top, tall = unit(4), unit(24)
    # A low panel shows lanes rather than the whole run at a glance.
    map_height = unit(12 if height - unit(16) - axis_height - top >= 2 * tall else 3)
    minimap = Box(gutter, height - unit(4) - map_height, right - gutter, map_height)
    axis = Box(gutter, minimap.y - axis_height, right - gutter, axis_height)
    room = axis.y - top
    plot, gap, low = line * 4 + unit(14), unit(8), line * 3 + unit(10)
    count = min(
        series,
        4 if room >= unit(480) else 3 if room >= unit(380) else 2 if room >= unit(310) else 1,
    )
    few = lanes <= FULL_LANES
    least = min(lanes, SCROLLING) * tall if few else unit(min(lanes * 5, 150))
    if room - least - plot - gap < line + unit(10):
        # Rather a lower plot than lanes out of sight; rather lanes that scroll than no plot.
        plot = low
        least = min(least, 5 * tall // 2)
    while count and room - least < count * (plot + gap):
        count -= 1
    chips_height = line + unit(10) if count and (row or series > count) else 0
    wanted = tall * lanes if few else least
    if chips_height and room - count * (plot + gap) - chips_height < min(wanted, 3 * tall):
        chips_height = 0
    free = max(room - count * (plot + gap) - chips_height, min(room, tall))
    lane, content, visible = _share(lanes, free, theme)
    if count:
        plot = min((room - visible - chips_height) // count - gap, unit(400 if count == 1 else 240))
    bottom = axis.y
    boxes: list[Box] = []
    for _number in range(count):
        boxes.insert(0, Box(gutter, bottom - plot, right - gutter, plot))
        bottom -= plot + gap
    chips = Box(gutter, bottom - chips_height + gap // 2, right - gutter, chips_height)
    return Layout(
        gutter=gutter,
        lanes=Box(0, top, right, visible),
        lane=lane,
        content=content,
        chips=chips if chips_height else None,
        plots=tuple(boxes),
        axis=axis,
        minimap=minimap,
    )


def _share(lanes: int, free: int, theme: Theme) -> tuple[int, int, int]:
    """Height of a lane, of all lanes, and of what is visible of them."""
    tall = theme.px(24)
    if lanes <= FULL_LANES:
        # Rather somewhat lower lanes than few.
        rows = max(free // tall, min(SCROLLING, free // theme.px(LOWER)), 1)
        lane = max(min(tall, free // min(rows, max(lanes, 1))), 2)
    else:
        lane = min(max(free // lanes, theme.px(2)), theme.px(14 if lanes <= 32 else 5))
    # No lane is cut: half of one shows neither who it is nor what it does.
    return lane, lane * lanes, lane * min(lanes, max(free // lane, 1))


def ellipsis(text: str, limit: int) -> str:
    """Shorten in the middle and keep the end: numbers that tell names apart stand there."""
    if len(text) <= limit:
        return text
    tail = max(limit // 2 - 1, 1)
    return f"{text[: limit - tail - 1]}…{text[-tail:]}"
