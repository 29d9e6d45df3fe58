"""A row that goes on in the next line where the window is too narrow for it.

At 200 % the top bar is wider than a projector: then it has two lines, and nothing is lost.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QSpacerItem, QWidget, QWidgetItem


class Flow(QLayout):
    """Items in lines; what follows a :meth:`add_spring` stands at the right."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.least = 0
        """Height of a line at least."""

    def clear(self) -> None:
        """Forget all items; their widgets stay."""
        self._items.clear()
        self.invalidate()

    def add_break(self) -> None:
        """What follows begins another line."""
        self.addItem(QSpacerItem(1, 0))

    def add_spring(self) -> None:
        """What follows goes to the right edge."""
        self.addItem(QSpacerItem(0, 0))

    def room_for(self, widget: QWidget, width: int) -> int:
        """Pixels that a widget of the first line may have beside the others in it.

        Args:
            widget: one of the first line.
            width: of all.
        """
        margins = self.contentsMargins()
        room = width - margins.left() - margins.right()
        for item in self._items:
            if isinstance(item, QSpacerItem):
                if item.sizeHint().width():
                    break
            elif item.widget() is not widget and self._shown(item):
                room -= item.sizeHint().width() + self.spacing()
        return room

    # --- what Qt asks of a layout

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        margins = self.contentsMargins()
        lines = self._lines(width - margins.left() - margins.right())
        inside = sum(self._height(line) for line in lines)
        return inside + margins.top() + margins.bottom()

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        margins = self.contentsMargins()
        sizes = [item.sizeHint() for item in self._items if self._shown(item)]
        widest = max((size.width() for size in sizes), default=0)
        height = max([self.least, *(size.height() for size in sizes)])
        return QSize(
            widest + margins.left() + margins.right(), height + margins.top() + margins.bottom()
        )

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        inside = rect.marginsRemoved(self.contentsMargins())
        top = inside.top()
        for line in self._lines(inside.width()):
            height = self._height(line)
            self._place(line, QRect(inside.left(), top, inside.width(), height))
            top += height

    # --- lines

    @staticmethod
    def _shown(item: QLayoutItem) -> bool:
        return not (isinstance(item, QWidgetItem) and item.isEmpty())

    def _lines(self, width: int) -> list[list[QLayoutItem]]:
        lines: list[list[QLayoutItem]] = [[]]
        used = 0
        for item in self._items:
            if not self._shown(item):
                continue
            needs = item.sizeHint().width()
            if isinstance(item, QSpacerItem) and needs:
                lines.append([])
                used = 0
                continue
            if used and used + needs > width:
                lines.append([])
                used = 0
            lines[-1].append(item)
            used += needs + (self.spacing() if needs else 0)
        return lines

    def _height(self, line: list[QLayoutItem]) -> int:
        return max([self.least, *(item.sizeHint().height() for item in line)])

    def _place(self, line: list[QLayoutItem], where: QRect) -> None:
        behind = self._behind_springs()
        left = where.left()
        for item in line:
            if item not in behind and not isinstance(item, QSpacerItem):
                left += self._put(item, left, where) + self.spacing()
        rest = [item for item in line if item in behind]
        needed = sum(i.sizeHint().width() for i in rest) + self.spacing() * max(0, len(rest) - 1)
        left = max(left, where.right() + 1 - needed)
        for item in rest:
            left += self._put(item, left, where) + self.spacing()

    def _behind_springs(self) -> list[QLayoutItem]:
        """What stands at the right, also where it had to go to the next line."""
        found: list[QLayoutItem] = []
        right = False
        for item in self._items:
            if isinstance(item, QSpacerItem):
                right = not item.sizeHint().width()
            elif right:
                found.append(item)
        return found

    def _put(self, item: QLayoutItem, left: int, where: QRect) -> int:
        size = item.sizeHint()
        width = min(size.width(), where.width())
        top = where.top() + (where.height() - size.height()) // 2
        item.setGeometry(QRect(QPoint(left, top), QSize(width, size.height())))
        return width
