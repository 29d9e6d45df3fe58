"""The card of a process: who it is, what it does, what it has read."""

from __future__ import annotations

import re

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainterPath, QPen

from ipcsim.gui.look.theme import mix
from ipcsim.gui.stage.anatomy.geometry import Rect
from ipcsim.gui.stage.anatomy.parts import badge_home
from ipcsim.gui.stage.arranging.plan import Form, Slot
from ipcsim.gui.stage.composing.faces import ENDINGS, WRONG, Face
from ipcsim.gui.stage.drawing.pen import DASHED, DOTTED, LEFT, OBJECT, RIGHT, Pen
from ipcsim.gui.stage.drawing.signs import sign
from ipcsim.gui.stage.drawing.texts import NARROWEST
from ipcsim.gui.stage.drawing.thread_crowd import crowd
from ipcsim.gui.stage.drawing.thread_rows import rows_below, threads_below
from ipcsim.gui.stage.threads import SPREAD_ROWS
from ipcsim.language import _
from ipcsim.supervisor.messages import State

_HOLLOW = frozenset({State.WAITING, State.ASLEEP, State.HELD, State.ENDING})
_CLAUSE = re.compile(", |，|（")
_PIECE = re.compile(r"[\u2e80-\uffef][，。、：；）]?\s*|[^\s\u2e80-\uffef]+\s*")
"""Lines end between words; Chinese is written without spaces."""
_DASHES = {State.WAITING: DASHED, State.ENDING: DASHED, State.STARTING: DOTTED}


def card(pen: Pen, rect: Rect, face: Face) -> None:
    """A process's card."""
    if face.state in ENDINGS:
        _tombstone(pen, rect, face)
        return
    radius = pen.sizes.px(7)
    frame(pen, rect, face, radius)
    s = pen.sizes
    left = rect.x + s.bar + s.px(8)
    inner = Rect(left, rect.y, rect.right - s.px(10) - left, rect.h)
    y = _head(pen, inner, face, rect)
    single = rect.bottom - y < s.row
    if not single:
        _lines(pen, inner, y, rect.bottom - s.px(6), face)


def frame(pen: Pen, rect: Rect, face: Face, radius: float) -> None:
    """Border, bar and ground: form says the state."""
    wrong = face.state in WRONG
    colour = pen.palette.red if wrong else pen.who(face.colour)
    ground = pen.palette.red_surface if wrong else pen.palette.surface
    if face.selected:
        ground = mix(ground, pen.who(face.colour), 0.16)
    width = pen.stroke * (1.6 if face.selected else 1.0)
    _bar(pen, rect, face, radius, ground, width)
    pen.box(rect, radius, None, colour, width, _DASHES.get(face.state, ()))


def _bar(pen: Pen, rect: Rect, face: Face, radius: float, ground: QColor, width: float) -> None:
    """The ground with the bar at its left: filled = on the move, hollow = not."""
    p = pen.painter
    inner = rect.inset(width / 2)
    whole = QPainterPath()
    whole.addRoundedRect(QRectF(*inner), radius, radius)
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(ground)
    p.drawPath(whole)
    if face.state is State.OUTSIDE:
        _hatched(pen, whole, mix(ground, pen.who(face.colour), 0.2))
    strip = QPainterPath()
    strip.addRect(QRectF(rect.x, rect.y, pen.sizes.bar, rect.h))
    if face.state in (State.RUNNING, State.READY, State.OUTSIDE):
        p.setBrush(pen.who(face.colour))
        p.drawPath(whole.intersected(strip))
    elif face.state in _HOLLOW:
        x = rect.x + pen.sizes.bar - width / 2
        p.save()
        p.setClipPath(whole)
        pen.box(
            Rect(x, rect.y + width, max(1.0, width * 0.6), rect.h - 2 * width),
            0,
            pen.who(face.colour),
        )
        p.restore()


def _hatched(pen: Pen, shape: QPainterPath, ink: QColor) -> None:
    """Slanted lines over a card: nobody has a hand on it."""
    p, gap = pen.painter, pen.sizes.px(11)
    box = shape.boundingRect()
    p.save()
    p.setClipPath(shape)
    p.setPen(QPen(ink, max(1.0, pen.sizes.px(1.4))))
    x = box.left() - box.height()
    while x < box.right():
        p.drawLine(QPointF(x, box.bottom()), QPointF(x + box.height(), box.top()))
        x += gap
    p.restore()


def _head(pen: Pen, inner: Rect, face: Face, rect: Rect) -> float:
    """Badge, name and sign; answers where the lines below begin."""
    s = pen.sizes
    disc = badge_home(Slot(rect, Form.CARD), s)
    tall = max(s.badge, s.name * 1.3)
    top = disc.centre.y - tall / 2
    elsewhere = face.away or face.state in (State.STARTING, State.WAITING)
    pen.badge(disc, face.label, face.colour, hollow=elsewhere)
    size = round(s.badge * 0.72)
    mark = Rect(inner.right - size, round(top + (tall - size) / 2), size, size)
    colour = pen.palette.red if face.state in WRONG else pen.palette.dim
    x = disc.right + s.px(7)
    room = Rect(x, top, mark.x - s.px(6) - x, tall)
    if pen.width(face.name, pen.name) * NARROWEST > room.w and face.state not in WRONG:
        # The form says the state already: the name needs the room more than the sign does.
        room = Rect(x, top, inner.right - x, tall)
    else:
        sign(pen, mark, face.state, colour)
    pen.text(room, face.name, pen.name, pen.palette.text, LEFT, middle=True)
    return top + tall + s.px(2)


def _lines(pen: Pen, inner: Rect, y: float, bottom: float, face: Face) -> None:
    """What it does, the sentence or what it watches, its threads."""
    s = pen.sizes
    row = s.row
    threads = SPREAD_ROWS if face.crowd else rows_below(face)
    free = max(int((bottom - y + 2) // row) - threads, 0)
    wrong = face.state in WRONG
    if not free:
        pass
    elif wrong:
        _wrapped(pen, Rect(inner.x, y, inner.w, row * free), face.sentence, pen.palette.red)
    elif free == 1:
        alone = face.sentence if face.state in _SPEAKS else ""
        _operation(pen, Rect(inner.x, y, inner.w, row), face, alone, inline=True)
    else:
        _operation(pen, Rect(inner.x, y, inner.w, row), face, "", inline=False)
        below = Rect(inner.x, y + row, inner.w, row * (free - 1))
        _second(pen, below, face)
    y = max(y + row * free, bottom - threads * row)
    if face.crowd:
        crowd(pen, Rect(inner.x, y, inner.w, bottom - y), face)
        return
    threads_below(pen, Rect(inner.x, y, inner.w, bottom - y), face)


# With a single line these say more than the operation does.
_SPEAKS = frozenset({State.STARTING, State.ASLEEP, State.HELD, State.ENDING})


def _operation(pen: Pen, rect: Rect, face: Face, instead: str, inline: bool) -> None:
    s = pen.sizes
    right = rect.right
    if inline:
        right = _chips(pen, rect, face)
    if instead:
        pen.text(Rect(rect.x, rect.y, right - rect.x, rect.h), instead, pen.small, pen.palette.dim)
        return
    if face.line and not (inline and face.chips):
        width = pen.width(face.line, pen.small)
        if pen.width(face.operation, pen.mono) + width + s.px(10) <= right - rect.x:
            pen.text(
                Rect(rect.x, rect.y, right - rect.x, rect.h),
                face.line,
                pen.small,
                pen.palette.faint,
                RIGHT,
            )
            right -= width + s.px(8)
    pen.text(
        Rect(rect.x, rect.y, right - rect.x, rect.h), face.operation, pen.mono, pen.palette.text
    )


def _second(pen: Pen, rect: Rect, face: Face) -> None:
    """Below the operation: chips at the right, else the sentence, else watched globals."""
    row = Rect(rect.x, rect.y, rect.w, pen.sizes.row)
    right = _chips(pen, row, face)
    room = Rect(row.x, row.y, right - row.x, row.h)
    if face.watched:
        _watched(pen, room, face.watched)
    elif face.sentence:
        if rect.h >= 2 * row.h and not face.chips:
            _wrapped(pen, rect, face.sentence, pen.palette.dim, _clause(face.sentence))
        else:
            pen.text(room, _fitting(pen, face.sentence, room.w), pen.small, pen.palette.dim)


def _fitting(pen: Pen, sentence: str, width: float) -> str:
    """What has room of a sentence: without its second clause it is whole, rather than cut."""
    if pen.width(sentence, pen.small) * NARROWEST <= width:
        return sentence
    return _clause(sentence)


def _clause(sentence: str) -> str:
    return _CLAUSE.split(sentence, maxsplit=1)[0]


def _chips(pen: Pen, row: Rect, face: Face) -> float:
    """What it has read, at the right; answers where they begin."""
    s = pen.sizes
    right = row.right
    tall = min(row.h, s.token)
    torn = any(colour != face.colour for _label, _stale, colour in face.chips)
    for label, stale, colour in reversed(face.chips):
        width = min(max(pen.width(label, pen.small_bold) + s.px(16), tall * 1.5), row.w * 0.55)
        if right - width < row.x + row.w * 0.25:
            break
        spot = Rect(right - width, row.y + (row.h - tall) / 2, width, tall).rounded()
        pen.chip(spot, label, colour, stale)
        # What one statement has read, and never stood there together: one chip of two colours.
        right = spot.x + (1 if torn else -s.px(5))
    return right


def _watched(pen: Pen, room: Rect, watched: tuple[tuple[str, str], ...]) -> None:
    """Plain globals as small cells: every process has its own."""
    s = pen.sizes
    x = room.x
    for name, value in watched:
        label = f"{name} "
        wide = pen.width(label, pen.small) + pen.width(value, pen.small_bold) + s.px(12)
        if x > room.x and x + wide > room.right:
            break
        cell = Rect(x, room.y + 1, min(wide, room.right - x), room.h - 2)
        pen.box(cell, s.px(3), pen.palette.background, pen.palette.outline, max(1.0, s.px(1)))
        used = pen.text(cell.inset(s.px(5), 0), label, pen.small, pen.palette.dim)
        rest = Rect(cell.x + s.px(5) + used, cell.y, cell.w - s.px(10) - used, cell.h)
        pen.text(rest, value, pen.small_bold, pen.palette.text)
        x += wide + s.px(5)


def _wrapped(pen: Pen, rect: Rect, text: str, colour: QColor, short: str = "") -> None:
    """A sentence over as many lines as there are; what is ``short`` where that has no room."""
    row = pen.sizes.row
    most = max(int(rect.h // row), 1)
    lines = _broken(pen, text, rect.w, most)
    if short and pen.width(lines[-1], pen.small) * NARROWEST > rect.w:
        lines = _broken(pen, short, rect.w, most)
    for number, line in enumerate(lines):
        pen.text(Rect(rect.x, rect.y + number * row, rect.w, row), line, pen.small, colour)


def _broken(pen: Pen, text: str, width: float, most: int) -> list[str]:
    """The lines of a sentence; the last one has all that is left."""
    pieces = _PIECE.findall(text)
    lines: list[str] = []
    while pieces:
        line = pieces.pop(0)
        while pieces and pen.width((line + pieces[0]).rstrip(), pen.small) <= width:
            line += pieces.pop(0)
        if len(lines) == most - 1:
            line, pieces = "".join([line, *pieces]), []
        lines.append(line.rstrip())
    return lines or [""]


def _tombstone(pen: Pen, rect: Rect, face: Face) -> None:
    """One line: it was here, and this is how it ended; below it its threads, and what it has made
    of its globals."""
    s = pen.sizes
    tall = min(round(s.badge + s.px(8)), rect.h)
    watched = s.row + s.px(4) if face.watched and rect.h >= tall + s.row + s.px(4) else 0.0
    threads = rows_below(face) * s.row
    threads = threads + s.px(4) if threads and rect.h >= tall + watched + threads else 0.0
    more = watched + threads
    whole = Rect(rect.x, rect.y + (rect.h - tall - more) / 2, rect.w, tall + more).rounded()
    faded = mix(pen.palette.background, pen.who(face.colour), 0.55)
    if face.colour != OBJECT:
        # A server's has the frame of what it serves.
        pen.box(whole, s.px(5), pen.palette.background, faded, max(1.0, pen.stroke * 0.7))
    stone = Rect(whole.x, whole.y, whole.w, tall)
    below = Rect(whole.x + s.px(8), stone.bottom - s.px(2), whole.w - s.px(16), s.row)
    if watched:
        _watched(pen, below, face.watched)
        below = below.moved(0, watched)
    if threads:
        threads_below(pen, below, face)
    size = round(s.badge * 0.6)
    mark = Rect(stone.x + s.px(8), stone.y + (tall - size) / 2, size, size)
    sign(pen, mark, face.state, pen.palette.dim)
    x = mark.right + s.px(6)
    ending = f" · {face.sentence}"
    width = pen.width(ending, pen.small)
    room = stone.right - s.px(8) - x
    name = Rect(x, stone.y, max(room - width, room * 0.4), tall)
    # Where the name has no room the number says who it was.
    said = face.name if name.w >= s.small * 3.5 else face.label
    if said == face.label:
        name = Rect(x, stone.y, room, tall)
    if said != face.label == "M" and pen.width(said, pen.small) * NARROWEST > name.w:
        # As beside its lane.
        said = _("main")
    used = pen.text(name, said, pen.small, pen.palette.dim, LEFT, middle=True)
    if width * NARROWEST <= room - used:
        pen.text(Rect(x + used, stone.y, room - used, tall), ending, pen.small, pen.palette.dim)
