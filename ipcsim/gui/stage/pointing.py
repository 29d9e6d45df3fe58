"""The mouse on the stage: clicks, hints, dragging."""

from __future__ import annotations

from collections.abc import Mapping

import pyqtgraph as pg
from PySide6.QtCore import QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from ipcsim.gui.stage.arranging.plan import Plan
from ipcsim.gui.stage.composing.opened import can_open, opened_at
from ipcsim.gui.stage.folding import fold_at
from ipcsim.gui.stage.foot import link_at
from ipcsim.gui.stage.hints import hint
from ipcsim.gui.stage.scene import Scene
from ipcsim.language import _, ngettext


class Pointing(pg.GraphicsView):  # type: ignore[misc]
    """What a person can point at is in the scene; what follows from it is told by signals."""

    process_clicked = Signal(int)
    process_selected = Signal(object)
    """The process that is selected now, or None."""
    object_clicked = Signal(int)
    positions_changed = Signal(dict)
    """A person has dragged something: the new :attr:`positions`."""

    def __init__(self, parent: QWidget | None, background: QColor) -> None:
        self._scene: Scene
        self.positions: dict[str, tuple[float, float]] = {}
        """Where things have been dragged: a name to the centre's share of width and height."""
        self._dragged: str | None = None
        self._pressed: QPoint | None = None
        self._moving = False
        super().__init__(parent, background=background)
        self.setMouseTracking(True)

    @property
    def scene_shown(self) -> Scene:
        """What the present frame is made of."""
        return self._scene

    @property
    def plan(self) -> Plan:
        """Where everything stands."""
        return self._scene.plan

    def select(self, process: int | None) -> None:
        """Mark a process; None marks none."""
        raise NotImplementedError

    def set_positions(self, positions: Mapping[str, tuple[float, float]]) -> None:
        """Put things where they have been dragged before; what isn't named goes back."""
        if dict(positions) != self.positions:
            self.positions = dict(positions)
            self.refresh()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What was started by a process can be folded; dragged things can be put back."""
        menu = QMenu(self)
        process = self.plan.process_at(event.pos().x(), event.pos().y())
        count = len(self.below(process)) if process is not None else 0
        if process is not None and count:
            folded = process in self.scene_shown.folded.values()
            if folded:
                text = ngettext(
                    "Show the {n} process below it", "Show the {n} processes below it", count
                )
            else:
                text = ngettext(
                    "Fold the {n} process below it", "Fold the {n} processes below it", count
                )
            menu.addAction(text.format(n=count), lambda: self.fold(process, not folded))
        if self.positions:
            menu.addAction(_("Put everything back in its place"), self._put_back)
        if not menu.isEmpty():
            menu.popup(event.globalPos())

    def _put_back(self) -> None:
        self.set_positions({})
        self.positions_changed.emit({})

    def below(self, process: int) -> tuple[int, ...]:
        """The processes that have been started by one, by its children, and so on."""
        raise NotImplementedError

    def fold(self, process: int, on: bool) -> None:
        """Let a process stand for all those below it; or show them again."""
        raise NotImplementedError

    def open_object(self, number: int | None) -> None:
        """Show what an object is made of, over it; None closes it."""
        raise NotImplementedError

    def open_hidden(self, on: bool) -> None:
        """Show objects that nobody has used, too; or no longer."""
        raise NotImplementedError

    def refresh(self) -> None:
        """Draw anew."""
        raise NotImplementedError

    def show_hint(self, text: str) -> None:
        """What a tooltip would say."""
        raise NotImplementedError

    # --- the mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        self._pressed = event.position().toPoint()
        self._dragged = self._key_at(event.position())
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._pressed is None or self._dragged is None:
            over = self._key_at(at) is not None or link_at(self.scene_shown, at.x(), at.y())
            shape = Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor
            self.viewport().setCursor(shape)
            self.show_hint(hint(self.scene_shown, at.x(), at.y()))
            return
        moved = (at.toPoint() - self._pressed).manhattanLength()
        if self._moving or moved >= QApplication.startDragDistance():
            size = self.viewport().size()
            share = (at.x() / max(size.width(), 1), at.y() / max(size.height(), 1))
            self.positions[self._dragged] = share
            self._moving = True
            self.refresh()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        dragged, self._moving = self._moving, False
        pressed, self._pressed, self._dragged = self._pressed, None, None
        if dragged:
            self.positions_changed.emit(dict(self.positions))
            return
        if pressed is None:
            return
        x, y = event.position().x(), event.position().y()
        if self.scene_shown.opened is not None and opened_at(self.scene_shown, x, y):
            self.open_object(None)
            return
        if link_at(self.scene_shown, x, y):
            self.open_hidden(not self.scene_shown.structure.opened)
            return
        root = fold_at(self.scene_shown, x, y)
        if root is not None:
            self.fold(root, False)
            return
        process = self.plan.process_at(x, y)
        if process is not None:
            self.select(process)
            self.process_clicked.emit(process)
            return
        number = self.plan.object_at(x, y)
        if number is not None:
            self._click_object(number)
            self.object_clicked.emit(number)
        else:
            self.open_object(None)
            self.select(None)

    def _click_object(self, number: int) -> None:
        things = self.scene_shown.things
        inside = number in things and can_open(things[number])
        same = self.scene_shown.opened == number
        self.open_object(number if inside and not same else None)

    def open_waited_for(self) -> None:
        """Open what the selected process waits for or has last touched; else the first that can be
        opened; close what is open."""
        scene = self.scene_shown
        if scene.opened is not None:
            self.open_object(None)
            return
        chosen = scene.processes.get(scene.selected) if scene.selected is not None else None
        wanted = [a.object for a in chosen.actors if a.object is not None] if chosen else []
        wanted += [thing.object for thing in scene.structure.things]
        shown = scene.plan.nodes
        found = (n for n in wanted if n in shown and can_open(scene.things[n]))
        self.open_object(next(found, None))

    def wheelEvent(self, event: object) -> None:
        """The stage always shows everything: there is nothing to zoom."""

    def _key_at(self, at: QPointF) -> str | None:
        """What a position is remembered under."""
        process = self.plan.process_at(at.x(), at.y())
        if process is not None:
            found = next(m for m in self.scene_shown.structure.members if m.process == process)
            return f"p:{found.name}"
        number = self.plan.object_at(at.x(), at.y())
        if number is not None:
            return f"o:{self.scene_shown.things[number].name}"
        return None
