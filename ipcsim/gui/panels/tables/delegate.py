"""How cells of the tables are drawn: hairlines, the current row, badges, struck values."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from ipcsim.gui.look.badge import draw_badge
from ipcsim.gui.look.identity import Identity
from ipcsim.gui.look.theme import Theme
from ipcsim.gui.panels.row import text_flags

WHO = Qt.ItemDataRole.UserRole + 1
"""An :class:`Identity` whose badge stands before the text."""
STRUCK = Qt.ItemDataRole.UserRole + 2
"""Whether the text is struck in red."""
CURRENT = Qt.ItemDataRole.UserRole + 3
"""Whether this is the row at the cursor."""

Index = QModelIndex | QPersistentModelIndex


class CellDelegate(QStyledItemDelegate):
    """Draws a cell from the model's roles."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, palette = self.theme, self.theme.palette
        box = QRectF(option.rect)
        current = bool(index.data(CURRENT))
        if current:
            painter.fillRect(box, palette.line)
        painter.fillRect(QRectF(box.left(), box.bottom() - 1, box.width(), 1), palette.border)
        if current and index.column() == 0:
            painter.fillRect(QRectF(box.left(), box.top(), theme.px(3), box.height()), palette.link)
        left = box.left() + theme.px(8)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        who = index.data(WHO)
        if isinstance(who, Identity):
            radius = min(box.height() * 0.36, theme.px(9))
            draw_badge(painter, QPointF(left + radius, box.center().y()), radius, who, theme)
            left += 2 * radius + theme.px(6)
        area = QRectF(left, box.top(), box.right() - left, box.height() - 1)
        # Of a name the number at its end says who it is.
        named = isinstance(who, Identity)
        elide = Qt.TextElideMode.ElideMiddle if named else Qt.TextElideMode.ElideRight
        self._text(painter, index, area, elide)
        painter.restore()

    def _text(self, painter: QPainter, index: Index, box: QRectF, elide: Qt.TextElideMode) -> None:
        text = index.data(Qt.ItemDataRole.DisplayRole)
        if not text:
            return
        font, colour = (
            index.data(Qt.ItemDataRole.FontRole),
            index.data(Qt.ItemDataRole.ForegroundRole),
        )
        font = font if isinstance(font, QFont) else self.theme.font(13)
        painter.setFont(font)
        painter.setPen(colour if isinstance(colour, QColor) else self.theme.palette.text)
        room = box.width() - self.theme.px(4)
        metrics = QFontMetricsF(font)
        shown = metrics.elidedText(str(text), elide, room)
        aligned = index.data(Qt.ItemDataRole.TextAlignmentRole) or Qt.AlignmentFlag.AlignLeft
        flags = text_flags(Qt.AlignmentFlag(aligned), Qt.AlignmentFlag.AlignVCenter)
        area = QRectF(box.left(), box.top(), room, box.height())
        painter.drawText(area, flags, shown)
        if index.data(STRUCK):
            y = box.center().y() + metrics.xHeight() * 0.1
            thick = max(1.5, metrics.height() / 12)
            painter.setPen(QPen(self.theme.palette.red, thick))
            end = box.left() + min(metrics.horizontalAdvance(shown), room)
            painter.drawLine(QPointF(box.left() - 2, y), QPointF(end + 2, y))
