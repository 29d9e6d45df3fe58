"""Keeps what the runs of each program have come to, and shows it: one run, and many."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject

from ipcsim.analysis import Finding
from ipcsim.gui.choosing.choice import Choice
from ipcsim.gui.layout import Layout
from ipcsim.gui.results.many_runs import ManyRuns
from ipcsim.gui.results.results import Result
from ipcsim.gui.results.verdict import (
    OutputTail,
    make_result,
    repaired_check,
    telling_lines,
)
from ipcsim.supervisor.messages import Ended, Output

MANY = 20


class ResultsDesk(QObject):
    """One run on show, and twenty that are only counted."""

    def __init__(self, layout: Layout, choice: Choice) -> None:
        super().__init__(layout)
        self._layout, self._choice = layout, choice
        self._by_name: dict[str, list[Result]] = {}
        self._tail = OutputTail()
        self._running = ""
        self.many = ManyRuns(self)
        self.many.result.connect(self._add)
        self.many.progress.connect(layout.tally.show_progress)
        self.many.finished.connect(layout.tally.over)

    def of(self, name: str) -> list[Result]:
        """What the runs of a program have come to, the last one last."""
        return self._by_name.get(name, [])

    def begin(self) -> None:
        """What is chosen is going to run."""
        self.many.cancel()
        self._running = self._choice.name
        self._tail = OutputTail(self._telling)

    def take(self, outputs: Sequence[Output]) -> None:
        """The run on show has printed something."""
        self._tail.take(outputs)

    @property
    def last_line(self) -> str:
        """What the run on show has printed last."""
        return self._tail.line

    def conclude(self, ended: Ended, found: Sequence[Finding]) -> Result:
        """The run on show is over, and these are its findings."""
        check = repaired_check(self._choice.lesson, self._choice.variant)
        result = make_result(self._running, ended, self._tail, found, check)
        self._add(result)
        return result

    def run_many(self) -> None:
        """Twenty runs of what is chosen, counted."""
        tally = self._layout.tally
        tally.show_results([])
        tally.show()
        check = repaired_check(self._choice.lesson, self._choice.variant)
        self.many.start(self._choice.spec, self._choice.name, MANY, check, self._telling)

    @property
    def _telling(self) -> list[str]:
        return telling_lines(self._choice.lesson, self._choice.variant)

    def show(self) -> None:
        """The results of what is chosen, in the strip."""
        strip = self._layout.strip
        strip.results.show_results(self.of(self._choice.name))
        strip.results_changed()

    def _add(self, result: Result) -> None:
        self._by_name.setdefault(result.name, []).append(result)
        if self.many.results:
            self._layout.tally.show_results(self.many.results)
        self.show()
