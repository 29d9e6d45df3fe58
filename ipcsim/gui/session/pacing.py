"""Who gets how much of a frame: the stage its sixty a second, then what is new, then the panels.

What a frame costs depends on the program, on the window and on what else the machine does; so it
isn't foreseen: frames that begin late take from the others until frames are in time again.
"""

from __future__ import annotations

from typing import Final

LATE_S: Final = 0.0195
"""A frame that begins so long after the one before is late: somebody has taken too long."""
LEAST_S, MOST_S = 0.006, 0.011
"""What reading may take of a frame."""
CATCH_UP_S: Final = 0.014
BEHIND: Final = 4 << 20
"""With so many bytes of the recording unread a frame is shown late rather than something old."""
RARELY: Final = 6
"""Panels are drawn at every sixth frame at least."""
IN_TIME: Final = 12
"""After so many frames in time panels are drawn more often again."""


class Pacing:
    """Judges the frames of one window."""

    def __init__(self) -> None:
        self.panels_due = True
        """Whether the panels' turn is in this frame too."""
        self._began = 0.0
        self._share = LEAST_S
        self._every = 1
        self._until_panels = 0
        self._in_time = 0
        self._spent = 0.0

    @property
    def pressed(self) -> bool:
        """Whether frames have been late of late."""
        return self._every > 1

    def begin(self, now: float) -> None:
        """A frame begins at ``now``, seconds on a clock that only ever rises."""
        late, self._began = now - self._began > LATE_S, now
        self._spent = 0.0
        if late:
            self._in_time = 0
            self._share = max(LEAST_S, self._share * 0.7)
            self._every = min(RARELY, self._every + 1)
        else:
            self._in_time += 1
            self._share = min(MOST_S, self._share + 0.001)
            if self._in_time % IN_TIME == 0:
                self._every = max(1, self._every - 1)
        self.panels_due = self._until_panels <= 0
        self._until_panels = self._every - 1 if self.panels_due else self._until_panels - 1

    def reading(self, behind: int) -> float:
        """For how long (s) what has come may be read, where ``behind`` bytes are unread."""
        if behind > BEHIND:
            return CATCH_UP_S
        # Panels take their share of the frames that they are drawn in.
        return LEAST_S if self.panels_due and self._every > 1 else self._share

    def spend(self, seconds: float) -> None:
        """So long has been read in this frame, or between it and the next."""
        self._spent += seconds

    @property
    def left(self) -> float:
        """For how long (s) may still be read before the next frame."""
        return self._share - self._spent
