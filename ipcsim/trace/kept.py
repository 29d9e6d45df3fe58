"""What a manager's dictionary, list or namespace holds, as far as its clients have shown."""

from __future__ import annotations

from typing import Final

from ipcsim.events import Kind
from ipcsim.trace.accesses import Accesses, accesses
from ipcsim.trace.cells import label
from ipcsim.trace.history import History
from ipcsim.trace.parts import WHOLE
from ipcsim.trace.standing import Standing
from ipcsim.trace.store import Fresh, rank

MOST_PARTS: Final = 3
"""Of more than these the last ones are told."""
LOOKED_AT: Final = 128
"""So many parts, or of more of them so many of the last accesses, are looked at."""
_FORMS: Final = {"dict": "{{{}}}", "list": "[{}]", "Namespace": "{}"}
_ASKS: Final = ("get(", "keys(", "values(", "items(", "copy(", "index(", "count(", "_getvalue(")
_WRITTEN_ASKS: Final = ("[", ".", "len()", "iter()", "next()", "str()")


class OtherChanges:
    """Calls that change an object in ways that don't show: ``append()``, ``pop()``, ``del``."""

    def __init__(self, trace: History, proxy: int) -> None:
        self._trace = trace
        self._fresh = Fresh(trace.store, proxy, (Kind.CALL,))
        self._first: int | None = None

    def before(self, k: int) -> bool:
        """Whether there was one among the first ``k`` events."""
        for ordinal in self._fresh.take().tolist() if self._first is None else ():
            row = int(self._trace.store.where.view[ordinal])
            ring = self._trace.ring_of(self._trace.process_of_row(row))
            text = ring.text(self._trace.raw.arg(row))
            if not text.startswith(_ASKS + _WRITTEN_ASKS) and not text.endswith(" in"):
                self._first = ordinal
                break
        return self._first is not None and self._first < k


def kept_at(now: Standing, proxy: int) -> str:
    """The contents as the program would write them: ``{'page': 41}``; empty where they aren't
    known."""
    kind = now.trace.registry.all[proxy].words("type")
    if kind not in _FORMS:
        return ""
    changes: OtherChanges = now.trace.remembered(
        ("other changes", proxy), lambda: OtherChanges(now.trace, proxy)
    )
    if changes.before(now.k):
        return ""
    found = accesses(now.trace, proxy)
    parts = _parts(found, now.until(found.column("ordinal")))
    if not parts or (kind == "list" and sorted(parts) != list(range(len(parts)))):
        return ""
    last = sorted(parts, key=lambda element: parts[element][0])[-MOST_PARTS:]
    shown = [
        parts[element][1] if kind == "list" else _named(found, element, kind, parts[element][1])
        for element in sorted(last, key=list(parts).index)
    ]
    more = ["…"] if len(parts) > len(shown) else []
    return _FORMS[kind].format(", ".join(more + shown))


def _parts(found: Accesses, n: int) -> dict[int, tuple[int, str]]:
    """By element when it was last written (0: read first) and what it holds, after ``n``
    accesses."""
    parts: dict[int, tuple[int, str]] = {}
    elements = dict.fromkeys([*found.reads, *found.writes])
    if len(found.reads) + len(found.writes) > LOOKED_AT:
        # Of many parts only the last ones are told: this is asked for in every frame.
        elements = dict.fromkeys(found.column("element")[max(0, n - LOOKED_AT) : n].tolist())
    for element in elements:
        writes, reads = found.writes.get(element), found.reads.get(element)
        count = rank(writes.view, n) if writes is not None and len(writes) else 0
        if element == WHOLE:
            continue
        if count and writes is not None:
            at = int(writes.view[count - 1])
            parts[element] = (at, label(found, at))
        elif reads is not None and len(reads) and int(reads.view[0]) < n:
            at = int(reads.view[0])
            # Who only asks whether there is a key reads nothing.
            if found.trace.raw.kind(found.row(at)) == Kind.READ:
                parts[element] = (0, label(found, at))
    return parts


def _named(found: Accesses, element: int, kind: str, value: str) -> str:
    name = found.parts.name(element)[len(found.trace.objects[found.obj].name) :]
    return f"{name[1:]}={value}" if kind == "Namespace" else f"{name[1:-1]}: {value}"
