"""Names at the left of the lanes: badge and name, or the role of many lanes that are too low."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from ipcsim.gui.look.badge import draw_badge
from ipcsim.gui.look.identity import Identity
from ipcsim.gui.look.theme import Theme, mix
from ipcsim.gui.panels.lanes.order import groups
from ipcsim.gui.panels.row import text_flags
from ipcsim.gui.panels.timeline.layout import FULL_LANES, Layout
from ipcsim.language import _


@dataclass(frozen=True, slots=True)
class Names:
    """Who stands where."""

    processes: Sequence[int]
    identities: Mapping[int, Identity]
    selected: int | None
    offset: int
    """How far the lanes are scrolled, in pixels."""
    height: int
    """Of what is visible of them."""

    def visible(self, layout: Layout) -> range:
        """Numbers of the lanes that are in sight."""
        last = -(-(self.offset + self.height) // layout.lane)
        return range(self.offset // layout.lane, min(last, len(self.processes)))


def draw_names(painter: QPainter, theme: Theme, layout: Layout, names: Names) -> None:
    """Draw the column of names."""
    if len(names.processes) <= FULL_LANES:
        _draw_each(painter, theme, layout, names)
    else:
        _draw_groups(painter, theme, layout, names)


def _draw_each(painter: QPainter, theme: Theme, layout: Layout, names: Names) -> None:
    radius = min(layout.lane * 0.42, theme.px(10))
    for number in names.visible(layout):
        process = names.processes[number]
        who = names.identities[process]
        top = number * layout.lane - names.offset
        middle = (number + 0.44) * layout.lane - names.offset
        chosen = process == names.selected
        if chosen:
            painter.fillRect(
                QRectF(0, top, layout.gutter - theme.px(6), layout.lane), theme.palette.line
            )
        left = theme.px(12) + radius
        draw_badge(painter, QPointF(left, middle), radius, who, theme)
        font = theme.font(13, 600 if chosen else 400)
        x = left + radius + theme.px(6)
        room = layout.gutter - x - theme.px(6)
        room -= _draw_more(painter, theme, layout, names, number)
        painter.setFont(font)
        painter.setPen(theme.palette.text)
        name = _("main") if who.colour == 0 else who.name
        text = QFontMetricsF(font).elidedText(name, Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(
            QRectF(x, middle - layout.lane / 2, room + theme.px(6), layout.lane),
            text_flags(Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignLeft),
            text,
        )


def _draw_more(painter: QPainter, theme: Theme, layout: Layout, names: Names, number: int) -> float:
    """Say beside the first or last name how many lanes are out of sight; the width that takes."""
    seen = names.visible(layout)
    above, below = seen.start, len(names.processes) - seen.stop
    said = ""
    if below and number == seen.stop - 1:
        said = _("+{count} ▾").format(count=below)
    elif above and number == seen.start:
        said = _("+{count} ▴").format(count=above)
    if not said:
        return 0.0
    font = theme.font(12)
    painter.setFont(font)
    painter.setPen(theme.palette.dim)
    width = QFontMetricsF(font).horizontalAdvance(said)
    right, top = layout.gutter - theme.px(6), (number - 0.06) * layout.lane - names.offset
    box = QRectF(right - width, top, width + 1, layout.lane)
    painter.drawText(box, text_flags(Qt.AlignmentFlag.AlignVCenter), said)
    return width + theme.px(4)


def _draw_groups(painter: QPainter, theme: Theme, layout: Layout, names: Names) -> None:
    font = theme.font(12, 600)
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    line = metrics.height()
    below = 0.0
    for first, count, who in groups(names.processes, names.identities):
        top = max(first * layout.lane - names.offset, 0)
        bottom = min((first + count) * layout.lane - names.offset, names.height)
        if bottom <= 0 or top >= names.height:
            continue
        y = max((top + bottom - line) / 2, below)
        if y + line > names.height + 1:
            continue
        below = y + line
        colour = theme.identity(who.colour)
        edge = QRectF(layout.gutter - theme.px(5), top, theme.px(2), bottom - top - 1)
        painter.fillRect(edge, colour)
        name = _("main") if who.colour == 0 else who.role
        room = layout.gutter - theme.px(20)
        tail = f" × {count}" if count > 1 else ""
        text = metrics.elidedText(
            name, Qt.TextElideMode.ElideMiddle, room - metrics.horizontalAdvance(tail)
        )
        # On a light ground identity colours are for shapes: text must be darker.
        painter.setPen(
            theme.palette.dim
            if who.colour == 0
            else colour
            if theme.dark
            else mix(colour, theme.palette.text, 0.45)
        )
        painter.drawText(
            QRectF(theme.px(12), y, room, line),
            text_flags(Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignLeft),
            text + tail,
        )
