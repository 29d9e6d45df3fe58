"""Draws the table of turns: large enough for the last row of a hall."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPen

from ipcsim.gui.look.badge import draw_badge
from ipcsim.gui.look.theme import Theme, mix
from ipcsim.gui.look.words import in_words
from ipcsim.gui.panels.row import text_flags
from ipcsim.gui.step.outside import outside_line, outside_sentence
from ipcsim.gui.step.table.actions import (
    Action,
    actions_of,
    boxes,
    button_height,
    said,
)
from ipcsim.gui.step.table.measures import Measures
from ipcsim.gui.step.table.rows import Column, Content, Row
from ipcsim.language import _
from ipcsim.run.outsiders import Outsider
from ipcsim.run.turns import Offer

LEFT = text_flags(Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignVCenter)
RIGHT = text_flags(Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignVCenter)


class TablePainter:
    """One frame of the table."""

    def __init__(
        self, painter: QPainter, theme: Theme, content: Content, measures: Measures
    ) -> None:
        self._p, self._theme, self._content, self._m = painter, theme, content, measures
        self._over = "", ""

    def draw(self, first: int, question: str, wrong: bool, hover: str, action: str = "") -> None:
        """Draw all, the first visible row being ``first``.

        Args:
            hover: whose cell the mouse is over.
            action: over which of its buttons.
        """
        self._over = hover, action
        m = self._m
        self._heads()
        shown = self._content.rows[first : first + m.visible]
        for n, row in enumerate(shown):
            self._row(row, m.head + n * m.row)
        self._question(m.question(first, len(self._content.rows)), question, wrong, hover)

    def _heads(self) -> None:
        m, theme = self._m, self._theme
        for column, (left, width) in zip(self._content.columns, m.columns, strict=True):
            self._head(column, QRectF(left, 0, width, m.head))
        self._p.setFont(theme.font(13, 700, mono=True))
        for name, (left, width) in zip(self._content.values, m.values, strict=False):
            self._text(QRectF(left, 0, width, m.head), name, theme.palette.dim)
        if self._content.hidden:
            self._p.setFont(theme.font(12, 600))
            more = QRectF(0, 0, m.number, m.head)
            self._text(more, f"+{self._content.hidden}", theme.palette.dim, pad=theme.px(4))
        self._p.fillRect(QRectF(0, m.head - 1, m.width, 1), theme.palette.outline)

    def _head(self, column: Column, box: QRectF) -> None:
        theme = self._theme
        radius = min(box.height() * 0.36, theme.px(9))
        centre = QPointF(box.left() + theme.px(8) + radius, box.center().y())
        draw_badge(self._p, centre, radius, column.who, theme, hollow=column.over)
        self._p.setFont(theme.font(13, 700, mono=True))
        rest = box.adjusted(theme.px(8) + 2 * radius + theme.px(6), 0, 0, 0)
        self._text(rest, column.name, self._colour(column), 0, Qt.TextElideMode.ElideMiddle)

    def _row(self, row: Row, top: float) -> None:
        m, theme, palette = self._m, self._theme, self._theme.palette
        painter = self._p
        painter.fillRect(QRectF(0, top + m.row - 1, m.width, 1), palette.border)
        painter.setFont(theme.font(12, mono=True))
        number = QRectF(0, top, m.number - theme.px(8), m.row)
        painter.setPen(palette.faint)
        painter.drawText(number, RIGHT, str(row.number))
        if 0 <= row.column < len(m.columns):
            left, width = m.columns[row.column]
            colour = self._colour(self._content.columns[row.column])
            text = f"{row.text} …" if row.waits else row.text
            painter.setFont(theme.font(13, 600 if row.wrong else 400, mono=True))
            used = self._text(QRectF(left, top, width, m.row), text, colour)
            if row.struck:
                self._strike(left + theme.px(8), top + m.row / 2, used)
        for n, (left, width) in enumerate(m.values):
            value = row.values[n] if n < len(row.values) else ""
            fresh = row.written == n
            painter.setFont(theme.font(13, 700 if fresh else 400, mono=True))
            ink = palette.red if fresh and row.wrong else palette.text if fresh else palette.dim
            self._text(QRectF(left, top, width, m.row), value, ink)

    def _strike(self, left: float, y: float, width: float) -> None:
        painter = self._p
        painter.setPen(QPen(self._theme.palette.red, max(1.5, self._m.row / 16)))
        painter.drawLine(QPointF(left - 2, y), QPointF(left + width + 2, y))

    def _question(self, box: QRectF, question: str, wrong: bool, hover: str) -> None:
        theme, palette, content = self._theme, self._theme.palette, self._content
        painter = self._p
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.red_surface if wrong else palette.line)
        painter.drawRoundedRect(
            box.adjusted(theme.px(4), 0, -theme.px(4), 0), theme.px(6), theme.px(6)
        )
        offers = content.offers
        somebody = offers is not None and any(offer.enabled for offer in offers.values())
        if not somebody and question:
            alone = offers is None or wrong
            beside = box if alone else self._beside_outsiders(box)
            if beside.width() > theme.px(120):
                self._answer(beside, question, wrong)
            if alone:
                return
        elif question:
            painter.setFont(theme.font(13, 700, mono=True))
            painter.setPen(palette.text)
            mark = QRectF(0, box.top(), self._m.number - theme.px(8), self._m.row)
            painter.drawText(mark, RIGHT, "?")
        for column, (left, width) in zip(content.columns, self._m.columns, strict=True):
            cell = QRectF(left, box.top(), width, box.height())
            offer = (offers or {}).get(column.actor)
            if offer is not None and (somebody or not question):
                self._offer(column, offer, cell, hover == column.actor)
            elif column.actor in content.outside:
                self._outside(column, content.outside[column.actor], cell)

    def _beside_outsiders(self, box: QRectF) -> QRectF:
        """The widest part that the cells of those outside control, which speak for themselves,
        leave of a row."""
        taken = [
            (left, left + width)
            for column, (left, width) in zip(self._content.columns, self._m.columns, strict=True)
            if column.actor in self._content.outside
        ]
        starts = [box.left(), *(end for _start, end in taken)]
        ends = [*(start for start, _end in taken), box.right()]
        left, right = max(zip(starts, ends, strict=True), key=lambda gap: gap[1] - gap[0])
        return QRectF(left, box.top(), right - left, box.height())

    def _answer(self, box: QRectF, sentence: str, wrong: bool) -> None:
        theme, palette = self._theme, self._theme.palette
        painter = self._p
        painter.setFont(theme.font(14, 600))
        painter.setPen(palette.red if wrong else palette.text)
        inside = box.adjusted(theme.px(14), theme.px(3), -theme.px(14), -theme.px(3))
        flags = Qt.AlignmentFlag.AlignVCenter.value | Qt.TextFlag.TextWordWrap.value
        painter.drawText(inside, flags, sentence)

    def _offer(self, column: Column, offer: Offer, cell: QRectF, hover: bool) -> None:
        theme, palette = self._theme, self._theme.palette
        painter, m = self._p, self._m
        if offer.enabled:
            button = cell.adjusted(theme.px(3), theme.px(3), -theme.px(3), -theme.px(3))
            colour = theme.identity(column.who.colour)
            painter.setPen(QPen(colour, max(1.5, theme.px(1.5))))
            painter.setBrush(mix(palette.line, colour, 0.22 if hover else 0.08))
            painter.drawRoundedRect(button, theme.px(5), theme.px(5))
        painter.setFont(
            theme.font(
                13,
                600 if offer.enabled else 400,
                mono=True,
            )
        )
        ink = self._colour(column) if offer.enabled else palette.dim
        top = QRectF(cell.left(), cell.top() + theme.px(2), cell.width(), m.row)
        self._text(top, in_words(offer.call), ink)
        self._actions(column, said(offer), cell)
        below = cell.adjusted(theme.px(8), m.row, -theme.px(4), -theme.px(2))
        painter.setFont(theme.font(12))
        if offer.enabled:
            self._press(column, below)
        else:
            painter.setPen(palette.dim)
            painter.drawText(below, Qt.TextFlag.TextWordWrap.value, offer.reason)

    def _press(self, column: Column, box: QRectF) -> None:
        """Which key lets it go on."""
        theme = self._theme
        if column.key:
            enter = " ⏎" if any(len(one.key) > 1 for one in self._content.columns) else ""
            self._p.setPen(theme.palette.dim)
            self._p.drawText(box, 0, _("press {key}").format(key=column.key + enter))

    def _outside(self, column: Column, one: Outsider, cell: QRectF) -> None:
        """Hatched, as its card is: where it is, and what can be done."""
        theme, palette, m = self._theme, self._theme.palette, self._m
        painter = self._p
        painter.setPen(Qt.PenStyle.NoPen)
        colour = theme.identity(column.who.colour)
        ground = mix(palette.line, colour, 0.2)
        painter.setBrush(QBrush(ground, Qt.BrushStyle.BDiagPattern))
        painter.drawRoundedRect(
            cell.adjusted(theme.px(3), theme.px(3), -theme.px(3), -theme.px(3)), 4, 4
        )
        painter.setFont(theme.font(13, 600, mono=True))
        top = QRectF(cell.left(), cell.top() + theme.px(2), cell.width(), m.row)
        self._text(top, outside_line(one), self._colour(column))
        below = cell.adjusted(theme.px(8), m.row, -theme.px(4), -button_height(theme))
        painter.setFont(theme.font(12))
        painter.setPen(palette.text)
        painter.drawText(below, Qt.TextFlag.TextWordWrap.value, outside_sentence(one))
        self._actions(column, "", cell)

    def _actions(self, column: Column, before: str, cell: QRectF) -> None:
        """The small buttons along a cell's foot."""
        theme, palette, painter = self._theme, self._theme.palette, self._p
        if before and actions_of(self._content, column):
            painter.setFont(theme.font(12))
            painter.setPen(palette.text)
            height = button_height(theme)
            line = QRectF(cell.left(), cell.bottom() - height - theme.px(6), cell.width(), height)
            painter.drawText(line.adjusted(theme.px(8), 0, 0, 0), LEFT, before)
        for action, box in boxes(theme, self._content, column, cell).items():
            self._button(action, box, self._over == (column.actor, action.what))

    def _button(self, action: Action, box: QRectF, hover: bool) -> None:
        theme, palette, painter = self._theme, self._theme.palette, self._p
        painter.setPen(QPen(palette.outline, max(1.0, theme.px(1))))
        painter.setBrush(palette.pressed if hover else palette.surface)
        painter.drawRoundedRect(box, theme.px(5), theme.px(5))
        if action.who is not None:
            draw_badge(painter, box.center(), box.height() * 0.4, action.who, theme)
            return
        painter.setFont(theme.font(12, 600))
        painter.setPen(palette.text)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, action.text)

    def _colour(self, column: Column) -> QColor:
        theme = self._theme
        colour = theme.identity(column.who.colour)
        # On a light ground identity colours are for shapes: text must be darker.
        shown = colour if theme.dark else mix(colour, theme.palette.text, 0.45)
        return mix(shown, theme.palette.background, 0.45) if column.over else shown

    def _text(
        self,
        box: QRectF,
        text: str,
        ink: QColor,
        pad: float = -1,
        elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> float:
        """One line at the left of a box; answers how wide it is."""
        left = self._theme.px(8) if pad < 0 else pad
        metrics = QFontMetricsF(self._p.font())
        room = box.width() - left - self._theme.px(4)
        shown = metrics.elidedText(text, elide, room)
        self._p.setPen(ink)
        self._p.drawText(QRectF(box.left() + left, box.top(), room, box.height()), LEFT, shown)
        return min(metrics.horizontalAdvance(shown), room)
