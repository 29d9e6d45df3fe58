"""Which events are wanted: by process, object, kind, line of the program, and text.

Answered for whole stretches of history at once by arrays: a million events take some milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ipcsim.events import TOKEN_INT, Kind
from ipcsim.language import _
from ipcsim.trace.happenings import words_of
from ipcsim.trace.operations import LABELLED
from ipcsim.trace.tokens import label_of
from ipcsim.trace.trace import Trace

Ordinals = NDArray[np.uint32]
Flags = NDArray[np.bool_]

_LABELLED = np.zeros(256, bool)
_LABELLED[list(LABELLED)] = True


@dataclass(frozen=True, slots=True)
class Family:
    """Kinds of events that belong together for a person."""

    title: str
    first: int
    last: int


def families() -> tuple[Family, ...]:
    """The families, in the language of the person."""
    return (
        Family(_("processes and threads"), Kind.START, 63),
        Family(_("messages"), Kind.PUT_WAIT, 95),
        Family(_("locks and signals"), Kind.ACQUIRE_WAIT, 127),
        Family(_("values and memory"), Kind.INDEX, 159),
        Family(_("managers and pools"), Kind.CALL, 191),
    )


def kind_text(kind: Kind) -> str:
    """An event's kind as a word, near the API's own: ``put``, ``acquire wait``."""
    return kind.name.lower().replace("_", " ")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A filter; everything by default."""

    process: int | None = None
    object: int | None = None
    family: Family | None = None
    text: str = ""
    file: str = ""
    line: int = 0
    """With ``file``: only events at this line; 0 is any."""

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return self == Wanted()


def chosen(trace: Trace, wanted: Wanted, first: int, end: int) -> Ordinals:
    """Ordinals of the wanted events from ``first`` to before ``end``, rising."""
    store = trace.store
    found: Ordinals = np.arange(first, end, dtype=np.uint32)
    if wanted.object is not None:
        found = store.of(wanted.object, *store.kinds_of(wanted.object))
        low, high = found.searchsorted(np.array([first, end], np.uint32))
        found = found[low:high]
    if wanted.process is not None:
        mine = trace.process_of_actors(store.actor.view[found]) == wanted.process
        found = found[mine]
    if wanted.family is not None:
        kinds = store.kind.view[found]
        found = found[(kinds >= wanted.family.first) & (kinds <= wanted.family.last)]
    if wanted.line and len(found):
        found = found[_at_line(trace, found, wanted.file, wanted.line)]
    for word in wanted.text.casefold().split():
        if len(found):
            found = found[_with_text(trace, found, word)]
    return found


def _at_line(trace: Trace, ordinals: Ordinals, file: str, line: int) -> Flags:
    numbers = trace.raw.places(trace.rows(ordinals)).astype(np.int64)
    processes = trace.process_of_actors(trace.store.actor.view[ordinals]).astype(np.int64)
    pairs, which = np.unique(processes << 32 | numbers, return_inverse=True)
    hits = np.zeros(len(pairs), bool)
    for at, pair in enumerate(pairs.tolist()):
        place = trace.ring_of(pair >> 32).place(pair & 0xFFFFFFFF)
        if place is not None and place.file == file:
            hits[at] = place.line <= line <= max(place.line, place.end_line)
    flags: Flags = hits[which]
    return flags


def _with_text(trace: Trace, ordinals: Ordinals, text: str) -> Flags:
    """Where it is in the names of process, object and kind, in the value carried, or in what is
    said of every event of the kind."""
    store = trace.store
    kinds = store.kind.view[ordinals]
    objects = store.object.view[ordinals]
    processes = trace.process_of_actors(store.actor.view[ordinals])
    by_kind = np.zeros(256, bool)
    by_kind[[kind for kind in Kind if text in f"{kind_text(kind)} {words_of(kind)}".casefold()]] = (
        True
    )
    # The last entry answers for number -1, no object.
    by_object = np.array([text in o.name.casefold() for o in trace.objects] + [False])
    by_process = np.array([text in p.name.casefold() for p in trace.processes])
    hits: Flags = by_kind[kinds] | by_object[objects] | by_process[processes]
    rest = np.flatnonzero(~hits & _LABELLED[kinds])
    if rest.size:
        args = trace.raw.args(trace.rows(ordinals[rest]))
        hits[rest] = _labels(trace, args, processes[rest], text)
    return hits


def _labels(
    trace: Trace, args: NDArray[np.int64], processes: NDArray[np.int32], text: str
) -> Flags:
    numbers = (args & 7) == TOKEN_INT
    try:
        hits: Flags = numbers & (args >> 3 == int(text))
    except ValueError:
        hits = np.zeros(len(args), bool)
    others = np.flatnonzero(~numbers)
    for process in np.unique(processes[others]).tolist():
        mine = others[processes[others] == process]
        values, which = np.unique(args[mine], return_inverse=True)
        words = trace.ring_of(process).text
        found = [text in label_of(value, words).casefold() for value in values.tolist()]
        hits[mine] = np.array(found, bool)[which]
    return hits
