"""How the runs of an exploration ended, counted honestly."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from ipcsim.control.deciding import MOST_ACTORS
from ipcsim.control.steps import Choice, Execution, Outcome, Unseen
from ipcsim.explore.plan import Run
from ipcsim.explore.random_walk import RandomPlan
from ipcsim.language import _

UNJUDGED: Final = ("diverged", "outside")
"""Kinds of outcomes that say nothing of the program: control of it was lost."""
_Z_95: Final = 1.959963984540054

MOST_PATHS: Final = 400
"""More interleavings than this make no picture."""


def wilson(hits: int, samples: int) -> tuple[float, float]:
    """The 95 % interval of a share, after Wilson (1927); (0, 1) for no samples."""
    if not samples:
        return 0.0, 1.0
    share, z2 = hits / samples, _Z_95**2
    middle = (share + z2 / (2 * samples)) / (1 + z2 / samples)
    spread = _Z_95 * math.sqrt(share * (1 - share) / samples + z2 / (4 * samples**2))
    spread /= 1 + z2 / samples
    return max(0.0, middle - spread), min(1.0, middle + spread)


def switches(choices: Sequence[Choice]) -> int:
    """How often the turn goes from one actor to another."""
    return sum(a.actor != b.actor for a, b in itertools.pairwise(choices))


@dataclass
class Kind:
    """An outcome that was seen, with the shortest execution that had it."""

    outcome: Outcome
    key: str
    fails: bool
    shortest: Execution
    traces: set[bytes] = field(default_factory=set)
    """Fingerprints of the distinct interleavings that end so."""
    samples: int = 0
    """How many random walks ended so."""
    first: int = 0
    """Number of the first run that ended so."""

    @property
    def count(self) -> int:
        """How many distinct interleavings end so, of those that were explored."""
        return len(self.traces)


@dataclass
class Tally:
    """All outcomes of an exploration.

    Args:
        outputs: runs whose output differs are counted apart, and all fail that differ from the
            first (the program's own order, without any preemption).
    """

    outputs: bool = False
    kinds: dict[str, Kind] = field(default_factory=dict)
    schedules: int = 0
    """Runs that were made, those that were ended early included."""
    samples: int = 0
    cut: int = 0
    """Runs that were ended by the limit of steps, while somebody still got on."""
    outside: set[str] = field(default_factory=set)
    """Actors that were outside control at some time: what they did then was nobody's choice."""
    unseen: set[Unseen] = field(default_factory=set)
    """What may order the actors and isn't seen."""
    unjudged: list[str] = field(default_factory=list)
    """Why runs could not be judged."""
    paths: list[tuple[str, list[Choice]]] = field(default_factory=list)
    """Key and choices of each distinct interleaving, the first ``MOST_PATHS`` of them."""
    _first_output: bytes | None = None
    torn: bool = False
    """An interleaving ended in two ways: something that isn't seen has decided."""
    _distinct: dict[bytes, str] = field(default_factory=dict)
    """By fingerprint how it ended."""

    @property
    def distinct(self) -> int:
        """Distinct interleavings that were run to their end."""
        return len(self._distinct)

    def failures(self) -> list[Kind]:
        """Outcomes that fail, the shortest first."""
        found = [kind for kind in self.kinds.values() if kind.fails]
        return sorted(found, key=lambda kind: _length(kind.shortest))

    def sorted(self) -> list[Kind]:
        """All outcomes, the most frequent first."""
        return sorted(self.kinds.values(), key=lambda kind: (-kind.count, kind.key))

    def add(self, run: Run) -> Kind | None:
        """Count a run.

        Returns:
            Its outcome; None if it was ended before it had one.
        """
        self.schedules += 1
        self.outside.update(run.plan.outside)
        self.unseen.update(run.unseen)
        execution = run.execution
        if run.cut and not _goes_round(run):
            execution = replace(execution, outcome=_unfinished(run))
            self.cut += 1
        if run.plan.pruned or (not run.cut and any(c.enabled for c in run.pending)):
            return None
        if execution.outcome.kind in UNJUDGED:
            self.unjudged.append(execution.outcome.sentence)
            return None
        if self._first_output is None:
            self._first_output = execution.output
        key = execution.outcome.key or execution.outcome.kind
        fails = execution.outcome.fails
        if self.outputs:
            key += " " + repr(execution.output)
            fails = fails or execution.output != self._first_output
        fingerprint = run.causality.fingerprint()
        kind = self.kinds.get(key)
        if kind is None:
            kind = self.kinds[key] = Kind(execution.outcome, key, fails, execution)
            kind.first = run.plan.number
        elif _length(execution) < _length(kind.shortest):
            kind.shortest = execution
        if fingerprint not in self._distinct and len(self.paths) < MOST_PATHS:
            self.paths.append((key, execution.choices()))
        kind.traces.add(fingerprint)
        self.torn = self.torn or self._distinct.setdefault(fingerprint, key) != key
        if isinstance(run.plan, RandomPlan):
            kind.samples += 1
            self.samples += 1
        return kind

    def key_of(self, execution: Execution) -> str:
        """Under which key an execution would be counted."""
        key = execution.outcome.key or execution.outcome.kind
        return key + " " + repr(execution.output) if self.outputs else key


def _goes_round(run: Run) -> bool:
    """Whether at the end all who could go on only asked the same again and again: a livelock."""
    waiting = run.plan.waiting.get(len(run.execution.steps) - 1, ())
    return bool(waiting) and all(c.actor in waiting for c in run.execution.offered[-1] if c.enabled)


def _unfinished(run: Run) -> Outcome:
    sentence = _("not through after {count} steps").format(count=len(run.execution.steps))
    if len(run.execution.offered[-1]) > MOST_ACTORS:
        sentence = _("more than {count} processes and threads at once").format(count=MOST_ACTORS)
    return Outcome("unfinished", sentence, False, "unfinished")


def _length(execution: Execution) -> tuple[int, int]:
    return switches(execution.choices()), len(execution.steps)
