"""Drives the window: a timer polls the running session, a moment is drawn, sixty times a second.

The driver owns the session and the trace on show. Views don't know it: they listen to its signals.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from ipcsim.gui.look.identity import Identity, identities
from ipcsim.gui.panels.time_axis import TimeAxis
from ipcsim.gui.session.director import Director
from ipcsim.gui.session.instants import Instants
from ipcsim.gui.session.loaded import Loaded
from ipcsim.gui.session.pacing import Pacing
from ipcsim.gui.session.status_board import StatusBoard
from ipcsim.language import _
from ipcsim.run.problems import problem_sentence
from ipcsim.run.session import Session
from ipcsim.run.spec import RunSpec
from ipcsim.supervisor.messages import Ended, Message, Output, Problem, Started, Status
from ipcsim.trace.moment import Moment
from ipcsim.trace.trace import Trace

FRAME_MS = 16
READ_MS = 4
"""Between two frames what has come is read so often."""
AHEAD_S = 0.0015
"""So long before a frame nothing is begun any more."""
LEAST_S = 0.0015
"""Reading for a shorter time isn't begun between frames."""


class Driver(QObject):
    """One run at a time: live, ended, or opened from a file."""

    started = Signal()
    """A new trace is on show, live or from a file."""
    ended = Signal(object)
    """:class:`Ended`."""
    state_changed = Signal()
    grew = Signal()
    """The trace on show has more in it."""
    moment_changed = Signal(object)
    """:class:`Moment` to draw."""
    beat = Signal()
    """A frame in which panels have their turn."""
    between = Signal()
    """A frame in which they haven't."""
    output = Signal(object)
    """A list of :class:`Output`."""
    problem = Signal(str)

    def __init__(self, axis: TimeAxis, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.axis = axis
        self.board = StatusBoard()
        self.trace = Trace()
        self.who: dict[int, Identity] = {}
        self.moment = Moment(0)
        self.recording: Path | None = None
        self.last_ended: Ended | None = None
        self.director: Director | None = None
        self._session: Session | None = None
        self._expected = 0
        self._pace = 0.0
        self._version = -1
        self._instants = Instants(self.trace, self.board)
        self._pacing = Pacing()
        self._heard: list[Message] = []
        """What has been told since the last frame."""
        self._reader = QTimer(self)
        self._reader.setTimerType(Qt.TimerType.PreciseTimer)
        self._reader.setInterval(READ_MS)
        self._reader.timeout.connect(self._read_ahead)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self.tick)
        axis.cursor_changed.connect(self.wake)

    # --- what it is doing

    @property
    def running(self) -> bool:
        """Whether a program runs."""
        return self._session is not None and self._session.running

    @property
    def paused(self) -> bool:
        """Whether the running program is held."""
        return self._session is not None and self.running and self._session.paused

    @property
    def live(self) -> bool:
        """Whether what is on show is what is happening."""
        return self.running and self.axis.following

    @property
    def pace(self) -> float:
        """Seconds an operation; 0 is full speed."""
        return self._pace

    @property
    def stepped(self) -> bool:
        """Whether somebody decides when the run goes on."""
        return self.director is not None and self.director.active

    @property
    def pressed(self) -> bool:
        """Whether frames come late: whatever can wait is to wait."""
        return self._pacing.pressed

    @property
    def expected(self) -> int:
        """How many processes beside main the run is going to have, if that is known; else 0."""
        return self._expected

    @property
    def session(self) -> Session | None:
        """The session on show, running or ended."""
        return self._session

    def last_moment(self) -> Moment:
        """How it stands at the end of what is known."""
        return self._instants.last()

    # --- commands

    def run(self, spec: RunSpec, expected: int = 0) -> None:
        """Start a program; what ran before is ended.

        Args:
            spec: what to run.
            expected: how many processes beside main it is going to have, if that is known.
        """
        self.close()
        session = Session(spec)
        try:
            session.start()
        except (OSError, RuntimeError, ValueError) as error:
            session.close()
            self.forget()
            self.problem.emit(_("It can't be started: {error}").format(error=error))
            return
        if self._pace:
            session.set_pace(self._pace)
        self.adopt(session, expected)

    def adopt(self, session: Session, expected: int = 0) -> None:
        """Show a session that somebody else has started."""
        self.close()
        self._show(session.trace, expected)
        self._session = session
        self.state_changed.emit()
        self._timer.start()

    def replace(self, session: Session) -> None:
        """Show another session of the same program; the one on show is somebody else's to close."""
        self._session = None
        self.adopt(session, self._expected)

    def open(self, path: Path, loaded: Loaded) -> None:
        """Show a recording that has been read."""
        self.close()
        self._show(loaded.trace, 0)
        self.recording = path
        self.last_ended = loaded.trace.ended
        self.output.emit(loaded.trace.outputs)
        self._grown()
        self.state_changed.emit()
        self.wake()

    def pause(self) -> None:
        """Hold all processes, or let them go on."""
        if self._session is not None and self.running:
            if self._session.paused:
                self._session.resume()
            else:
                self._session.pause()
            self.state_changed.emit()

    def stop(self) -> None:
        """End the program; its end is told by :attr:`ended`."""
        if self._session is not None and self.running:
            self._session.stop(self.trace.attended)

    def set_pace(self, seconds: float) -> None:
        """Slow down the running processes and those to come; 0 is full speed."""
        self._pace = seconds
        if self._session is not None and self.running:
            self._session.set_pace(seconds)
        self.state_changed.emit()

    def told_at(self, t: int) -> tuple[str, int | None]:
        """What the caption says of the event at a moment, and of whom."""
        return self._instants.told_at(t)

    def send_input(self, data: bytes) -> None:
        """Type to the program."""
        if self._session is not None and self.running:
            self._session.send_input(data)

    def close(self) -> None:
        """End what runs and clean up after it."""
        self._timer.stop()
        self._reader.stop()
        self._heard = []
        if self._session is not None:
            self._session.close()
            self._session = None

    def forget(self) -> None:
        """Show nothing: another program has been chosen."""
        self.close()
        self._show(Trace(), 0)
        self.state_changed.emit()

    # --- the beat

    def tick(self) -> None:
        """Take what has come, draw the moment."""
        pacing = self._pacing
        pacing.begin(time.perf_counter())
        if self._session is not None:
            self._read(pacing.reading(self._session.behind))
            heard, self._heard = self._heard, []
            self._take(heard)
        if pacing.panels_due or not self.live:
            if self.trace.version != self._version:
                self._grown()
            self.beat.emit()
        else:
            self.between.emit()
        before = self._instants.drawn
        self._draw()
        over = self._session is None or self._session.ended is not None
        if over and before == self._instants.drawn:
            # Nothing more will come by itself; a moved cursor wakes it again.
            self._timer.stop()
        # A run under control is polled by whoever steps it.
        if over or (self._session is not None and self._session.spec.control is not None):
            self._reader.stop()
        else:
            self._reader.start()

    def _read_ahead(self) -> None:
        """What has come since the last frame is read, and shown with the next.

        So there is less to read then, and it is known a few milliseconds after it has happened.
        """
        until = self._timer.remainingTime() / 1000 - AHEAD_S
        share = min(self._pacing.left, until)
        if self._session is None or share < LEAST_S:
            self._reader.stop()
        else:
            self._read(share)

    def _read(self, seconds: float) -> None:
        assert self._session is not None
        began = time.perf_counter()
        self._session.budget_s = seconds
        self._heard += self._session.poll()
        self._pacing.spend(time.perf_counter() - began)

    def _take(self, messages: Sequence[Message]) -> None:
        outputs: list[Output] = []
        ended: Ended | None = None
        for message in messages:
            if isinstance(message, Status):
                self.board.take(message)
            elif isinstance(message, Output):
                outputs.append(message)
            elif isinstance(message, Problem):
                self.problem.emit(problem_sentence(message))
            elif isinstance(message, Started):
                self.state_changed.emit()
            elif isinstance(message, Ended):
                ended = message
        if outputs:
            self.output.emit(outputs)
        if ended is not None:
            self.last_ended = ended
            self._grown()
            self._draw()
            self.state_changed.emit()
            self.ended.emit(ended)

    def _grown(self) -> None:
        self._version = self.trace.version
        self.who = identities(self.trace.processes, self._expected)
        self.axis.grow(self.trace.begin, self.trace.end)
        self.grew.emit()

    def _draw(self) -> None:
        live, following = self.live, self.axis.following
        t = self._instants.now(self.paused, self.director) if live else self.axis.cursor
        each = not following or bool(live and self._pace) or self.stepped or self.paused
        moment = self._instants.at(
            t, live=live, following=following, each=each, director=self.director
        )
        if moment is None:
            return
        if live and any(p.process not in self.who for p in moment.processes):
            self.who = identities(moment.processes, self._expected)
        self.moment = moment
        self.moment_changed.emit(moment)

    def wake(self) -> None:
        """Something has changed: draw again."""
        if not self._timer.isActive():
            self._timer.start()

    def _show(self, trace: Trace, expected: int) -> None:
        self.trace, self._instants = trace, Instants(trace, self.board)
        self._expected = expected
        self._version = -1
        self.recording = None
        self.last_ended = None
        self.board.clear()
        self.who = {}
        self.moment = Moment(0)
        self.axis.reset(trace.begin, trace.end)
        self.started.emit()
