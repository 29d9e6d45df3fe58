"""The explored tree: where interleavings part, coloured by how they end; a click plays one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ipcsim.control.steps import Choice
from ipcsim.gui.look.theme import Theme, mix
from ipcsim.language import _


@dataclass(frozen=True)
class Interleaving:
    """One of the explored ones."""

    choices: tuple[Choice, ...]
    fails: bool
    sentence: str


@dataclass(frozen=True)
class Branch:
    """A stretch of the tree without a fork."""

    begin: int
    """The step at which it leaves the others, counted from 0."""
    end: int
    """The step at which it forks, or the last."""
    first: int
    """The first of the leaves that it leads to, ..."""
    last: int
    """... and the last of them. A leaf's number is its row."""
    row: float
    from_row: float
    """Of the branch that it leaves."""
    failing: int
    """How many of its leaves fail."""


def branches_of(leaves: Sequence[Interleaving]) -> list[Branch]:
    """The tree of interleavings that are in the order of their choices, its root first."""
    found: list[Branch] = []
    waiting = [(0, len(leaves), 0, (len(leaves) - 1) / 2)] if leaves else []
    while waiting:
        first, after, begin, from_row = waiting.pop()
        group = [leaf.choices for leaf in leaves[first:after]]
        end = begin
        while all(len(c) > end for c in group) and len({c[end] for c in group}) == 1:
            end += 1
        row = (first + after - 1) / 2
        failing = sum(leaf.fails for leaf in leaves[first:after])
        found.append(Branch(begin, end, first, after - 1, row, from_row, failing))
        if len(group) == 1:
            continue
        start = first
        for index in range(first + 1, after + 1):
            if index == after or _at(leaves[index], end) != _at(leaves[start], end):
                if index - start < after - first:
                    waiting.append((start, index, end, row))
                start = index
    return found


def _at(leaf: Interleaving, step: int) -> Choice | None:
    return leaf.choices[step] if len(leaf.choices) > step else None


class ExploredTree(QWidget):
    """Time goes to the right; a leaf is an interleaving, red if it fails."""

    play_wanted = Signal(object)
    """The choices of a leaf."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._leaves: list[Interleaving] = []
        self._branches: list[Branch] = []
        self._played: Interleaving | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_interleavings(self, leaves: Sequence[Interleaving]) -> None:
        """Draw the tree of these."""
        self._leaves = sorted(leaves, key=lambda leaf: leaf.choices)
        self._branches = branches_of(self._leaves)
        self._played = None
        self.setVisible(len(self._leaves) > 1)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        painter, palette = QPainter(self), self.theme.palette
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        mixed = mix(palette.red, palette.object, 0.5)
        for branch in self._branches:
            count = branch.last - branch.first + 1
            all_fail, none_fails = branch.failing == count, branch.failing == 0
            colour = palette.red if all_fail else palette.object if none_fails else mixed
            played = (
                self._played is not None
                and self._played in self._leaves[branch.first : branch.last + 1]
            )
            width = self.theme.px(3 if played else 1)
            painter.setPen(QPen(palette.text if played else colour, width))
            begin = QPointF(self._x(branch.begin), self._y(branch.from_row))
            corner = QPointF(begin.x() + self.theme.px(4), self._y(branch.row))
            end = QPointF(max(self._x(branch.end), corner.x()), corner.y())
            painter.drawPolyline([begin, corner, end])
            if count == 1:
                painter.setBrush(palette.red if branch.failing else palette.object)
                painter.setPen(Qt.PenStyle.NoPen)
                radius = min(self.theme.px(4), max(self._height_of_a_row() / 2, 1.0))
                painter.drawEllipse(end, radius, radius)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Play the interleaving at which the click was."""
        self._played = self._leaf_at(event.position().y())
        if self._played is not None:
            self.update()
            self.play_wanted.emit(self._played.choices)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say how the one under the mouse ends."""
        leaf = self._leaf_at(event.position().y())
        if leaf is not None:
            told = _("{sentence} — {count} steps; a click plays it")
            self.setToolTip(told.format(sentence=leaf.sentence, count=len(leaf.choices)))

    def _leaf_at(self, y: float) -> Interleaving | None:
        if not self._leaves:
            return None
        row = round((y - self._margin()) / max(self._height_of_a_row(), 0.01))
        return self._leaves[min(max(row, 0), len(self._leaves) - 1)]

    def _margin(self) -> float:
        return float(self.theme.px(8))

    def _height_of_a_row(self) -> float:
        room = self.height() - 2 * self._margin()
        return min(room / max(len(self._leaves) - 1, 1), float(self.theme.px(28)))

    def _y(self, row: float) -> float:
        return self._margin() + row * self._height_of_a_row()

    def _x(self, step: int) -> float:
        most = max(len(leaf.choices) for leaf in self._leaves)
        return self._margin() + step / most * (self.width() - 2 * self._margin())
