"""The top bar: what is run, with how many, and the buttons that run it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal, SignalInstance
from PySide6.QtWidgets import (
    QLabel,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ipcsim.gui.choosing.choice import Choice
from ipcsim.gui.choosing.counters import Counters
from ipcsim.gui.choosing.pace import Pace
from ipcsim.gui.findings.grade import Grade
from ipcsim.gui.look.flow import Flow
from ipcsim.gui.look.icons import icon
from ipcsim.gui.look.segments import Segments
from ipcsim.gui.look.style import set_property
from ipcsim.gui.look.theme import Theme
from ipcsim.gui.look.words import plain
from ipcsim.language import _

NARROW_TITLE = 120
"""Pixels at 100 % that a title has at least where there is no room for the whole."""
SEGMENTS = 2
"""More variants than this are a list to choose from."""


class TopBar(QWidget):
    """Asks for things by its signals; what it shows is told to it."""

    gallery_wanted = Signal()
    variant_wanted = Signal(str)
    count_changed = Signal(str, int)
    run_wanted = Signal()
    stop_wanted = Signal()
    pause_wanted = Signal()
    restart_wanted = Signal()
    pace_wanted = Signal(float)
    """Seconds an operation; 0 is full speed."""
    step_wanted = Signal(bool)
    """Whether each step is to be asked for."""
    findings_wanted = Signal()
    larger_wanted = Signal()
    theme_wanted = Signal()
    present_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("topbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        self._running = self._paused = self._narrow = False
        self._whole_title = ""
        self._icons: list[tuple[QToolButton | QPushButton, str]] = []

        self.gallery = self._square("gallery", _("Gallery (G)"), self.gallery_wanted)
        self._group = QLabel()
        self._group.setProperty("tone", "small")
        self._title = QLabel()
        self._title.setProperty("tone", "title")
        self._names = QWidget()
        names = QVBoxLayout(self._names)
        names.setContentsMargins(0, 0, 0, 0)
        names.setSpacing(0)
        names.addWidget(self._group)
        names.addWidget(self._title)
        self._variants = Segments()
        self._variants.chosen.connect(self.variant_wanted)
        self._variant_list = QPushButton()
        self._variant_list.setToolTip(_("Variant (V)"))
        self._variant_list.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._variant_menu = QMenu(self._variant_list)
        self._variant_list.clicked.connect(self._open_variants)
        self._variant_list.hide()
        self.counters = Counters(theme)
        self.counters.changed.connect(self.count_changed)
        self.run = self._button("run", _("Run"), _("Space"), "primary")
        self.run.clicked.connect(self._run_or_stop)
        self.pause = self._button("pause", _("Pause"), _("Space"), "")
        self.pause.clicked.connect(self.pause_wanted)
        self.restart = self._square("restart", _("Restart (Ctrl R)"), self.restart_wanted)
        self.pace = Pace(theme)
        self.pace.changed.connect(self._pace_changed)
        self.pace.step_changed.connect(self.step_wanted)
        self.findings = QPushButton()
        self.findings.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.findings.setToolTip(_("Findings (F): what went wrong in this run"))
        self.findings.clicked.connect(self.findings_wanted)
        self._larger = self._square("type", _("Larger type (Ctrl +)"), self.larger_wanted)
        self._dark = self._square("theme", _("Dark or light (D)"), self.theme_wanted)
        self._present = self._square("present", _("Present (F11)"), self.present_wanted)

        self._flow = Flow(self)
        self.arrange(False)
        self.show_findings(0)
        self.show_state(running=False, paused=False)
        self.set_theme(theme)

    @property
    def aside(self) -> tuple[QWidget, ...]:
        """What can stand elsewhere."""
        return self.findings, self._larger, self._dark, self._present

    def arrange(self, narrow: bool, tiny: bool = False, short: bool = False) -> None:
        """One line, or what runs it in a second one: at 200 % there is no room for more.

        Args:
            tiny: as at 250 %: what has no room there has its key.
            short: :attr:`aside` stands elsewhere.
        """
        flow = self._flow
        flow.clear()
        self._narrow = narrow
        self._group.setVisible(not narrow)
        self._show_title()
        what = (self.gallery, self._names, self._variants, self._variant_list, self.counters)
        how = (self.run, self.pause, *(() if tiny else (self.restart,)), self.pace)
        # Who has made it so large knows how.
        look = () if tiny else (self._dark, self._present)
        first = (what, look) if narrow else ((*what, *how), () if short else self.aside)
        self._add(*first)
        self._larger.setVisible(not narrow)
        for button in (self.restart, self._dark, self._present):
            button.setVisible(not tiny)
        self._flow.least = self._theme.px(34 if narrow else 40)
        if narrow:
            flow.add_break()
            self._add(how, (self.findings,))

    def _add(self, left: Sequence[QWidget], right: Sequence[QWidget]) -> None:
        for widget in left:
            self._flow.addWidget(widget)
        self._flow.add_spring()
        for widget in right:
            self._flow.addWidget(widget)

    # --- what it shows

    def show_choice(self, choice: Choice) -> None:
        """Another lesson or program."""
        lesson, variant = choice.lesson, choice.variant
        if lesson is not None and variant is not None:
            group = _group_names().get(lesson.group, lesson.group.replace("_", " ").capitalize())
            self._group.setText(f"{group} › {lesson.mechanisms[0]}")
            self._whole_title = lesson.title
            self._title.setToolTip(plain(lesson.sentence))
            names = [v.name for v in lesson.variants]
        else:
            self._group.setText(_("Your program"))
            self._whole_title = choice.program.name if choice.program else _("Nothing chosen")
            self._title.setToolTip(str(choice.program or ""))
            names = []
        self._show_title()
        few = len(names) <= SEGMENTS
        self._variants.set_choices([(n, n, _("Variant (V)")) for n in names] if few else [])
        self._variant_menu.clear()
        for name in names:
            action = self._variant_menu.addAction(name)
            action.triggered.connect(lambda _on=False, n=name: self.variant_wanted.emit(n))
        self._variant_list.setVisible(not few)
        if variant is not None:
            self._variants.choose(variant.name)
            self._variant_list.setText(f"{variant.name} ▾")
        self.counters.show_choice(choice)
        self._flow.invalidate()

    def show_state(self, *, running: bool, paused: bool) -> None:
        """Whether something runs. The buttons keep their places."""
        self._running, self._paused = running, paused
        self.run.setText(_("Stop") if running else _("Run"))
        self.run.setToolTip(_("Stop (Esc)") if running else _("Run (Space)"))
        set_property(self.run, "kind", "go" if running else "primary")
        self.pause.setEnabled(running)
        self.pause.setText(_("Go on") if paused else _("Pause"))
        self.restart.setEnabled(running)
        self._tint()

    def show_findings(self, count: int, opened: bool = False, worst: Grade = Grade.FINE) -> None:
        """How many there are; they stay behind the count until it is clicked.

        Args:
            count: of findings; where there are none, of notices.
            opened: whether they are on show.
            worst: of them; what is worth knowing and no more needs no colour.
        """
        notices = count and worst is Grade.FINE
        words = _("Notices {count}") if notices else _("Findings {count}")
        self.findings.setText(words.format(count=count))
        kind = {Grade.WRONG: "found", Grade.COULD: "could"}.get(worst, "")
        set_property(self.findings, "kind", "" if opened else kind)

    def set_theme(self, theme: Theme) -> None:
        """Take another look."""
        self._theme = theme
        px = theme.px
        self._flow.setContentsMargins(px(10), px(2), px(10), px(2))
        self._flow.setSpacing(px(6))
        self._flow.least = px(34 if self._narrow else 40)
        self.pace.set_theme(theme)
        for widget in (self.run, self.pause):
            widget.setFixedSize(px(84), px(28))
        self.counters.set_theme(theme)
        self._tint()

    def _pace_changed(self, seconds: float) -> None:
        self._flow.invalidate()
        self.pace_wanted.emit(seconds)

    # --- parts

    def _button(self, name: str, text: str, key: str, kind: str) -> QPushButton:
        button = QPushButton(text)
        button.setProperty("kind", kind)
        button.setToolTip(f"{text} ({key})")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._icons.append((button, name))
        return button

    def _square(self, name: str, tip: str, wanted: SignalInstance) -> QToolButton:
        button = QToolButton()
        button.setProperty("square", "true")
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda _on=False: wanted.emit())
        self._icons.append((button, name))
        return button

    def _tint(self) -> None:
        colours, px = self._theme.palette, self._theme.px
        for button, name in self._icons:
            shown, colour = name, colours.text if button.isEnabled() else colours.faint
            if button is self.run:
                shown = "stop" if self._running else "run"
                colour = colours.text if self._running else colours.on_accent
            elif button is self.pause and self._paused:
                shown = "run"
            size = px(13) if isinstance(button, QPushButton) else px(17)
            button.setIcon(icon(shown, colour, size))
            button.setIconSize(
                button.iconSize().scaled(size, size, Qt.AspectRatioMode.IgnoreAspectRatio)
            )
            if isinstance(button, QToolButton):
                button.setFixedSize(px(32), px(28))

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            # What stands beside the title has come, gone, or another size.
            self._show_title()
        return done

    def _show_title(self) -> None:
        title = self._whole_title
        if self._narrow:
            room = self._flow.room_for(self._names, self.width())
            title = self._title.fontMetrics().elidedText(
                title, Qt.TextElideMode.ElideRight, max(room, self._theme.px(NARROW_TITLE))
            )
        self._title.setText(title)

    def _open_variants(self) -> None:
        button = self._variant_list
        self._variant_menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    def _run_or_stop(self) -> None:
        if self._running:
            self.stop_wanted.emit()
        else:
            self.run_wanted.emit()


def _group_names() -> dict[str, str]:
    return {
        "message_passing": _("Message passing"),
        "shared_state": _("Shared state"),
        "synchronisation": _("Synchronisation"),
        "classic": _("Classic problems"),
        "pitfalls": _("Pitfalls"),
    }
