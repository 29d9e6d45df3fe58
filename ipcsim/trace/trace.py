"""The trace of a run, live or opened, as answers to questions."""

from __future__ import annotations

from collections.abc import Iterable

from ipcsim.trace import queries
from ipcsim.trace.columns import Array
from ipcsim.trace.growing import Growing
from ipcsim.trace.lanes import Lane, lane
from ipcsim.trace.moment import Place
from ipcsim.trace.queries import EventView
from ipcsim.trace.series import Series, series


class Trace(Growing):
    """What views, analyses and exports ask. All times are ns on the recorded machine's clock."""

    def event(self, row: int) -> EventView:
        """One event. Raises LookupError if history has none at this row."""
        return queries.event(self, row)

    def select(
        self,
        t0: int,
        t1: int,
        process: int | None = None,
        object: int | None = None,
        kinds: Iterable[int] | None = None,
        limit: int | None = None,
    ) -> Array:
        """Rows of events from ``t0`` to ``t1`` in order of time; at most the last ``limit``."""
        return queries.select(self, t0, t1, process, object, kinds, limit)

    def series(self, object: int, what: str) -> Series:
        """A quantity of an object: "depth", "waiting", "value", "expected" or "rate"."""
        return series(self, object, what)

    def lane(self, process: int) -> Lane:
        """What a process did, as pixels."""
        return lane(self, process)

    def messages(self, t0: int, t1: int, limit: int = 2000) -> Array:
        """Messages sent or received from ``t0`` to ``t1``: sent, received (-1: under way), ..."""
        return queries.messages(self, t0, t1, limit)

    def wrongs(self, t0: int, t1: int) -> Array:
        """What went wrong from ``t0`` to ``t1``: time and process, in order of time."""
        return queries.wrongs(self, t0, t1)

    def line_of(self, process: int) -> Place | None:
        """Where the main thread of a process was last."""
        return queries.line_of(self, process)
