"""The stage: processes, and what they share, at a moment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QFrame, QWidget

from ipcsim.gui.look.identity import Identity, identities
from ipcsim.gui.look.theme import Theme
from ipcsim.gui.stage.arranging.plan import Plan
from ipcsim.gui.stage.arranging.planner import Planner, Setting
from ipcsim.gui.stage.calm import Calm
from ipcsim.gui.stage.composing.compose import Frame, compose
from ipcsim.gui.stage.composing.deadlocks import concerned
from ipcsim.gui.stage.drawing.pen import sizes_of
from ipcsim.gui.stage.drawing.sprites import Op, Sprites
from ipcsim.gui.stage.layers import Layer
from ipcsim.gui.stage.pointing import Pointing
from ipcsim.gui.stage.scene import Deadlock, Detail, Scene
from ipcsim.gui.stage.structure import Gathering, Structure
from ipcsim.gui.stage.usage import Link
from ipcsim.language import _
from ipcsim.trace.moment import Moment, ObjectInfo


class StageView(Pointing):
    """Shows a :class:`~ipcsim.trace.moment.Moment`. A frame is a function of the moment and its
    time: nothing on the stage moves unless :meth:`show_moment` is called again."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent, theme.palette.background)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(_("stage"))
        self._theme = theme
        self._sprites = Sprites(theme, self.devicePixelRatioF())
        self._layers = [Layer(self._sprites) for _ in range(6)]
        for layer in self._layers:
            self.addItem(layer)
        self._gathering = Gathering()
        self._calm = Calm()
        self._expected = 0
        self._who: dict[int, Identity] = {}
        self._planner = Planner()
        self._scene = Scene(Moment(0), Plan(), Structure(), {}, sizes_of(theme))

    # --- what is shown

    def clear_stage(self, sentence: str = "") -> None:
        """Forget the run; say a sentence instead. Lines are separated by newlines."""
        self._gathering.clear()
        self._planner.clear()
        self._calm.clear()
        moment = Moment(0)
        self._scene = replace(
            self._scene, moment=moment, empty=sentence, deadlock=None, opened=None
        )
        self.refresh()

    def set_structure(self, expected: int = 0) -> None:
        """What is known of the run beforehand, so that nothing needs to move later.

        Args:
            expected: number of processes beside main.
        """
        self._expected = expected
        self._scene = replace(self._scene, who={})
        self.refresh()

    def foresee(self, moment: Moment, objects: Sequence[ObjectInfo], links: Iterable[Link]) -> None:
        """A recording's last moment and who uses what in it: the stage stands from the first
        moment on as it will stand at the end.
        """
        self._gathering.look(moment, objects)
        self._gathering.add_links(links)
        self.refresh()

    def learn(self, links: Iterable[Link], asked: Iterable[int] = ()) -> None:
        """Who uses what, and which objects were asked through proxies, seen elsewhere; the next
        moment shows it."""
        self._gathering.add_links(links)
        self._gathering.add_asked(asked)

    def show_moment(
        self,
        moment: Moment,
        objects: Sequence[ObjectInfo],
        *,
        detail: Detail = Detail.OPERATIONS,
        flight: int = 400_000_000,
        origin: int = 0,
        deadlock: Deadlock | None = None,
    ) -> None:
        """Show a moment.

        Args:
            objects: of the whole run.
            detail: whether each operation moves or only the situation.
            flight: how long a flight takes in ns of the moment's clock: 400 ms for time as it
                passes, less where slow motion stretches it.
            origin: the begin of the run, ns: the foot shows the time since.
            deadlock: a circle to be shown in red while the rest is dimmed.
        """
        if detail is Detail.SITUATION:
            moment = self._calm.soothe(moment)
        self._gathering.look(moment, objects)
        self._scene = replace(
            self._scene,
            moment=moment,
            infos={o.object: o for o in objects},
            detail=detail,
            flight=flight,
            origin=origin,
            deadlock=deadlock if deadlock is not None and deadlock.stands(moment) else None,
            still=self._theme.reduced_motion,
        )
        self.refresh()

    def select(self, process: int | None) -> None:
        """Mark a process."""
        if process == self._scene.selected:
            return
        self._scene = replace(self._scene, selected=process)
        self.refresh()
        self.process_selected.emit(process)

    def open_hidden(self, on: bool) -> None:
        """Show objects that nobody has used, too; or no longer."""
        self._gathering.open_hidden(on)
        self.refresh()

    def below(self, process: int) -> tuple[int, ...]:
        """The processes that have been started by one, by its children, and so on."""
        return self._gathering.below(process)

    def fold(self, process: int, on: bool) -> None:
        """Let a process stand for all those below it; or show them again."""
        self._gathering.fold(process, on)
        self.refresh()

    def open_object(self, number: int | None) -> None:
        """Show what an object is made of, over it; None closes it."""
        if number != self._scene.opened:
            self._scene = replace(self._scene, opened=number)
            self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Another look or another size."""
        if theme == self._theme:
            return
        self._theme = theme
        self.setBackground(theme.palette.background)
        self._scene = replace(self._scene, sizes=sizes_of(theme), still=theme.reduced_motion)
        self._new_sprites()
        self.refresh()

    @property
    def presenting(self) -> bool:
        """Whether sizes are those of a hall."""
        return self._theme.presenting

    # --- drawing

    def show_hint(self, text: str) -> None:
        self._layers[-1].setToolTip(text)

    def _new_sprites(self) -> None:
        self._sprites = Sprites(self._theme, self.devicePixelRatioF())
        for layer in self._layers:
            layer.sprites = self._sprites
            layer.forget()

    def refresh(self) -> None:
        """Work out the frame of the present moment, and show it."""
        if self.devicePixelRatioF() != self._sprites.ratio:
            self._new_sprites()
        structure = self._gathering.structure
        size = self.viewport().size()
        plan = self._planner.plan(
            structure,
            Setting(
                size.width(),
                size.height(),
                self._scene.sizes,
                self._expected,
                tuple(sorted(self.positions.items())),
            ),
            self._scene.moment.t,
        )
        if structure is not self._scene.structure or not self._scene.who:
            # As everywhere else in the window: in order of appearance, not of the arrangement.
            members = sorted(structure.members, key=lambda member: member.process)
            self._who = identities(members, self._expected)
        self._scene = replace(self._scene, plan=plan, structure=structure, who=self._who)
        self._put(compose(self._scene))

    def _put(self, frame: Frame) -> None:
        dim = None
        if self._scene.deadlock is not None:
            scene = self._scene

            def dim(item: Op) -> bool:
                return not concerned(scene, item)

        ground, below, still, moving, loop, over = self._layers
        ground.put(frame.ground, dim)
        below.put(frame.below)
        still.put(frame.still, dim)
        moving.put(frame.moving)
        loop.put(frame.loop)
        over.put(frame.over)

    def paint_stage(self, painter: QPainter) -> None:
        """Draw the present frame with another painter, e.g. into a picture."""
        for layer in self._layers:
            layer.draw(painter)

    def close(self) -> bool:
        """Close as any widget: pyqtgraph's own takes the viewport away, and Qt crashes."""
        return bool(QWidget.close(self))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not hasattr(self, "_layers"):
            return
        for layer in self._layers:
            layer.resize(self.viewport().width(), self.viewport().height())
        self.refresh()
