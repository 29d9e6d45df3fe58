"""Rectangles, points and lengths of the stage: plain numbers, tested without Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

# Text must not shrink below this (UI.md: 12 px while working, 28 px in a hall).
TEXT = 12.0


class Point(NamedTuple):
    """A place on the stage, in pixels."""

    x: float
    y: float

    def towards(self, other: Point, share: float) -> Point:
        """The point at ``share`` (0 to 1) of the way to ``other``."""
        return Point(self.x + (other.x - self.x) * share, self.y + (other.y - self.y) * share)


class Rect(NamedTuple):
    """A rectangle on the stage, in pixels."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        return self.x + self.w

    @property
    def bottom(self) -> float:
        return self.y + self.h

    @property
    def centre(self) -> Point:
        return Point(self.x + self.w / 2, self.y + self.h / 2)

    def inset(self, dx: float, dy: float | None = None) -> Rect:
        """Smaller by ``dx`` at the left and right and ``dy`` (``dx`` if None) above and below."""
        dy = dx if dy is None else dy
        return Rect(self.x + dx, self.y + dy, self.w - 2 * dx, self.h - 2 * dy)

    def moved(self, dx: float, dy: float) -> Rect:
        """The same elsewhere."""
        return Rect(self.x + dx, self.y + dy, self.w, self.h)

    def touches(self, other: Rect) -> bool:
        """Whether the two overlap."""
        return (
            self.x < other.right
            and other.x < self.right
            and self.y < other.bottom
            and other.y < self.bottom
        )

    def contains(self, x: float, y: float) -> bool:
        """Whether a point lies in it."""
        return self.x <= x < self.right and self.y <= y < self.bottom

    def rounded(self) -> Rect:
        """On whole pixels: lines stay crisp."""
        x, y = round(self.x), round(self.y)
        return Rect(x, y, round(self.right) - x, round(self.bottom) - y)

    def edge(self, to: Point) -> Point:
        """Where the line from its centre to a point leaves it."""
        cx, cy = self.centre
        dx, dy = to.x - cx, to.y - cy
        if not dx and not dy:
            return Point(cx, cy)
        reach = min(
            (self.w / 2) / abs(dx) if dx else float("inf"),
            (self.h / 2) / abs(dy) if dy else float("inf"),
        )
        reach = min(reach, 1.0)
        return Point(cx + dx * reach, cy + dy * reach)


@dataclass(frozen=True)
class Sizes:
    """Lengths in pixels for a scale and a use."""

    factor: float = 1.0
    """Pixels for one of the drawing at 100 %."""
    small: float = TEXT
    """Height of the smallest text."""
    text: float = 13.0
    mono: float = 13.0
    name: float = 15.0
    """Height of a card's name."""
    presenting: bool = False

    def px(self, length: float) -> float:
        """A length drawn at 100 %, in pixels."""
        return length * self.factor

    @property
    def label(self) -> float:
        """Height of a line of small text."""
        return round(self.small * 1.5)

    @property
    def row(self) -> float:
        """Height of a thread's row or a line in a card."""
        return round(max(self.small, self.mono) * 1.42)

    @property
    def badge(self) -> float:
        """Diameter of a badge."""
        return round(max(self.px(22), self.small * 1.45))

    @property
    def step(self) -> float:
        """Distance of two badges in a line."""
        return round(self.badge * 1.1)

    @property
    def token(self) -> float:
        """Height of a token."""
        return round(max(self.px(24), self.small * 1.6))

    @property
    def seat(self) -> float:
        """Side of a gate's seat."""
        return round(max(self.px(30), self.small * 1.7))

    @property
    def pad(self) -> float:
        """Space inside a card."""
        return self.px(9)

    @property
    def bar(self) -> float:
        """Width of the bar at a card's left."""
        return round(self.px(9))

    @property
    def margin(self) -> float:
        return round(self.px(20))

    @property
    def foot(self) -> float:
        """Height of the line at the stage's foot."""
        return round(self.small * 1.8)

    def card_height(self, lines: int) -> float:
        """Height of a card: its name and ``lines - 1`` rows."""
        name = max(self.badge, self.name * 1.3)
        return round(2 * self.pad + name + (lines - 1) * self.row)
