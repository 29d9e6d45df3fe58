"""Cells remember: shared values, arrays, blocks of memory."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QFont

from ipcsim.gui.look.theme import mix
from ipcsim.gui.stage.anatomy.geometry import Point, Rect
from ipcsim.gui.stage.drawing.pen import CENTRE, DASHED, LEFT, OBJECT, RIGHT, Pen
from ipcsim.gui.stage.drawing.texts import metrics_of, shortened
from ipcsim.language import _, grouped, ngettext


@dataclass(frozen=True, slots=True)
class CellFace:
    """What is seen of a shared value."""

    name: str
    kind: str
    label: str
    expected: str = ""
    """What it would be had nothing been lost; empty if nothing has."""
    lost: int = 0
    note: str = ""
    """What is said at the foot of one that nothing is expected of."""
    writer: int = OBJECT
    """Colour of who wrote last, while nobody has read it."""
    writer_label: str = ""


def cell(pen: Pen, rect: Rect, face: CellFace, label: Rect, value: Rect, foot: Rect) -> None:
    """A shared value: large digits, and what it should be."""
    s, c = pen.sizes, pen.palette
    pen.box(rect, s.px(8), c.surface, c.object, pen.stroke)
    kind = pen.width(face.kind, pen.mono_small)
    name = pen.text(label, face.name, pen.small, c.text, LEFT, middle=True)
    if name + kind + s.px(10) <= label.w:
        pen.text(label, face.kind, pen.mono_small, c.dim, RIGHT)
    if value.h > 0:
        digits(pen, value, face.label)
    if foot.h > 0 and face.expected:
        _expected(pen, foot, face)
    elif foot.h > 0 and face.note and pen.width(face.note, pen.small) <= foot.w:
        pen.text(foot, face.note, pen.small, c.dim, CENTRE)


def _expected(pen: Pen, foot: Rect, face: CellFace) -> None:
    s, c = pen.sizes, pen.palette
    lost = _lost(face.lost)
    long = _("if nothing were lost: {value}").format(value=face.expected)
    short = _("expected {value}").format(value=face.expected)
    gap = s.px(8) if lost else 0.0
    red = pen.width(lost, pen.small_bold) + gap
    said = long if pen.width(long, pen.small) + red <= foot.w else short
    if pen.width(said, pen.small) + red > foot.w:
        # The stage's foot says how many are lost.
        lost, gap, red = "", 0.0, 0.0
    both = pen.width(said, pen.small) + red
    x = foot.x + max((foot.w - both) / 2, 0)
    used = pen.text(Rect(x, foot.y, max(foot.right - x - red, 0), foot.h), said, pen.small, c.dim)
    if lost:
        x += used + gap
        pen.text(Rect(x, foot.y, foot.right - x, foot.h), lost, pen.small_bold, c.red)


def _lost(count: int) -> str:
    return ngettext("{n} lost", "{n} lost", count).format(n=grouped(count)) if count else ""


def digits(pen: Pen, rect: Rect, text: str) -> None:
    """A value as large as its place allows."""
    rect = rect.inset(pen.sizes.px(4), 0)
    height = rect.h * 0.98
    size = height / pen.theme.text_px(100) * 100
    font = pen.theme.font(size, 700)
    wide = metrics_of(font).horizontalAdvance(text)
    if wide > rect.w:
        size = max(size * rect.w / wide * 0.97, 15)
        font = pen.theme.font(size, 700)
    if metrics_of(font).horizontalAdvance(text) > rect.w:
        text = shortened(text, rect.w, font)
    pen.text(rect, text, font, pen.palette.text, CENTRE)


def far_cell(pen: Pen, rect: Rect, face: CellFace) -> None:
    """From afar: name and value."""
    s, c = pen.sizes, pen.palette
    pen.box(rect, s.px(5), c.surface, c.red if face.lost else c.object, pen.stroke * 0.8)
    room = rect.inset(s.px(8), 0)
    value = face.label
    # Half a number is none: the name takes what is left.
    width = min(pen.width(value, pen.heading), room.w)
    pen.text(Rect(room.right - width, room.y, width, room.h), value, pen.heading, c.text, RIGHT)
    name = Rect(room.x, room.y, room.w - width - s.px(6), room.h)
    if name.w >= s.small * 1.5:
        pen.text(name, face.name, pen.small, c.dim, LEFT, middle=True)


def unread(pen: Pen, rect: Rect, label: str, colour: int, lost: bool) -> None:
    """Below a cell: what was written last and nobody has read; or what was lost, red."""
    s, c = pen.sizes, pen.palette
    tall = min(s.token, rect.h)
    wide = max(pen.width(label, pen.small_bold) + s.px(12), tall)
    spot = Rect(rect.x, rect.y + (rect.h - tall) / 2, wide, tall)
    outline = c.red if lost else pen.who(colour)
    pen.box(spot, s.px(4), c.background, outline, pen.stroke * 0.8, DASHED)
    pen.text(spot, label, pen.small_bold, c.text, CENTRE)
    if lost:
        pen.line(Point(spot.x, spot.bottom), Point(spot.right, spot.y), c.red, pen.stroke)
    said = _("lost: never read") if lost else _("not yet read by anyone")
    x = spot.right + s.px(7)
    pen.text(Rect(x, rect.y, rect.right - x, rect.h), said, pen.small, c.red if lost else c.dim)


@dataclass(frozen=True, slots=True)
class ArrayFace:
    """What is seen of an array or list."""

    name: str
    kind: str
    labels: tuple[str, ...]
    more: int
    lost: int = 0
    indices: bool = True


def array(pen: Pen, rect: Rect, face: ArrayFace, slots: tuple[Rect, ...], label: Rect) -> None:
    """A row of cells, each with its index below."""
    s, c = pen.sizes, pen.palette
    lost = _lost(face.lost)
    red = pen.width(lost, pen.small_bold) + s.px(8) if lost else 0.0
    named = pen.width(face.name, pen.heading)
    if named + red > label.w:
        # The stage's foot says how many are lost.
        lost, red = "", 0.0
    used = pen.text(label, face.name, pen.heading, c.text, LEFT, middle=True)
    x = label.x + used + s.px(8)
    more = f"+{face.more}" if face.more and slots else ""
    # Without a row of indices it stands beside the name.
    above = bool(more) and rect.bottom - slots[-1].bottom < s.small
    taken = red + (pen.width(more, pen.small) + s.px(8) if above else 0.0)
    if x + pen.width(face.kind, pen.mono_small) + taken <= label.right:
        pen.text(Rect(x, label.y, label.right - x, label.h), face.kind, pen.mono_small, c.dim)
    pen.text(label, lost, pen.small_bold, c.red, RIGHT)
    font = _figures(pen, slots, face.labels)
    for index, (place, value) in enumerate(zip(slots, face.labels, strict=False)):
        pen.box(place, s.px(2), c.surface, c.object, max(1.0, pen.stroke * 0.7))
        if font is None:
            pen.value(place.inset(3, 0), value, c.text)
        else:
            pen.text(place, value, font, c.text, CENTRE)
        below = Rect(place.x, place.bottom, place.w, rect.bottom - place.bottom)
        # Below the last one may stand how many have no place.
        covered = face.more > 0 and index == len(slots) - 1
        if face.indices and below.h >= s.small and not covered:
            pen.text(below, str(index), pen.small, c.faint, CENTRE)
    if more:
        last = slots[-1]
        room = Rect(last.x, last.bottom, rect.right - last.x, rect.bottom - last.bottom)
        if above:
            room = Rect(label.x, label.y, label.w - red, label.h)
        pen.text(room, more, pen.small, c.dim, RIGHT)


def _figures(pen: Pen, slots: tuple[Rect, ...], labels: tuple[str, ...]) -> QFont | None:
    """Letters in which the longest of the values fills its cell; None: smaller than usual."""
    if not slots or not labels:
        return None
    room, size = slots[0].inset(pen.sizes.px(4), 0), slots[0].h * 0.5
    longest = max(pen.width(label, pen.small_bold) for label in labels)
    usual = pen.small_bold.pixelSize()
    size = min(size, usual * room.w / max(longest, 1.0))
    if size <= usual:
        return None
    font = QFont(pen.small_bold)
    font.setPixelSize(int(size))
    return font


@dataclass(frozen=True, slots=True)
class MemoryFace:
    """What is seen of a block of memory."""

    name: str
    tag: str
    size: str
    unlinked: bool
    views: tuple[tuple[str, int], ...]
    """Label and colour of each process that has it attached."""


def memory(pen: Pen, rect: Rect, face: MemoryFace, label: Rect, body: Rect, foot: Rect) -> None:
    """A strip of bytes with its name; hatched, since single accesses aren't seen."""
    s, c = pen.sizes, pen.palette
    used = pen.text(label, face.name, pen.heading, c.text, LEFT, middle=True)
    x = label.x + used + s.px(8)
    tag = pen.text(Rect(x, label.y, label.right - x, label.h), face.tag, pen.mono_small, c.dim)
    if face.unlinked:
        y = label.centre.y
        pen.line(Point(x - 2, y), Point(x + tag + 2, y), c.dim, max(1.0, s.px(1.4)))
    pen.box(body, s.px(3), c.surface, c.object, pen.stroke * 0.8)
    p = pen.painter
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(QBrush(mix(c.surface, c.outline, 0.45), Qt.BrushStyle.BDiagPattern))
    inner = body.inset(pen.stroke)
    p.drawRect(round(inner.x), round(inner.y), round(inner.w), round(inner.h))
    text = face.size
    wide = pen.width(text, pen.small_bold) + s.px(10)
    spot = Rect(body.centre.x - wide / 2, body.y + 3, wide, body.h - 6)
    pen.box(spot, s.px(3), c.surface)
    pen.text(spot, text, pen.small_bold, c.text, CENTRE)
    if foot.h <= 0:
        return
    size = min(s.badge * 0.8, foot.h)
    x = foot.x
    for name, colour in face.views:
        if x + size > foot.right:
            break
        pen.badge(Rect(x, foot.y + (foot.h - size) / 2 + 1, size, size), name, colour)
        x += size + s.px(3)
    said = _("attached; single accesses are not seen") if face.views else _("attached by nobody")
    x += s.px(4)
    pen.text(Rect(x, foot.y, foot.right - x, foot.h), said, pen.small, c.dim)
