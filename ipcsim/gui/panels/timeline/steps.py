"""A quantity as a step curve in columns of pixels: flat cost, any thickness, to the pixel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyqtgraph import Qt as pyqtgraph_qt
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from ipcsim.trace.series import Series

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Columns:
    """Lowest and highest value over a stretch of pixels, from ``left`` to ``right``."""

    left: Floats
    right: Floats
    low: Floats
    high: Floats

    def range(self) -> tuple[float, float] | None:
        """The lowest and the highest value; None without any."""
        if not self.low.size:
            return None
        return float(self.low.min()), float(self.high.max())

    def at(self, x: float) -> float:
        """The value at a column; not a number where there is none."""
        number = int(np.searchsorted(self.left, x, "right")) - 1
        # Half a pixel beyond the end is rounding.
        if number < 0 or x > self.right[number] + 0.5:
            return float("nan")
        return float(self.high[number])


def columns(series: Series, t0: int, t1: int, end: int, width: int) -> Columns:
    """The visible part of a series.

    Args:
        series: the quantity.
        t0: moment at the left edge.
        t1: moment at the right edge.
        end: the last moment known: the curve goes no further.
        width: pixels between the edges.
    """
    times, low, high = series.view(t0, t1, max(width, 1))
    scale = width / max(t1 - t0, 1)
    left = np.clip((times - t0) * scale, 0.0, width)
    last = min(max((end - t0) * scale, 0.0), width)
    right = np.append(left[1:], max(last, left[-1])) if left.size else left
    # Where a value isn't known there is a gap.
    known = ~np.isnan(low)
    return Columns(left[known], right[known], low[known], high[known])


def draw_steps(
    painter: QPainter,
    data: Columns,
    mapping: tuple[float, float],
    thick: float,
    colour: QColor,
    dense: QColor,
) -> None:
    """Draw the curve.

    Args:
        painter: with antialiasing, x = 0 at the left edge.
        data: what to draw.
        mapping: y = first + second * value.
        thick: of the line, in pixels.
        colour: of the line.
        dense: where the value goes up and down too often for a line: its range is shaded.
    """
    if not data.left.size:
        return
    top = mapping[0] + mapping[1] * data.high - thick / 2
    bottom = mapping[0] + mapping[1] * data.low + thick / 2
    # Riser: from the last value of a stretch to the first of the next.
    jump_top = np.minimum(top[1:], bottom[:-1] - thick)
    jump_bottom = np.maximum(bottom[1:], top[:-1] + thick)
    rises = np.flatnonzero((jump_top < top[1:]) | (jump_bottom > bottom[1:]))
    x = np.concatenate((data.left, data.left[1:][rises] - thick / 2))
    # A little overlap: smoothed edges of neighbours would leave seams.
    width = np.concatenate((data.right - data.left + 0.6, np.full(rises.size, thick)))
    y = np.concatenate((top, jump_top[rises]))
    height = np.concatenate((bottom - top, (jump_bottom - jump_top)[rises]))
    crowded = _crowded(data)
    tall = np.concatenate((crowded, crowded[1:][rises]))
    if tall.any():
        _shade(painter, x[tall], y[tall], width[tall], height[tall], dense)
    _rectangles(painter, x[~tall], y[~tall], width[~tall], height[~tall], colour)


def _crowded(data: Columns) -> NDArray[np.bool_]:
    """Columns in whose neighbourhood most columns have more than one value."""
    several = (data.high > data.low).astype(float)
    window = np.full(9, 1 / 9)
    if several.size < window.size:
        return np.zeros(several.size, bool)
    crowded: NDArray[np.bool_] = np.convolve(several, window, "same") > 0.5
    # A slope, as of a counter, has several values in a column too, but is no crowd.
    return crowded & (data.high - data.low > 0.04 * max(np.ptp(data.high), 1e-9))


def draw_dashes(
    painter: QPainter,
    data: Columns,
    other: Columns,
    mapping: tuple[float, float],
    thick: float,
    colour: QColor,
) -> None:
    """Draw the upper edge of a curve dashed, 5 on 4 off, where it differs from another."""
    if not data.left.size or not other.left.size:
        return
    dash = 5 * max(1.0, thick)
    starts = np.arange(data.left[0], data.right[-1], 1.8 * dash)
    # A dash follows a slope in short pieces.
    pieces = (starts[:, None] + np.arange(0, dash, 1.0)).ravel()
    pieces = pieces[pieces < data.right[-1]]
    values = data.high[np.searchsorted(data.left, pieces, "right") - 1]
    below = np.maximum(np.searchsorted(other.left, pieces, "right") - 1, 0)
    apart = values != other.high[below]
    pieces, values = pieces[apart], values[apart]
    y = mapping[0] + mapping[1] * values - thick / 2
    ones = np.ones(pieces.size)
    _rectangles(painter, pieces, y, ones, ones * thick, colour)


def draw_gap(
    painter: QPainter,
    upper: Columns,
    lower: Columns,
    mapping: tuple[float, float],
    colour: QColor,
) -> None:
    """Shade what lies between two curves."""
    if not upper.left.size or not lower.left.size:
        return
    edges = np.union1d(upper.left, lower.left)
    one = np.maximum(np.searchsorted(upper.left, edges, "right") - 1, 0)
    other = np.maximum(np.searchsorted(lower.left, edges, "right") - 1, 0)
    right = np.append(edges[1:], min(upper.right[-1], lower.right[-1]))
    first = mapping[0] + mapping[1] * upper.high[one]
    second = mapping[0] + mapping[1] * lower.low[other]
    apart = np.flatnonzero(upper.high[one] != lower.low[other])
    top, bottom = np.minimum(first, second)[apart], np.maximum(first, second)[apart]
    _shade(painter, edges[apart], top, (right - edges)[apart], bottom - top, colour)


def _shade(
    painter: QPainter, x: Floats, y: Floats, width: Floats, height: Floats, colour: QColor
) -> None:
    """A whole area, column by column: smoothed edges of neighbours would leave seams in it, and
    take most of the time."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    _rectangles(painter, x, y, width, height, colour)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)


def _rectangles(
    painter: QPainter, x: Floats, y: Floats, width: Floats, height: Floats, colour: QColor
) -> None:
    # pyqtgraph's array of QRectF is filled by NumPy: no Python object for each rectangle.
    rectangles = pyqtgraph_qt.internals.PrimitiveArray(QRectF, 4)
    rectangles.resize(x.size)
    memory = rectangles.ndarray()
    memory[:, 0], memory[:, 1], memory[:, 2], memory[:, 3] = x, y, width, height
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRects(*rectangles.drawargs())
