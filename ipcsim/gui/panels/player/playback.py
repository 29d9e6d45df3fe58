"""Play slowly what just happened: from memory, forwards and backwards.

The player only moves the axis' cursor; every view then shows that moment. It has no clock of its
own: the owner of the frame tells it how much time has gone by, so it can be tested and exported.
"""

from __future__ import annotations

from enum import Enum

import numpy as np
from PySide6.QtCore import QObject, Signal

from ipcsim.gui.panels.player.beats import nearest
from ipcsim.gui.panels.time_axis import TimeAxis
from ipcsim.trace.store import Store
from ipcsim.trace.trace import Trace


class Manner(Enum):
    """How time goes by while playing."""

    BEAT = "beat"
    """Every event takes the same time, however long it took."""
    PROPORTION = "proportion"
    """Trace time goes by in proportion to the watch on the wall."""


class Player(QObject):
    """Walks over the events of a run."""

    changed = Signal()
    """It has begun, stopped, turned round, or changed its pace."""

    def __init__(self, axis: TimeAxis) -> None:
        super().__init__()
        self._axis = axis
        self._trace: Trace | None = None
        self._playing = False
        self._direction = 1
        self._manner = Manner.BEAT
        self._beat = 0.5
        self._speed = 0.01
        self._at: int | None = None
        self._spent = 0.0
        self._exact = 0.0
        self._moving = False
        axis.cursor_changed.connect(self._moved_by_others)

    # --- what it is told

    def set_trace(self, trace: Trace | None) -> None:
        """Play another run."""
        self.stop()
        self._trace = trace
        self._at = None

    def play(self, direction: int = 1) -> None:
        """Begin.

        Args:
            direction: 1 forwards, -1 backwards. At the end it begins with the beginning, and
                backwards the other way round.
        """
        axis = self._axis
        direction = 1 if direction >= 0 else -1
        if self._trace is None or not self._trace.event_count:
            return
        if direction > 0 and axis.cursor >= self._last_time():
            self._go(axis.begin)
        elif direction < 0 and axis.cursor <= axis.begin:
            self._go(axis.end)
        self._playing, self._direction, self._spent = True, direction, 0.0
        self._exact = float(axis.cursor - axis.begin)
        self._at = None
        axis.follow(False)
        self.changed.emit()

    def stop(self) -> None:
        """Stay where the cursor is."""
        if self._playing:
            self._playing = False
            self.changed.emit()

    def toggle(self, direction: int = 1) -> None:
        """Play that way; stay, if that is what it does."""
        if self._playing and direction == self._direction:
            self.stop()
        else:
            self.play(direction)

    def set_manner(self, manner: Manner) -> None:
        """By beat, or in proportion to time."""
        if manner is not self._manner:
            self._manner = manner
            self._exact = float(self._axis.cursor - self._axis.begin)
            self._at, self._spent = None, 0.0
            self.changed.emit()

    def set_beat(self, seconds: float) -> None:
        """How long an event takes.

        Args:
            seconds: 0.02 to 10.
        """
        self._beat = min(max(seconds, 0.02), 10.0)
        self.changed.emit()

    def set_speed(self, share: float) -> None:
        """How fast run time goes by in proportion: 1 is as it was, 0.01 a hundred times slower."""
        self._speed = max(share, 1e-9)
        self.changed.emit()

    # --- what it tells

    @property
    def playing(self) -> bool:
        """Whether the cursor moves with every tick."""
        return self._playing

    @property
    def direction(self) -> int:
        """1 forwards, -1 backwards."""
        return self._direction

    @property
    def manner(self) -> Manner:
        """By beat, or in proportion."""
        return self._manner

    @property
    def beat(self) -> float:
        """Seconds an event."""
        return self._beat

    @property
    def speed(self) -> float:
        """Trace time for each unit of real time, in proportion."""
        return self._speed

    @property
    def detail(self) -> bool:
        """Whether every operation is to be shown moving: while playing, and at every step."""
        return not self._axis.following

    # --- time goes by

    def tick(self, elapsed: float) -> None:
        """Move on.

        Args:
            elapsed: seconds since the last frame.
        """
        if not self._playing or self._trace is None:
            return
        if self._manner is Manner.PROPORTION:
            self._exact += self._direction * elapsed * 1e9 * self._speed
            self._go(self._axis.begin + round(self._exact))
            if not 0 < self._exact < self._axis.end - self._axis.begin:
                self.stop()
            return
        if self._at is None:
            self._at = self.step_at(self._axis.cursor, self._direction)
        self._spent += elapsed
        # A slow frame must not leave out events of a fast beat.
        while self._at is not None and self._spent >= self._beat:
            self._spent -= self._beat
            self._go(self._trace.store.time(self._at))
            self._at = self._neighbour(self._at, self._direction)
        if self._at is None:
            self._go(self._axis.end if self._direction > 0 else self._axis.begin)
            self.stop()
            return
        # Between two events the cursor glides, so that what flies between them is seen flying.
        target = self._trace.store.time(self._at)
        before = self._neighbour(self._at, -self._direction)
        origin = self._axis.cursor if before is None else self._trace.store.time(before)
        share = self._spent / self._beat
        self._go(origin + round((target - origin) * share))

    def next_event(self, process: int | None = None) -> int | None:
        """Go to the next event after the cursor; its row, or None at the end.

        Args:
            process: only events of this process.
        """
        return self._step(1, process)

    def previous_event(self, process: int | None = None) -> int | None:
        """Go to the event before the cursor; its row, or None at the beginning."""
        return self._step(-1, process)

    def home(self) -> None:
        """Go to the beginning of the run."""
        self.stop()
        self._axis.set_cursor(self._axis.begin)

    def end(self) -> None:
        """Go to the end of the run, and stay there while it grows."""
        self.stop()
        self._axis.follow()

    def step_at(self, time: int, direction: int, process: int | None = None) -> int | None:
        """Ordinal of the first step after ``time``, or of the last one before it."""
        store = self._store()
        if store is None:
            return None
        if direction > 0:
            return self._search(store.count_until(time), 1, process)
        return self._search(store.count_until(time - 1) - 1, -1, process)

    # --- inside

    def _step(self, direction: int, process: int | None) -> int | None:
        self.stop()
        if self._trace is None:
            return None
        time = self._axis.cursor
        found: int | None
        if self._at is not None and self._trace.store.time(self._at) == time:
            # Several events of one stamp are visited one by one.
            found = self._search(self._at + direction, direction, process)
        else:
            found = self.step_at(time, direction, process)
        if found is None:
            return None
        self._go(self._trace.store.time(found))
        self._at = found
        return int(self._trace.rows(np.array([found]))[0])

    def _neighbour(self, ordinal: int, direction: int) -> int | None:
        return self._search(ordinal + direction, direction, None)

    def _search(self, start: int, direction: int, process: int | None) -> int | None:
        return None if self._trace is None else nearest(self._trace, start, direction, process)

    def _store(self) -> Store | None:
        return None if self._trace is None else self._trace.store

    def _last_time(self) -> int:
        store = self._store()
        last = None if store is None else self._search(len(store) - 1, -1, None)
        return self._axis.end if store is None or last is None else store.time(last)

    def _go(self, time: int) -> None:
        self._moving = True
        self._axis.set_cursor(time)
        self._moving = False

    def _moved_by_others(self) -> None:
        if not self._moving:
            # Somebody else has taken the cursor: go on from there.
            self._at, self._spent = None, 0.0
            self._exact = float(self._axis.cursor - self._axis.begin)
            if self._axis.following:
                self.stop()
