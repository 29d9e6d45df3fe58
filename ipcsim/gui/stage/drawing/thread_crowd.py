"""More threads than have a row in their process's card: how many, and a mark for each."""

from __future__ import annotations

from ipcsim.gui.look.theme import mix
from ipcsim.gui.stage.anatomy.geometry import Rect
from ipcsim.gui.stage.composing.faces import WRONG, Face
from ipcsim.gui.stage.drawing.pen import Pen
from ipcsim.language import _, ngettext
from ipcsim.supervisor.messages import State

_MOVES = frozenset({State.RUNNING, State.READY, State.OUTSIDE, State.STARTING})


def crowd(pen: Pen, rect: Rect, face: Face) -> None:
    """Filled marks are on the move, hollow ones wait, faint ones have ended."""
    s, c = pen.sizes, pen.palette
    states = face.crowd
    pen.text(Rect(rect.x, rect.y, rect.w, s.row), _said(states), pen.small, c.text)
    area = Rect(rect.x, rect.y + s.row + s.px(2), rect.w, rect.h - s.row - s.px(2))
    size, columns = fitting(len(states), area, s.px(12))
    colour = pen.who(face.colour)
    for index, state in enumerate(states):
        row, column = divmod(index, columns)
        spot = Rect(area.x + column * size, area.y + row * size, size, size).inset(size * 0.14)
        if spot.bottom > area.bottom + 1:
            break
        if state in WRONG:
            pen.box(spot, size * 0.16, c.red)
        elif state.over:
            pen.box(spot.inset(size * 0.2), size * 0.1, mix(c.surface, colour, 0.35))
        elif state in _MOVES:
            pen.box(spot, size * 0.16, colour)
        else:
            pen.box(spot, size * 0.16, None, colour, max(1.0, size * 0.11))


def _said(states: tuple[State, ...]) -> str:
    waiting = sum(state not in _MOVES and not state.over for state in states)
    ended = sum(state.over for state in states)
    parts = [ngettext("{n} thread", "{n} threads", len(states)).format(n=len(states))]
    if waiting:
        parts.append(_("{n} waiting").format(n=waiting))
    if ended:
        parts.append(_("{n} ended").format(n=ended))
    return " · ".join(parts)


def fitting(count: int, area: Rect, most: float) -> tuple[float, int]:
    """The largest marks that all have room, and how many stand side by side."""
    size = most
    while size > 3:
        columns = max(int(area.w // size), 1)
        if -(-count // columns) * size <= area.h:
            return size, columns
        size -= 0.5
    return 3, max(int(area.w // 3), 1)
