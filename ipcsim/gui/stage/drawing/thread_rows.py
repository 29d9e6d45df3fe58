"""The threads of a process, in its card: a row for each, those that are over dim."""

from __future__ import annotations

from ipcsim.gui.stage.anatomy.geometry import Rect
from ipcsim.gui.stage.composing.faces import WRONG, Face, Row
from ipcsim.gui.stage.drawing.pen import LEFT, Pen
from ipcsim.gui.stage.drawing.signs import sign
from ipcsim.language import _


def rows_below(face: Face) -> int:
    """Rows below each other that threads take."""
    more = (face.more_threads > 0) + (face.more_gone > 0)
    if face.spread == 1:
        return len(face.rows) + more
    return -(-(len(face.rows) + (face.more_gone > 0)) // face.spread) + (face.more_threads > 0)


def threads_below(pen: Pen, rect: Rect, face: Face) -> None:
    """A row for each, in columns; what has no row is a number."""
    s = pen.sizes
    gap = s.px(10)
    entries: list[Row | str] = [*face.rows]
    if face.more_gone:
        entries.append(_("+{n} ended").format(n=face.more_gone))
    tall = max(-(-len(entries) // face.spread), 1)
    wide = (rect.w + gap) / face.spread - gap
    for index, entry in enumerate(entries):
        column, place = divmod(index, tall)
        spot = Rect(rect.x + column * (wide + gap), rect.y + place * s.row, wide, s.row)
        if isinstance(entry, Row):
            _thread(pen, spot, entry, face.colour)
        else:
            pen.text(spot, entry, pen.small, pen.palette.dim)
    if face.more_threads:
        below = Rect(rect.x, rect.y + tall * s.row, rect.w, s.row)
        pen.text(below, f"+{face.more_threads}", pen.small, pen.palette.dim)


def _thread(pen: Pen, rect: Rect, entry: Row, colour: int) -> None:
    s = pen.sizes
    over = entry.state.over
    size = min(s.badge * 0.86, rect.h - 1)
    disc = Rect(rect.x, rect.y + (rect.h - size) / 2, size, size)
    pen.badge(disc, entry.label, colour, hollow=entry.away or over)
    mark = size * 0.7
    place = Rect(rect.right - mark, rect.y + (rect.h - mark) / 2, mark, mark)
    sign(pen, place, entry.state, pen.palette.red if entry.state in WRONG else pen.palette.dim)
    x = disc.right + s.px(6)
    room = Rect(x, rect.y, place.x - s.px(4) - x, rect.h)
    if over:
        ink = pen.palette.red if entry.state in WRONG else pen.palette.dim
        pen.text(room, entry.text, pen.small, ink, LEFT, middle=True)
        return
    # Where there is little room, what is done says more than to what.
    short = entry.text.partition("(")[0].rpartition(".")[2]
    said = entry.text if pen.width(entry.text, pen.mono_small) <= room.w else short
    pen.text(room, said, pen.mono_small, pen.palette.text)
