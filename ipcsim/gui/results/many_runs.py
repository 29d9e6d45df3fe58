"""Run ×20: the same program again and again, unseen, and what each came to.

A race is a matter of how often. The runs follow each other: side by side they would change each
other's timing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from ipcsim.analysis import findings
from ipcsim.gui.results.results import Result
from ipcsim.gui.results.verdict import OutputTail, make_result
from ipcsim.run.lesson import Check
from ipcsim.run.session import Session
from ipcsim.run.spec import RunSpec
from ipcsim.supervisor.messages import Ended

POLL_MS = 15
TIMEOUT_S = 10.0
"""A run that hangs counts as such and doesn't keep the others."""


class ManyRuns(QObject):
    """A number of runs, one after another; may be cancelled."""

    progress = Signal(int, int)
    """How many are done, of how many."""
    result = Signal(object)
    """A :class:`Result`."""
    finished = Signal()
    """All done, or cancelled."""
    problem = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._poll)
        self._make: Callable[[], RunSpec] | None = None
        self._session: Session | None = None
        self._tail = OutputTail()
        self._name = ""
        self._check: Check | None = None
        self._telling: Sequence[str] = ()
        self._done = self._count = 0
        self.results: list[Result] = []

    @property
    def running(self) -> bool:
        """Whether there are runs to come."""
        return self._make is not None

    def start(
        self,
        make: Callable[[], RunSpec],
        name: str,
        count: int,
        check: Check | None = None,
        telling: Sequence[str] = (),
    ) -> None:
        """Begin.

        Args:
            make: the run, anew for each.
            name: of what is run, for its results.
            count: how many.
            check: of a repaired program, to tell right from wrong by.
            telling: patterns of the line that a run has come to.
        """
        self.cancel()
        self._check, self._telling = check, telling
        self._make, self._name = make, name
        self._done, self._count = 0, count
        self.results = []
        self.progress.emit(0, count)
        self._next()

    def cancel(self) -> None:
        """No more; the present one is ended."""
        if self._make is None:
            return
        self._timer.stop()
        self._make = None
        if self._session is not None:
            self._session.close()
            self._session = None
        self.finished.emit()

    def _next(self) -> None:
        if self._make is None:
            return
        spec = replace(self._make(), timeout=TIMEOUT_S)
        self._tail = OutputTail(self._telling)
        self._session = Session(spec)
        try:
            self._session.start()
        except (OSError, RuntimeError, ValueError) as error:
            self.problem.emit(str(error))
            self.cancel()
            return
        self._timer.start()

    def _poll(self) -> None:
        session = self._session
        if session is None:
            return
        messages = session.poll()
        self._tail.take(messages)
        ended = next((m for m in messages if isinstance(m, Ended)), None)
        if ended is None:
            return
        self._timer.stop()
        found = findings(session.trace)
        session.close()
        self._session = None
        one = make_result(self._name, ended, self._tail, found, self._check)
        self.results.append(one)
        self._done += 1
        self.result.emit(one)
        self.progress.emit(self._done, self._count)
        if self._done < self._count:
            QTimer.singleShot(0, self._next)
        else:
            self._make = None
            self.finished.emit()
