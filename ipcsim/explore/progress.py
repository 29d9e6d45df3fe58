"""How far a search is, while it searches: a line in a terminal, or lines of JSON for a program."""

from __future__ import annotations

import contextlib
import json
import sys
import time
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.live import Live
from rich.text import Text

from ipcsim.explore.explorer import Exploration
from ipcsim.language import _, grouped

_REFRESH_S = 0.25


@contextlib.contextmanager
def progress(console: Console, as_json: bool = False) -> Iterator[Progress]:
    """Says how far a search is: on a terminal in a line that is written again and again.

    Args:
        console: of stderr.
        as_json: for another program: lines of JSON, see :func:`progress_json`.
    """
    if as_json:
        yield Progress(lambda state: print(progress_json(state), file=sys.stderr, flush=True))
    elif console.is_terminal:
        with Live(console=console, transient=True, refresh_per_second=4) as live:
            yield Progress(lambda state: live.update(Text(progress_line(state))))
    else:
        yield Progress(lambda state: None)


class Progress:
    """Passes on how far a search is, now and then."""

    def __init__(self, say: Callable[[Exploration], None]) -> None:
        self._say = say
        self._next = 0.0

    def __call__(self, state: Exploration) -> None:
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + _REFRESH_S
            self._say(state)


def progress_json(state: Exploration) -> str:
    """How far a search is, as a JSON object: ``schedules``, ``distinct``, ``seconds``, and
    ``outcomes`` as in the report, but for their schedules."""
    tally = state.tally
    outcomes = [
        {"sentence": kind.outcome.sentence, "count": kind.count, "fails": kind.fails}
        for kind in tally.sorted()
    ]
    return json.dumps(
        {
            "schedules": tally.schedules,
            "distinct": tally.distinct,
            "seconds": round(state.elapsed_s, 1),
            "outcomes": outcomes,
        }
    )


def progress_line(state: Exploration) -> str:
    """Schedules so far, their rate, what fails, and how much of the budget is left."""
    tally, seconds = state.tally, max(state.elapsed_s, 1e-3)
    failures = len(tally.failures())
    left = max(0.0, state.settings.time_s - seconds)
    if state.settings.schedules is not None:
        rate = max(tally.schedules / seconds, 1e-3)
        left = min(left, (state.settings.schedules - tally.schedules) / rate)
    return _(
        "{schedules} schedules ({rate:.0f}/s), {distinct} interleavings, {failures} kinds of "
        "failure; {seconds:.0f} s, at most {left:.0f} s more"
    ).format(
        schedules=grouped(tally.schedules),
        rate=tally.schedules / seconds,
        distinct=grouped(tally.distinct),
        failures=failures,
        seconds=seconds,
        left=left,
    )
