"""Which quantities of a run are offered, and which of them are plotted."""

from __future__ import annotations

from ipcsim.gui.panels.timeline.watched import Watched, long_waits, plottable, traffic_of
from ipcsim.trace.trace import Trace


class Quantities:
    """What is shown stays, as far as it can."""

    def __init__(self) -> None:
        self.offered: list[Watched] = []
        self._still = set[Watched]()
        """Of those offered what has nothing to show yet."""
        self._wanted: list[Watched] = []
        self._hangs = False

    def begin(self) -> None:
        """Another run: nothing is wanted of it yet."""
        self._wanted = []
        self._hangs = False

    def want(self, watched: Watched, shown: list[Watched], room: int) -> None:
        """Plot a quantity in place of the one shown longest ago.

        Args:
            watched: the quantity.
            shown: what is plotted now, from top to bottom.
            room: how many there is room for.
        """
        self._wanted = [watched, *(w for w in shown if w != watched)][:room]

    @property
    def plotted(self) -> int:
        """How many are worth a plot: those that show something, and what is wanted."""
        moving = len(self.offered) - len(self._still)
        # A lock at which nobody has waited yet is worth a line at 0, if there is nothing else; that
        # nothing has come through a pipe isn't.
        least = any(w.what == "waiting" for w in self._still)
        return min(max(moving, len(self._wanted), int(least)), len(self.offered))

    def chosen(self) -> list[Watched]:
        """All, what is plotted first."""
        known = [w for w in self._wanted if w in self.offered]
        return [*known, *(w for w in self.offered if w not in known)]

    def take(self, run: Trace) -> None:
        """Look at what the run has become."""
        waits = long_waits(run)
        found, moving = plottable(run.objects, lambda number: traffic_of(run, number), waits)
        still = set(found[moving:])
        # What is shown stays, also when another object becomes the most eventful one.
        if set(found) != set(self.offered) or still != self._still:
            kept = [w for w in self.offered if w in found]
            self.offered = [*kept, *(w for w in found if w not in kept)]
            # But a level line at 0 gives way.
            self.offered.sort(key=still.__contains__)
            self._still = still
            if len(kept) < 2 and not self._wanted:
                self.offered = found
        # But once a run, when it hangs, what it hangs at comes first.
        if waits and not self._hangs and not self._wanted:
            self._hangs, self.offered = True, found
