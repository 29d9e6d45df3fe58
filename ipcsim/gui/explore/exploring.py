"""Explores the chosen program when asked, and offers its outcomes to be played."""

from __future__ import annotations

import re
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from ipcsim.gui.choosing.choice import Choice
from ipcsim.gui.explore.explorer import Explored, Explorer, Progress
from ipcsim.gui.explore.view import ExploreView
from ipcsim.gui.layout import Layout
from ipcsim.gui.step.desk import StepDesk
from ipcsim.language import _
from ipcsim.run.step_words import short_names

PAGE = "explore"
_ACTOR = re.compile(r"\bmain(?:[/:][\w.#-]+)*")


class Exploring(QObject):
    """The page Explore, while there is something on it."""

    play_wanted = Signal(object)
    """The choices of a schedule."""

    def __init__(self, layout: Layout, choice: Choice, desk: StepDesk) -> None:
        super().__init__(layout)
        self._layout, self._choice = layout, choice
        self._view: ExploreView | None = None
        self._with = ""
        """Parameters that the lesson has other values of for being explored."""
        self._parameters: dict[str, object] = {}
        self._start_method: str | None = None
        """What it was explored with: its schedules are of no other run."""
        self.explorer = Explorer(self)
        self.explorer.progressed.connect(self._progressed)
        self.explorer.finished.connect(self._finished)
        self.explorer.failed.connect(self._failed)
        desk.explore_wanted.connect(self.begin)

    def begin(self) -> None:
        """Explore what is chosen."""
        if self._choice.program is None:
            return
        view = self._shown()
        view.begin()
        lesson, spec = self._choice.lesson, self._choice.spec()
        own = lesson.explore.items() if lesson is not None else ()
        self._with = ", ".join(f"{k} = {v}" for k, v in own if k not in spec.parameters)
        self._parameters = {**dict(own), **spec.parameters}
        self._start_method = spec.start_method
        self.explorer.start(spec, self._choice.name if lesson is not None else "")

    def forget(self) -> None:
        """Another program has been chosen, or the window closes."""
        self.explorer.stop()
        if self._view is not None:
            self._layout.panels.remove_page(PAGE)
            self._layout.forget_view(self._view)
            self._view.deleteLater()
            self._view = None

    def _shown(self) -> ExploreView:
        if self._view is None:
            self._view = ExploreView(self._layout.theme)
            self._view.play_wanted.connect(self._play)
            self._view.stop_wanted.connect(self._give_up)
            self._layout.add_view(self._view)
            self._layout.panels.add_page(PAGE, _("Explore"), self._view)
        self._layout.panels.show_page(PAGE)
        return self._view

    def _play(self, choices: object) -> None:
        self._choice.give(self._parameters, self._start_method)
        self.play_wanted.emit(choices)

    def _progressed(self, progress: Progress) -> None:
        if self._view is not None:
            self._view.show_progress(progress)

    def _finished(self, found: Explored) -> None:
        if self._view is not None:
            said = " ".join(one.sentence for one in found.outcomes)
            verdict = " · ".join(filter(None, (found.verdict, self._with)))
            names = short_names(set(_ACTOR.findall(said)))
            self._view.show_explored(replace(found, verdict=verdict), names)

    def _failed(self, sentence: str) -> None:
        if self._view is not None:
            self._view.say(sentence)

    def _give_up(self) -> None:
        self.explorer.stop()
        if self._view is not None:
            self._view.say(_("stopped"))
