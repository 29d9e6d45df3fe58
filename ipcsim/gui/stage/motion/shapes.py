"""How things in flight look; painted straight onto the frame."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from PySide6.QtCore import Qt

from ipcsim.gui.look.theme import mix
from ipcsim.gui.stage.anatomy.geometry import Point, Rect
from ipcsim.gui.stage.composing.curves import Curve, curve_path
from ipcsim.gui.stage.drawing.pen import DASHED, Pen
from ipcsim.gui.stage.drawing.signs import bolt


class Direct(NamedTuple):
    """Something painted straight onto the frame, because it is never twice the same."""

    draw: Callable[..., None]
    args: tuple[Any, ...]


def draw_bounce(pen: Pen, at: Point, label: str, colour: int, word: str) -> None:
    """An outlined token and the word that stopped it."""
    s = pen.sizes
    size = s.token
    spot = Rect(at.x - size / 2, at.y - size / 2, size, size)
    pen.token(spot, label, colour, ghost=True)
    beside = Rect(spot.right + s.px(4), spot.y, s.small * 6, size)
    pen.text(beside, word, pen.small_bold, pen.palette.text)


def draw_access(pen: Pen, start: Point, end: Point, colour: int, read: bool, wrong: bool) -> None:
    """A read is a dashed arrow out of the cell, a write a solid one into it."""
    ink = pen.palette.red if wrong else pen.who(colour)
    width = pen.stroke * (1.0 if read else 1.5)
    size = pen.sizes.px(10 if read else 14)
    length = max(((end.x - start.x) ** 2 + (end.y - start.y) ** 2) ** 0.5, 1.0)
    pen.line(
        start, end.towards(start, min(size * 0.8 / length, 1.0)), ink, width, DASHED if read else ()
    )
    pen.arrow_head(end, start, ink, size)


def draw_bolt(pen: Pen, at: Point, word: str) -> None:
    """A bolt with its name."""
    s = pen.sizes
    size = s.badge * 1.25
    rect = Rect(at.x - size / 2, at.y - size / 2, size, size)
    pen.box(rect.inset(-s.px(2)), size / 2, pen.palette.background, pen.palette.outline, 1.0)
    bolt(pen, rect.inset(size * 0.12), pen.palette.text)
    beside = Rect(rect.right + s.px(5), rect.y, s.small * 9, size)
    pen.text(beside, word, pen.mono_small, pen.palette.text)


def draw_outline(pen: Pen, rect: Rect, colour: int, wrong: bool) -> None:
    """An outline round what has arrived."""
    ink = pen.palette.red if wrong else pen.who(colour)
    pen.box(rect.inset(-pen.sizes.px(3)), pen.sizes.px(8), None, ink, pen.stroke)


def draw_dashes(pen: Pen, curve: Curve, colour: int, phase: float) -> None:
    """Dashes of constant speed along a line."""
    width = max(3.0, pen.sizes.px(4))
    ink = mix(pen.palette.background, pen.who(colour), 0.9)
    pen.pen(ink, width, (2.2, 1.6))
    stroke = pen.painter.pen()
    stroke.setDashOffset(-(phase / width) % 3.8)
    pen.painter.setPen(stroke)
    pen.painter.setBrush(Qt.BrushStyle.NoBrush)
    pen.painter.drawPath(curve_path(curve))
