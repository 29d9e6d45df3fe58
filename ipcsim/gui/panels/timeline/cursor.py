"""What lies over all rows of the timeline: the cursor, the marks, and a lane that is fanned out."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from ipcsim.gui.look.badge import draw_badge
from ipcsim.gui.look.theme import Theme
from ipcsim.gui.panels.lanes.lanes import Lanes
from ipcsim.gui.panels.row import Row, text_flags
from ipcsim.gui.panels.time_axis import TimeAxis
from ipcsim.gui.panels.timeline.layout import Layout


class Line(QGraphicsItem):
    """An upright line over all rows: one cursor reads every plot."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._height = 1.0

    def set_theme(self, theme: Theme) -> None:
        """Take another look."""
        self.prepareGeometryChange()
        self._theme = theme
        self.update()

    def reach(self, height: float) -> None:
        """How far down it goes."""
        self.prepareGeometryChange()
        self._height = height

    def boundingRect(self) -> QRectF:
        half = self._theme.px(3)
        return QRectF(-half, 0, 2 * half, self._height)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        ground = QColor(self._theme.palette.background)
        ground.setAlpha(190)
        width = max(1, round(self._theme.px(20) / 13))
        left, height = -(width // 2), int(self._height)
        # On whole pixels without smoothing: a third of the time of a smoothed rectangle.
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.fillRect(left - width, 0, 3 * width, height, ground)
        painter.fillRect(left, 0, width, height, self._theme.palette.text)


class Marks(QGraphicsItem):
    """The two marks and what lies between them."""

    def __init__(self, theme: Theme, axis: TimeAxis) -> None:
        super().__init__()
        self._theme = theme
        self._axis = axis
        self._area = QRectF()

    def set_theme(self, theme: Theme) -> None:
        """Take another look."""
        self._theme = theme
        self.update()

    def arrange(self, layout: Layout) -> None:
        """Cover the lanes and the plots."""
        self.prepareGeometryChange()
        top = layout.lanes.y
        self._area = QRectF(layout.left, top, layout.axis.width, layout.axis.y - top)

    def boundingRect(self) -> QRectF:
        return self._area

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        area, accent = self._area, self._theme.palette.link
        places = [area.left() + self._axis.share(t) * area.width() for t in self._axis.marks]
        painter.setClipRect(area)
        if len(places) == 2:
            shade = QColor(accent)
            shade.setAlpha(40)
            between = QRectF(places[0], area.top(), places[1] - places[0], area.height())
            painter.fillRect(between, shade)
        painter.setPen(QPen(accent, self._theme.px(1.5)))
        for x in places:
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))


class FanOut(Row):
    """One of many thin lanes, as tall as if there were few."""

    def __init__(self, theme: Theme, lanes: Lanes) -> None:
        super().__init__(theme)
        self._lanes = lanes
        self._layout: Layout | None = None
        self.process: int | None = None
        self.setVisible(False)

    def fan(self, process: int | None, layout: Layout) -> None:
        """Show a process's lane over its neighbours; None hides it."""
        changed = process != self.process or layout is not self._layout
        self.process, self._layout = process, layout
        self.setVisible(process is not None)
        if process is not None and changed:
            height = self.theme.px(26)
            middle = self._lanes.lane_top(process) + layout.lane // 2
            top = min(max(middle - height // 2, layout.lanes.y), layout.lanes.bottom - height)
            self.place(type(self.box)(0, max(top, 0), layout.right, height))
            self.stale()

    def draw(self, painter: QPainter) -> None:
        layout, process = self._layout, self.process
        if layout is None or process is None or process not in self._lanes.identities:
            return
        theme, palette = self.theme, self.theme.palette
        ratio = painter.device().devicePixelRatio()
        who = self._lanes.identities[process]
        width = round((layout.right - layout.left) * ratio)
        inner = self.box.height - 2
        pixels = self._lanes.rows(process, width, round(inner * ratio), ratio)
        image = QImage(pixels.data, width, len(pixels), 4 * width, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        painter.drawImage(layout.left, 1, image)
        radius = inner * 0.38
        middle = self.box.height / 2
        draw_badge(painter, QPointF(theme.px(12) + radius, middle), radius, who, theme)
        font = theme.font(12, 600)
        painter.setFont(font)
        painter.setPen(palette.text)
        left = theme.px(12) + 2 * radius + theme.px(5)
        room = layout.gutter - left - theme.px(4)
        text = QFontMetricsF(font).elidedText(who.name, Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(
            QRectF(left, 0, room + theme.px(3), self.box.height),
            text_flags(Qt.AlignmentFlag.AlignVCenter),
            text,
        )
        painter.setPen(QPen(palette.outline, 1))
        painter.drawLine(QPointF(0, 0.5), QPointF(self.box.width, 0.5))
        bottom = self.box.height - 0.5
        painter.drawLine(QPointF(0, bottom), QPointF(self.box.width, bottom))
