"""Where everything is in the table of turns: worked out from what it shows, in pixels."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF

from ipcsim.gui.look.theme import Theme
from ipcsim.gui.panels.tables.long_table import HALL_ROW
from ipcsim.gui.step.outside import outside_line
from ipcsim.gui.step.table.actions import any_actions, button_height
from ipcsim.gui.step.table.rows import Content


@dataclass(frozen=True)
class Measures:
    """Where everything is, in pixels."""

    row: float
    head: float
    asks: float
    """Height of the last row."""
    number: float
    columns: tuple[tuple[float, float], ...]
    """Left edge and width of the actors' columns."""
    values: tuple[tuple[float, float], ...]
    visible: int
    """How many rows of turns have room."""
    width: float

    @classmethod
    def of(cls, theme: Theme, content: Content, width: int, height: int) -> Measures:
        """What fits into so many pixels."""
        least = round(HALL_ROW * theme.scale) if theme.presenting else 0
        row = max(float(theme.px(26)), theme.text_px(13, mono=True) + theme.px(8), least)
        # Call, and two lines for the reason; one where there is no room for two.
        line = theme.text_px(12) * 1.25
        asks = row + 2 * line + theme.px(6)
        if any_actions(content):
            asks += button_height(theme)
        asks = max(asks - line, min(asks, height - row - 2))
        number = float(theme.px(34))
        metrics = QFontMetricsF(theme.font(13, 600, mono=True))
        letter = metrics.horizontalAdvance("0")
        values = [
            max(metrics.horizontalAdvance(name), _longest(content, n) * letter) + theme.px(22)
            for n, name in enumerate(content.values)
        ]
        room = float(width - number - sum(values))
        while values and room < len(content.columns) * theme.px(90):
            room += values.pop()
        widths = _shares(content, room, letter, theme)
        lefts, left = [], number
        for one in widths:
            lefts.append((left, one))
            left += one
        found = []
        for one in values:
            found.append((left, one))
            left += one
        visible = max(0, int((height - row - asks) // row))
        return cls(row, row, asks, number, tuple(lefts), tuple(found), visible, width)

    def row_at(self, y: float) -> int | None:
        """Which visible row is at a height."""
        number = int((y - self.head) // self.row)
        return number if y >= self.head and number < self.visible else None

    def question(self, first: int, rows: int) -> QRectF:
        """Where the last row is: right under the last turn."""
        shown = min(rows - first, self.visible)
        return QRectF(0, self.head + shown * self.row + 2, self.width, self.asks)


def _longest(content: Content, value: int) -> int:
    return max(
        (len(row.values[value]) for row in content.rows if value < len(row.values)), default=1
    )


def _shares(content: Content, room: float, letter: float, theme: Theme) -> list[float]:
    """Widths of the actors' columns: by what is in them, all of the room used."""
    if not content.columns:
        return []
    wanted = []
    offers = content.offers or {}
    for n, column in enumerate(content.columns):
        longest = max(
            (len(row.text) + 2 * row.waits for row in content.rows if row.column == n), default=0
        )
        offer = offers.get(column.actor)
        if column.actor in content.outside:
            longest = max(longest, len(outside_line(content.outside[column.actor])))
        longest = max(longest, len(offer.call) if offer else 0, len(column.name) + 4, 10)
        # In steps, so that the columns don't wander with every call.
        longest = -(-longest // 6) * 6
        wanted.append(min(longest, 36) * letter + theme.px(22))
    spare = room - sum(wanted)
    if spare >= 0:
        return [one + min(spare / len(wanted), theme.px(150)) for one in wanted]
    share = room / sum(wanted)
    return [one * share for one in wanted]
