"""Carries out what a person asks for, and tells every view what has become of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from ipcsim.control.steps import Choice as Decision
from ipcsim.gui.choosing.choice import Choice
from ipcsim.gui.explore.exploring import Exploring
from ipcsim.gui.findings.analyst import Analyst
from ipcsim.gui.findings.desk import FindingsDesk
from ipcsim.gui.findings.replay import FindingReplay
from ipcsim.gui.layout import Layout
from ipcsim.gui.narration import card_texts
from ipcsim.gui.panels.player import paces
from ipcsim.gui.results.desk import ResultsDesk
from ipcsim.gui.session.consequences import Consequences
from ipcsim.gui.session.driver import Driver
from ipcsim.gui.session.loaded import Loaded, load
from ipcsim.gui.session.views import Views
from ipcsim.gui.step.desk import StepDesk
from ipcsim.gui.step.returning import Returning
from ipcsim.language import _
from ipcsim.run.lesson import Lesson, LessonError, Variant
from ipcsim.run.lessons import find_variant
from ipcsim.trace.recording import RecordingError


class Conductor(QObject):
    """The window's verbs: choose, run, pause, stop, many; and what follows from a run's end."""

    said = Signal(str, bool)
    """A sentence for the status line, and whether something is wrong."""
    chosen = Signal()
    """Another program is going to be run."""

    def __init__(self, layout: Layout, choice: Choice, parent: QObject) -> None:
        super().__init__(parent)
        self.choice, self.layout_ = choice, layout
        self.driver = Driver(layout.panels.axis, self)
        self.views = Views(layout, self.driver, choice)
        self.step = StepDesk(layout, self.driver, choice)
        self.exploring = Exploring(layout, choice, self.step)
        self.exploring.play_wanted.connect(self.step_along)
        self.returning: Returning
        """Set by the window, which remembers bookmarks."""
        self.results = ResultsDesk(layout, choice)
        self.lessons: tuple[Lesson, ...] = ()
        self.analyst = Analyst(self.driver)
        self.desk = FindingsDesk(layout, self.driver, choice, self.views)
        self.replaying = FindingReplay(self)
        self.replaying.said.connect(layout.findings.show_replay)
        self._consequences = Consequences(self)

    # --- choosing

    def choose_lesson(self, lesson: Lesson, variant: Variant) -> None:
        """Make a lesson ready to run."""
        self.driver.close()
        self.results.many.cancel()
        self.choice.choose_variant(lesson, variant)

    def choose_variant(self, name: str) -> None:
        """Another variant of the same lesson."""
        if self.choice.lesson is not None:
            self.choose_lesson(self.choice.lesson, self.choice.lesson.variant(name))

    def show_fix(self) -> None:
        """The repaired variant, its differences marked."""
        fix = self.desk.fix
        if fix is not None:
            self.layout_.program.compare(True)
            self.choose_variant(fix.name)

    def next_variant(self) -> None:
        """The variant after this one: the fixed one after the broken one."""
        lesson, variant = self.choice.lesson, self.choice.variant
        if lesson is not None and variant is not None:
            at = lesson.variants.index(variant) + 1
            self.layout_.program.compare(True)
            self.choose_lesson(lesson, lesson.variants[at % len(lesson.variants)])

    def choose_program(self, program: Path, arguments: Sequence[str] = ()) -> None:
        """Make a program of one's own ready to run."""
        self.driver.close()
        self.results.many.cancel()
        self.choice.choose_program(program, arguments)

    def open_recording(self, path: Path) -> bool:
        """Show a recording; what is wrong with it is said in the status line.

        Returns:
            Whether there is anything of it to show.
        """
        self.results.many.cancel()
        try:
            loaded = load(path)
        except RecordingError as error:
            self.refuse(path, error)
            return False
        self._choose_recorded(loaded)
        self.driver.open(path, loaded)
        self.layout_.program.show_recorded(loaded.program, self.driver.trace.sources)
        self.said.emit(loaded.note, bool(loaded.damage))
        self.analyst.conclude()
        return True

    def refuse(self, path: Path, error: Exception) -> None:
        """A file can't be shown: the status line says why; on an empty stage a card does, too."""
        self.say(str(error), True)
        if self.choice.program is None:
            self._consequences.tell(card_texts.unreadable(path.name, str(error)))

    def _choose_recorded(self, loaded: Loaded) -> None:
        """Make ready to run again what was recorded, where it is still there."""
        try:
            found = find_variant(loaded.lesson, self.lessons)
            self.choose_lesson(found.lesson, found.variant)
        except LessonError:
            if loaded.program is None:
                self._consequences.tell(None)
                return
            self.choose_program(loaded.program, loaded.arguments)
        self.choice.give(loaded.parameters, loaded.start_method)
        self._consequences.tell(None)

    # --- running

    def run(self) -> None:
        """Start what is chosen; what runs is ended first."""
        if self.choice.program is None:
            self._consequences.tell(card_texts.nothing())
            return
        if self.step.on:
            self._begin_stepping()
            return
        self.results.begin()
        self.step.forget()
        self.driver.run(self.choice.spec(), self.choice.expected)

    def set_step(self, on: bool) -> None:
        """Step by hand: what is chosen starts, everybody waiting; or go on without."""
        if not on:
            self.step.leave()
            return
        self.step.enter()
        lesson = self.choice.lesson
        if lesson is not None and not self.choice.changed_values:
            # Fifty thousand rounds are for full speed.
            self.choice.give(lesson.explore, self.choice.start_method)
        if self.choice.program is not None:
            self.run()

    def step_along(
        self,
        choices: Sequence[Decision],
        *,
        at_once: bool = False,
        public: bool = True,
        moment: int = 0,
    ) -> None:
        """Step what is chosen along a schedule.

        Args:
            choices: the schedule.
            at_once: go to its end, without stopping on the way.
            public: a step is a call, not a leaf operation.
            moment: go on to after so many leaf operations at once.
        """
        self.layout_.top.pace.show_step()
        self.step.enter()
        self._begin_stepping(choices)
        if self.step.stepping is not None:
            self.step.set_granularity("calls" if public else "leaves")
            if at_once and choices:
                self.step.command("end")
            elif moment:
                self.step.stepping.run_to(moment)

    def _begin_stepping(self, choices: Sequence[Decision] = ()) -> None:
        self.results.begin()
        self.step.begin(self.choice.spec(), self.choice.expected, choices)

    def say(self, sentence: str, wrong: bool = False) -> None:
        """Say something in the status line."""
        self.said.emit(sentence, wrong)

    def pause(self) -> None:
        """Hold what runs, or let it go on; in Step, go on by itself or stop doing so."""
        if self.step.active:
            self.step.command("run")
        else:
            self.driver.pause()

    def run_or_pause(self) -> None:
        """What the space bar does."""
        if self.step.active and self.driver.running:
            self.step.command("run")
        elif self.layout_.panels.player.playing:
            self.layout_.panels.player.stop()
        elif self.driver.running:
            self.driver.pause()
        else:
            self.run()

    def play_slowly(self, direction: int = 1) -> None:
        """Play what just happened, or stay; what still runs is held, so that nothing goes by.

        Args:
            direction: 1 forwards, -1 backwards.
        """
        player = self.layout_.panels.player
        if not player.playing and self.driver.running and not self.driver.paused:
            self.driver.pause()
        player.toggle(direction)
        self.driver.wake()

    def replay_finding(self) -> None:
        """Replay the finding that was looked at last, else the first, step by step."""
        finding = self.desk.current
        if finding is None:
            self.say(_("There is no finding to replay."))
            return
        if not self.desk.opened:
            self.desk.toggle()
        self.replaying.toggle(finding)

    def change_pace(self, by: int) -> None:
        """Slower (1) or faster (−1): of what plays, else of what runs."""
        player = self.layout_.panels.player
        if self.layout_.panels.transport.isVisible():
            paces.change(player, by)
        else:
            self.layout_.top.pace.change(by)

    def run_many(self) -> None:
        """Twenty runs, counted."""
        if self.choice.program is not None:
            self.driver.stop()
            self.results.run_many()

    def close(self) -> None:
        """End everything that runs."""
        self.results.many.cancel()
        self.driver.close()
        self.step.close()
        self.exploring.forget()
        self.replaying.forget()
        self.analyst.close()
