"""A finding: what is wrong, who, where and when, in words that need nothing beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ipcsim.trace.history import History
from ipcsim.trace.moment import Place
from ipcsim.trace.sentences import names

WRONG: Final = "wrong"
"""The program is in error, or would be in another order of events."""
NOTICE: Final = "notice"
"""Worth knowing; a sound program may be so on purpose."""


@dataclass(frozen=True, slots=True)
class Wait:
    """An arrow of a wait-for picture: a thread, what it waits at, and who could end the wait."""

    actor: int
    object: int
    """-1 for none."""
    others: tuple[int, ...]
    """Threads; none: nobody who is alive could."""
    what: str
    """The operation it waits in, as the program writes it."""
    row: int
    """The event by which the wait began."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. It explains itself once for this case and once for all."""

    kind: str
    """A word for programs: "deadlock", "lost_update", ..."""
    sentence: str
    """This case: who, what, which object, which line."""
    explanation: str
    """All such cases: what it means, and what repairs it."""
    processes: tuple[int, ...] = ()
    objects: tuple[int, ...] = ()
    locations: tuple[str, ...] = ()
    """Places as "file:line"."""
    time: int = 0
    """A moment at which it can be seen, ns on the recorded machine's clock."""
    events: tuple[int, ...] = ()
    """Rows of the events that prove it."""
    circle: tuple[tuple[int, int], ...] = ()
    """A deadlock's threads in order, each with the object that it waits for (-1 for none)."""
    severity: str = WRONG
    """WRONG or NOTICE."""
    happened: bool = True
    """False: this run came off, or may have; another order of its events wouldn't."""
    remedy: str = ""
    """How the repaired program differs."""
    moments: tuple[int, ...] = ()
    """Further moments to jump to, ns, in order of time."""
    waits: tuple[Wait, ...] = ()
    """Who waits for whom, for a picture."""
    pitfall: str = ""
    """The pitfall's number in the catalogue of lessons, ``P1`` to ``P13``; empty if it is none."""
    reference: str = ""
    """The section of Python's documentation that speaks of it."""
    schedule: str = ""
    """A schedule that shows it, as its file's text; empty until one has been looked for."""

    @property
    def is_wrong(self) -> bool:
        """Whether the program is in error; a notice only tells what is worth knowing."""
        return self.severity == WRONG


def location(place: Place | None) -> str:
    """A place as "file:line"; empty if it isn't known."""
    return "" if place is None else f"{place.file}:{place.line}"


def locations(*places: Place | None) -> tuple[str, ...]:
    """The places that are known, each once."""
    return tuple(dict.fromkeys(location(place) for place in places if place is not None))


def place_of(trace: History, ordinal: int) -> Place | None:
    """Where an event happened."""
    return trace.place(int(trace.store.where.view[ordinal]))


def process_names(trace: History, processes: tuple[int, ...] | list[int]) -> str:
    """Some processes' names in a sentence."""
    return names([trace.processes[process].name for process in dict.fromkeys(processes)])


def thread_name(trace: History, actor: int) -> str:
    """A thread's name: its process's, and its own unless it is the main thread."""
    info = trace.actors[actor]
    process = trace.processes[info.process].name
    return process if not info.thread else f"{process}/{info.name}"


def code_at(trace: History, place: Place | None) -> str:
    """The program's line at a place, shortened; empty if it isn't known."""
    if place is None:
        return ""
    lines = trace.lines(place.file)
    if not 0 < place.line <= len(lines):
        return ""
    text = lines[place.line - 1].strip()
    return text if len(text) <= 60 else text[:59] + "…"
