"""Headings of the tables: a process's column begins with its badge and has its colour."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from ipcsim.gui.look.badge import draw_badge
from ipcsim.gui.look.identity import Identity
from ipcsim.gui.look.theme import Theme, mix
from ipcsim.gui.panels.row import text_flags
from ipcsim.gui.panels.tables.delegate import WHO


class Header(QHeaderView):
    """A horizontal header that reads the role WHO."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.theme = theme
        self.setSectionsClickable(True)

    def sizeHint(self) -> QSize:
        height = max(self.theme.px(26), self.theme.text_px(13) + self.theme.px(10))
        return QSize(super().sizeHint().width(), height)

    def room_of(self, section: int) -> int:
        """Pixels of width that the words of a section need, without a badge."""
        text = self.model().headerData(section, Qt.Orientation.Horizontal)
        wide = QFontMetricsF(self._font(section)).horizontalAdvance(str(text or ""))
        return round(wide) + self.theme.px(8) + self.theme.px(4) + 2

    def _font(self, section: int) -> QFont:
        role = Qt.ItemDataRole.FontRole
        font = self.model().headerData(section, Qt.Orientation.Horizontal, role)
        return font if isinstance(font, QFont) else self.theme.font(12, 600)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        theme, palette, model = self.theme, self.theme.palette, self.model()
        painter.fillRect(rect, palette.background)
        painter.fillRect(QRectF(rect.left(), rect.bottom(), rect.width(), 1), palette.outline)
        text = model.headerData(section, Qt.Orientation.Horizontal)
        if not text:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left = rect.left() + theme.px(8)
        who = model.headerData(section, Qt.Orientation.Horizontal, WHO)
        colour = palette.dim
        if isinstance(who, Identity):
            radius = min(rect.height() * 0.34, theme.px(9))
            centre = QPointF(left + radius, rect.top() + rect.height() / 2)
            draw_badge(painter, centre, radius, who, theme)
            left += round(2 * radius) + theme.px(6)
            colour = theme.identity(who.colour)
            if not theme.dark:
                colour = mix(colour, palette.text, 0.45)
        font = self._font(section)
        painter.setFont(font)
        painter.setPen(colour)
        room = rect.right() - left - theme.px(4)
        shown = QFontMetricsF(font).elidedText(str(text), Qt.TextElideMode.ElideMiddle, room)
        area = QRectF(left, rect.top(), room, rect.height())
        role = Qt.ItemDataRole.TextAlignmentRole
        aligned = model.headerData(section, Qt.Orientation.Horizontal, role)
        side = Qt.AlignmentFlag(aligned or Qt.AlignmentFlag.AlignLeft)
        painter.drawText(area, text_flags(side, Qt.AlignmentFlag.AlignVCenter), shown)
        painter.restore()
