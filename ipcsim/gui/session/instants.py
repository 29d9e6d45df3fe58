"""Which moment of a run is drawn: what time it is, and how things stand then."""

from __future__ import annotations

import time

from ipcsim.gui.session.director import Director
from ipcsim.gui.session.status_board import StatusBoard
from ipcsim.trace.moment import Moment
from ipcsim.trace.trace import Trace
from ipcsim.trace.world import World

RECENT_NS = 600_000_000
"""How long a flight may be visible after it began."""
SILENCE_NS = 250_000_000
"""A quiet program's supervisor says every 100 ms that it is quiet: what is not known for so long is
late."""
SETTLED_NS = 60_000_000
"""What is older than this has arrived: a quiet program's clock goes on this far behind."""

MUCH = 100
"""More events than this between two pictures: nobody can follow single ones any more."""
ONCE_IN_NS = 100_000_000
"""Where so much happens figures and places are worked out so often (the stage changes them no more
often anyway); in between only the clock goes on, and what moves."""


class Instants:
    """The moments of one run, each drawn once."""

    def __init__(self, trace: Trace, board: StatusBoard) -> None:
        self._trace, self._board = trace, board
        self._world = World(trace)
        self._drawn: tuple[object, ...] = ()
        self._whole = Moment(0)
        """The last one that was worked out as a whole, and what was known then."""
        self._known = (0, 0, 0)

    @property
    def drawn(self) -> object:
        """What the last picture was a function of: alike while nothing has changed."""
        return self._drawn

    def last(self) -> Moment:
        """How it stands at the end of what is known."""
        return self._world.at(self._trace.end, RECENT_NS, True)

    def told_at(self, t: int) -> tuple[str, int | None]:
        """What the caption says of the event at a moment, and of whom."""
        moment = self._world.at(t, 0, True)
        return moment.caption, moment.caption_actor

    def now(self, paused: bool, director: Director | None) -> int:
        """The moment that is live: all that is known, and a quiet program's waits grow longer."""
        end = self._trace.end
        if paused:
            return end
        now = time.perf_counter_ns() - SETTLED_NS
        if end:
            # Where the machine is too busy to tell at once, nothing is known of the time since.
            now = min(max(now, end), end + SILENCE_NS)
        return director.latest(now) if director is not None else now

    def at(
        self, t: int, *, live: bool, following: bool, each: bool, director: Director | None
    ) -> Moment | None:
        """How things stand at ``t``; None if that has just been drawn.

        Args:
            t: the moment, ns.
            live: whether what is happening is on show: then cards are in the state told last.
            following: whether the cursor goes along.
            each: whether operations are looked at one by one.
            director: who decides when the run goes on.
        """
        # A frame is a function of these: the same again needn't be drawn.
        told = self._board.revision if live else 0
        directed = director.revision if director is not None and live else 0
        key = (t, self._trace.version, told, live, following, each, directed)
        if key == self._drawn:
            return None
        self._drawn = key
        if live and not each and self._stands(t):
            return self._world.goes_on(self._whole, t, RECENT_NS)
        moment = self._world.at(t, RECENT_NS, each)
        if live:
            moment = self._board.moment(moment)
            if director is not None:
                moment = director.direct(moment)
            self._whole = moment
            self._known = len(self._trace.store), self._board.alive, len(self._trace.processes)
        return moment

    def _stands(self, t: int) -> bool:
        """Whether so much happens that the last whole picture stands a little longer: nobody has
        come or gone since, who is seen at once."""
        events, *people = self._known
        much = len(self._trace.store) - events > MUCH
        same = people == [self._board.alive, len(self._trace.processes)]
        return much and same and 0 <= t - self._whole.t < ONCE_IN_NS
