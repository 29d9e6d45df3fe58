"""Draws the elements of the visual language: badge, token, paint, text, signs.

A :class:`Pen` is a painter with the theme's colours, fonts and sizes. What it draws depends on its
arguments alone, so that pictures can be kept (:mod:`ipcsim.gui.stage.drawing.sprites`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPolygonF

from ipcsim.gui.look.theme import Palette, Theme
from ipcsim.gui.stage.anatomy.geometry import Point, Rect, Sizes
from ipcsim.gui.stage.drawing.texts import (
    NARROWEST,
    in_disc,
    metrics_of,
    narrow,
    shortened,
    without_middle,
)

OBJECT = -1
"""The colour of what belongs to nobody: objects, servers."""

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter
DASHED = (3.0, 2.4)
DOTTED = (1.0, 2.2)


def sizes_of(theme: Theme) -> Sizes:
    """The lengths of a theme."""
    return Sizes(
        theme.px(1000) / 1000,
        theme.text_px(12),
        theme.text_px(13),
        theme.text_px(13, mono=True),
        theme.text_px(15),
        theme.presenting,
    )


class Pen:
    """A painter that knows the look."""

    def __init__(self, painter: QPainter, theme: Theme) -> None:
        self.painter = painter
        self.theme = theme
        self.palette: Palette = theme.palette
        self.sizes = _sizes(theme)
        self.small = theme.font(12)
        self.small_bold = theme.font(12, 600)
        self.mono = theme.font(13, mono=True)
        self.mono_small = theme.font(12, mono=True)
        self.name = theme.font(15, 600)
        self.heading = theme.font(13, 600)

    # --- colours

    def who(self, colour: int) -> QColor:
        """The colour of an identity; OBJECT is neutral."""
        return self.palette.object if colour == OBJECT else self.theme.identity(colour)

    @property
    def stroke(self) -> float:
        """Width of the outline of cards and objects."""
        return max(1.5, self.sizes.px(2))

    # --- strokes and shapes

    def pen(self, colour: QColor, width: float, dash: Sequence[float] = ()) -> None:
        """What the next shapes are outlined with."""
        pen = QPen(colour, width)
        if dash:
            pen.setDashPattern(list(dash))
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        self.painter.setPen(pen)

    def box(
        self,
        rect: Rect,
        radius: float,
        fill: QColor | None = None,
        outline: QColor | None = None,
        width: float = 0,
        dash: Sequence[float] = (),
    ) -> None:
        """A rounded rectangle; its outline lies inside of ``rect``."""
        p = self.painter
        if outline is None:
            p.setPen(Qt.PenStyle.NoPen)
        else:
            self.pen(outline, width, dash)
            rect = rect.inset(width / 2)
        p.setBrush(Qt.BrushStyle.NoBrush if fill is None else fill)
        p.drawRoundedRect(_q(rect), radius, radius)

    def line(
        self, a: Point, b: Point, colour: QColor, width: float, dash: Sequence[float] = ()
    ) -> None:
        """A straight line."""
        self.pen(colour, width, dash)
        self.painter.drawLine(QPointF(*a), QPointF(*b))

    def arrow_head(self, tip: Point, back: Point, colour: QColor, size: float) -> None:
        """The head of an arrow that comes from ``back``."""
        dx, dy = tip.x - back.x, tip.y - back.y
        length = max((dx * dx + dy * dy) ** 0.5, 1e-6)
        dx, dy = dx / length * size, dy / length * size
        left = Point(tip.x - dx - dy / 2, tip.y - dy + dx / 2)
        right = Point(tip.x - dx + dy / 2, tip.y - dy - dx / 2)
        self.polygon([tip, left, right], colour)

    def polygon(self, points: Sequence[Point], fill: QColor | None) -> None:
        """A filled shape without outline."""
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(Qt.BrushStyle.NoBrush if fill is None else fill)
        self.painter.drawPolygon(QPolygonF([QPointF(*p) for p in points]))

    # --- text

    def text(
        self,
        rect: Rect,
        text: str,
        font: QFont,
        colour: QColor,
        align: Qt.AlignmentFlag = LEFT,
        middle: bool = False,
    ) -> float:
        """One line of text, elided to the width; answers the width it took, in pixels.

        Args:
            middle: elide in the middle: names differ at their end.
        """
        metrics = metrics_of(font)
        width = metrics.horizontalAdvance(text)
        if rect.w < width <= rect.w / NARROWEST:
            font = narrow(font, rect.w / width)
            metrics = metrics_of(font)
            width = metrics.horizontalAdvance(text)
        if width > rect.w:
            if middle:
                text = without_middle(text, rect.w, font)
            else:
                text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.w)
            text = "" if text == "…" else text
            width = metrics.horizontalAdvance(text)
        if not text or rect.w <= 0:
            return 0.0
        p = self.painter
        p.setFont(font)
        p.setPen(colour)
        # By the baseline: the height of the line box differs between fonts.
        y = rect.y + (rect.h + metrics.capHeight()) / 2
        if align & Qt.AlignmentFlag.AlignRight:
            x = rect.right - width
        elif align & Qt.AlignmentFlag.AlignHCenter:
            x = rect.x + (rect.w - width) / 2
        else:
            x = rect.x
        p.drawText(QPointF(x, round(y)), text)
        return width

    def width(self, text: str, font: QFont) -> float:
        """Width of a text in pixels."""
        return metrics_of(font).horizontalAdvance(text)

    # --- the words of the language

    def badge(self, rect: Rect, label: str, colour: int, hollow: bool = False) -> None:
        """Who: a numbered disc; hollow where the process is elsewhere."""
        ground = self.who(colour)
        p = self.painter
        inside = rect.w * 0.92
        if hollow:
            width = max(1.5, rect.w * 0.09)
            inside = rect.w - 2.6 * width
            self.pen(ground, width)
            p.setBrush(self.palette.surface)
            p.drawEllipse(_q(rect.inset(width / 2)))
            ink = self.palette.text
        else:
            p.setPen(Qt.PenStyle.NoPen)
            p.setBrush(ground)
            p.drawEllipse(_q(rect))
            ink = self.theme.on(ground)
        font = in_disc(label, inside, self.small_bold)
        self.text(rect.inset(-2, 0), label, font, ink, CENTRE)

    def token(
        self, rect: Rect, label: str, colour: int, ghost: bool = False, struck: bool = False
    ) -> None:
        """What is sent: a filled square; a ghost is outlined (on its way back, not yet done)."""
        ground = self.who(colour)
        radius = min(rect.h * 0.22, self.sizes.px(6))
        if ghost:
            self.box(rect, radius, self.palette.background, ground, self.stroke * 0.8, DASHED)
            ink = self.palette.text
        else:
            self.box(rect, radius, ground)
            ink = self.theme.on(ground)
        self.value(rect.inset(max(1.0, min(rect.h * 0.08, self.sizes.px(2))), 0), label, ink)
        if struck:
            self.line(
                Point(rect.x, rect.bottom), Point(rect.right, rect.y), self.palette.red, self.stroke
            )

    def value(self, rect: Rect, label: str, ink: QColor) -> None:
        """A value in the middle of a small place; dropped if not one character fits."""
        font = self.small_bold
        if self.width(label, font) > rect.w / NARROWEST:
            label = shortened(label, rect.w / NARROWEST, font)
        self.text(rect, label, font, ink, CENTRE)

    def chip(self, rect: Rect, label: str, colour: int, stale: bool) -> None:
        """What a process has read: a card with a folded corner; stale ones dashed and struck."""
        p = self.painter
        fold = rect.h * 0.34
        edge = max(1.2, self.sizes.px(1.6))
        r = rect.inset(edge / 2)
        shape = QPolygonF(
            [
                QPointF(r.x, r.y),
                QPointF(r.right - fold, r.y),
                QPointF(r.right, r.y + fold),
                QPointF(r.right, r.bottom),
                QPointF(r.x, r.bottom),
            ]
        )
        ground = self.who(colour)
        self.pen(ground, edge, DASHED if stale else ())
        p.setBrush(self.palette.background)
        p.drawPolygon(shape)
        ink = self.palette.dim if stale else self.palette.text
        self.value(rect.inset(edge + 1, 0), label, ink)
        if stale:
            reach = min(rect.w / 2 - edge * 2, self.width(label, self.small_bold) / 2 + edge * 2)
            y = rect.centre.y
            self.line(Point(rect.centre.x - reach, y), Point(rect.centre.x + reach, y), ink, edge)


@lru_cache(maxsize=16)
def _sizes(theme: Theme) -> Sizes:
    return sizes_of(theme)


def _q(rect: Rect) -> QRectF:
    return QRectF(rect.x, rect.y, rect.w, rect.h)
