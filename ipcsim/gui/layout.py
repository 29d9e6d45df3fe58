"""Where everything stands in the window, at every size; nothing about what it does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSplitter, QVBoxLayout, QWidget

from ipcsim.gui.choosing.choice import Choice
from ipcsim.gui.choosing.strip import Strip
from ipcsim.gui.choosing.topbar import TopBar
from ipcsim.gui.findings.view import FindingsView
from ipcsim.gui.gallery.view import DOCK
from ipcsim.gui.look.splitters import room, splitter
from ipcsim.gui.look.theme import Theme
from ipcsim.gui.memory import Memory
from ipcsim.gui.narration.caption import Caption
from ipcsim.gui.narration.card import StageCard
from ipcsim.gui.narration.end_bar import EndBar
from ipcsim.gui.narration.saying import Saying
from ipcsim.gui.narration.selected import SelectedView
from ipcsim.gui.narration.status_line import StatusLine
from ipcsim.gui.output.view import OutputView
from ipcsim.gui.presenting.title import PresentationTitle
from ipcsim.gui.program.view import ProgramView
from ipcsim.gui.results.tally_view import TallyView
from ipcsim.gui.space import Space
from ipcsim.language import _

if TYPE_CHECKING:
    from ipcsim.gui.panels.tabs import PanelTabs
    from ipcsim.gui.stage import StageView

_SPLITTERS = ("body", "left", "right")
_DOCK = "dock"


class Layout(QWidget):
    """All views, laid out as UI.md says.

    Stage and panels come with :meth:`complete`: what they are made of (pyqtgraph, NumPy) takes
    longer to load than all else together, and the window is on screen before.
    """

    stage: StageView
    panels: PanelTabs

    def __init__(self, choice: Choice, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("body")
        self.theme = theme
        self.top = TopBar(theme)
        self.strip = Strip(choice, theme)
        self.title = PresentationTitle(theme)
        self._stage_room, self._panel_room = room(), room()
        self.card = StageCard(self, self._stage_room, theme)
        self.end = EndBar(theme)
        self.caption = Caption(theme)
        self.program = ProgramView(theme)
        self.output = OutputView(theme)
        self.tally = TallyView(theme)
        self.findings = FindingsView(theme)
        self.selected = SelectedView(theme)
        self.status = StatusLine(theme)
        self.saying = Saying(self, theme)

        self._foot = QWidget()
        self._sizes_before: list[int] = []
        """Of stage and panel, while the stage is alone."""
        column = QVBoxLayout(self._foot)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        words = QWidget()
        words.setObjectName("captionbar")
        row = QHBoxLayout(words)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.caption, 1)
        row.addWidget(self.end)
        column.addWidget(words)
        column.addWidget(self._panel_room, 1)
        self._left = splitter(Qt.Orientation.Vertical, self._stage_room, self._foot)
        self._right = splitter(Qt.Orientation.Vertical, self.program, self.output)
        self._extras = (self.tally, self.findings, self.selected)
        for extra in self._extras:
            self._right.addWidget(extra)
            extra.hide()
        self._side = QWidget()
        side = QVBoxLayout(self._side)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(0)
        side.addWidget(self._right)
        self._given = QWidget()
        """What else a run is given, and what it prints: below each other, where that is a page."""
        given = QVBoxLayout(self._given)
        given.setContentsMargins(0, 0, 0, 0)
        given.setSpacing(0)
        self._body = splitter(Qt.Orientation.Horizontal, self._left, self._side)
        self._in_tab = False
        self._arranged = (False, False, False)
        self._whole = splitter(Qt.Orientation.Horizontal, self._body)

        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for bar in (self.top, self.strip, self.title):
            layout.addWidget(bar)
        layout.addWidget(self._whole, 1)
        layout.addWidget(self.status)
        self.title.hide()
        self._themed: list[_Themed] = [
            self.top,
            self.strip,
            self.title,
            self.card,
            self.end,
            self.caption,
            self.program,
            self.output,
            self.tally,
            self.findings,
            self.selected,
            self.status,
            self.saying,
        ]

    def complete(self) -> None:
        """Put stage and panels where room is kept for them."""
        from ipcsim.gui.panels.tabs import PanelTabs
        from ipcsim.gui.stage import StageView

        self.stage, self.panels = StageView(self.theme), PanelTabs(self.theme)
        for place, view in ((self._stage_room, self.stage), (self._panel_room, self.panels)):
            layout = place.layout()
            assert layout is not None
            layout.addWidget(view)
            self._themed.append(view)
        self.card.raise_()
        self.panels.asked_for.connect(lambda: self.show_panel(True))
        self.fit()

    def set_theme(self, theme: Theme) -> None:
        """Give everything another look."""
        before, self.theme = self.theme, theme
        for view in self._themed:
            view.set_theme(theme)
        if theme.presenting != before.presenting:
            self._present(theme.presenting)
        self.fit()

    def say(self, sentence: str, wrong: bool = False) -> None:
        """Say something: in the status line, or over the foot where that has no room for it."""
        self.status.say(sentence, wrong)
        self.saying.say("" if self._said_in_place else sentence, wrong)

    def add_view(self, view: _Themed) -> None:
        """A view that comes later takes every other look too."""
        self._themed.append(view)

    def forget_view(self, view: _Themed) -> None:
        """A view that goes before the window does."""
        self._themed.remove(view)

    # --- sizes

    @property
    def panel_shown(self) -> bool:
        """Whether there is a panel below the stage."""
        return not self._sizes_before

    def show_panel(self, on: bool) -> None:
        """The panel below the stage, or the stage alone: at 250 % there is little room for both."""
        if on == self.panel_shown:
            return
        before, self._sizes_before = self._sizes_before, [] if on else self._left.sizes()
        self._panel_room.setVisible(on)
        tall = QSizePolicy.Policy.Preferred if on else QSizePolicy.Policy.Maximum
        self._foot.setSizePolicy(QSizePolicy.Policy.Preferred, tall)
        self._left.setSizes(before if on else [self._left.height(), 0])

    def bring_side(self) -> None:
        """What stands at the right comes to the front where, as at 200 %, it is a page."""
        if self._in_tab and not self._side.isVisible():
            self.panels.show_page("program")

    def place(self, memory: Memory | None = None) -> None:
        """Put the splitters where they were, or where they belong."""
        self.show_panel(True)
        width, height = self.width(), self.height()
        states = [memory.splitter(name) if memory else QByteArray() for name in _SPLITTERS]
        # In a tab they stand otherwise than they are remembered.
        if memory is not None and not self._in_tab and not any(state.isEmpty() for state in states):
            for one, state in zip(self._splitters, states, strict=True):
                one.restoreState(state)
            return
        if self.theme.presenting:
            # 1200 and 720 of 1920; the stage 456 of 1080 (UI.md). Lines of code are seen whole.
            right = max(width * 720 // 1920, min(self.program.code.wanted_width(), width * 4 // 10))
            self._body.setSizes([width - right, right])
            self._left.setSizes([height * 456 // 1080, height * 560 // 1080])
            return
        right = min(max(self.theme.px(488), width // 3), width // 2)
        self._body.setSizes([width - right, right])
        # 288 to 336 below a stage of 1280×720; a larger window gives the stage more of the rest.
        room = self._body.height()
        share = 288 if not self._in_tab else 320
        self._left.setSizes([room * share // 624, room * (624 - share) // 624])
        if self._in_tab:
            self._right.setSizes([width * 3 // 5, *[width * 2 // 5] * len(self._extras)])
        else:
            self._right.setSizes([room * 460 // 624, room * 164 // 624])

    def remember(self, memory: Memory) -> None:
        """Keep where the splitters are; not those of a presentation."""
        self._remember_dock(memory)
        self.show_panel(True)
        if self.theme.presenting or self._in_tab:
            return
        for name, one in zip(_SPLITTERS, self._splitters, strict=True):
            memory.set_splitter(name, one.saveState())

    def dock(self, view: QWidget | None, memory: Memory) -> None:
        """Let a view stand at the left of everything; None takes it away, and remembers its width.

        Nothing is asked of who stands there.
        """
        if view is not None:
            self._whole.insertWidget(0, view)
            self._whole.setStretchFactor(0, 0)
            self._whole.setStretchFactor(1, 1)
            state = memory.splitter(_DOCK)
            if state.isEmpty() or not self._whole.restoreState(state):
                wide = self.theme.px(DOCK)
                self._whole.setSizes([wide, max(self.width() - wide, 1)])
        elif self._whole.count() > 1:
            self._remember_dock(memory)

    def _remember_dock(self, memory: Memory) -> None:
        first = self._whole.widget(0)
        if first is not None and first is not self._body and first.isVisibleTo(self):
            memory.set_splitter(_DOCK, self._whole.saveState())

    def fit(self, size: QSize | None = None) -> None:
        """The right column becomes tabs of the panel where there's no room for it.

        Args:
            size: that it is going to have, where that is known before it has it.
        """
        size = size or self.size()
        space, width = Space.of(size, self.theme), size.width()
        narrow = space.narrow
        self.status.setVisible(not space.low and not self.theme.presenting)
        self.program.set_bare(narrow)
        self.output.set_bare(space.low)
        if self._said_in_place:
            self.saying.hide()
        if not hasattr(self, "panels"):
            self._arrange(space)
            self.strip.setVisible(not narrow)
            self._side.setVisible(not narrow)
            return
        # A page that nobody looks at must not say how large the window is.
        self.panels.setMinimumSize(self.theme.px(200), self.theme.px(92 if space.tiny else 110))
        self.findings.setMinimumHeight(0 if narrow else self.theme.px(190))
        if width:
            self._arrange(space)
        if narrow == self._in_tab or not width:
            return
        self._in_tab = narrow
        self._side.setMinimumHeight(self.theme.px(110) if narrow else 0)
        # A tab is wide and low: below each other, none of them would have room for two lines.
        self._right.setOrientation(Qt.Orientation.Horizontal if narrow else Qt.Orientation.Vertical)
        column, given = self.layout(), self._given.layout()
        assert isinstance(column, QVBoxLayout)
        assert isinstance(given, QVBoxLayout)
        if narrow:
            # Stage and code need the height.
            given.addWidget(self.strip)
            self.strip.show()
            given.addWidget(self.output, 1)
            self.panels.add_page("program", _("Program"), self._side, self.program.menu)
            self.panels.add_page("output", _("Output"), self._given)
            if self.panels.empty:
                # Code is read before a run; of the other pages there is nothing to see then.
                self.panels.show_page("program")
        else:
            for page in ("program", "output"):
                self.panels.remove_page(page)
            column.insertWidget(1, self.strip)
            self._right.insertWidget(1, self.output)
            self._body.addWidget(self._side)
            self._side.show()
        self.place()

    def _arrange(self, space: Space) -> None:
        if space.of_the_bar == self._arranged:
            return
        self._arranged = space.of_the_bar
        # Nobody stands in two places.
        self.strip.carry(())
        self.top.arrange(*self._arranged)
        if space.short:
            self.strip.carry(self.top.aside)

    @property
    def _said_in_place(self) -> bool:
        return self.status.isVisibleTo(self) and self.status.fits

    @property
    def parts(self) -> tuple[QWidget, ...]:
        """What has something to press or to fill in, as it is read."""
        left = (self.top, self.strip, self.card, self.end, self.panels)
        return (*left, self.program, self.output, self.tally, self.findings, self.selected)

    @property
    def _splitters(self) -> tuple[QSplitter, QSplitter, QSplitter]:
        return self._body, self._left, self._right

    def _present(self, on: bool) -> None:
        """No menus, no status: stage, caption, one panel, and the code."""
        for bar in (self.top, self.status):
            bar.setVisible(not on)
        self.title.setVisible(on)
        self.strip.setVisible(not on)
        self.output.setVisible(not on)


class _Themed(Protocol):
    def set_theme(self, theme: Theme) -> None: ...
