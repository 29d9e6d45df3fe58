"""Sessions that are started and stopped at random moments, one after the other in one process."""

from __future__ import annotations

import os
import random
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Final

from ipcsim.run.session import Session
from ipcsim.run.spec import RunSpec
from tests.soak.marks import Mark, marked
from tests.soak.verdict import Verdict
from tests.soak.vitals import MEGABYTE, Vitals, drift, own_vitals

PROGRAM: Final = Path(__file__).parent / "programs" / "mixture.py"
_LONGEST_S: Final = 2.0
_GONE_S: Final = 10.0
"""So long a run's remains may take to vanish after ``close``; on an idle machine it is no time."""
_WARM_UP: Final = 2
"""The first runs import modules and fill caches."""
_GROWTH: Final = 4 * MEGABYTE


def soak_runs(count: int, seed: int = 0, longest: float = _LONGEST_S) -> Verdict:
    """Start and stop ``count`` sessions; each lives for at most ``longest`` seconds."""
    verdict = Verdict()
    choice = random.Random(seed)
    vitals: list[Vitals] = []
    slowest = 0.0
    endings: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as folder, marked(Path(folder)) as mark:
        for number in range(_WARM_UP + count):
            how = _one_run(choice, longest)
            endings[how] = endings.get(how, 0) + 1
            took = _demand_nothing_left(mark, verdict, number, how)
            slowest = max(slowest, took)
            if number >= _WARM_UP:
                vitals.append(own_vitals())
    verdict.figures["sessions"] = ", ".join(f"{n} {how}" for how, n in sorted(endings.items()))
    verdict.figures["slowest to leave nothing behind, s"] = f"{slowest:.2f}"
    _demand_flat(verdict, vitals)
    return verdict


def _one_run(choice: random.Random, longest: float) -> str:
    """How it was ended."""
    spec = RunSpec(
        program=PROGRAM,
        args=[str(choice.randrange(1 << 30)), "strangers"],
        start_method=choice.choice(["fork", "spawn", "forkserver"]),
    )
    how = choice.choice(["closed", "closed unread", "stopped", "paused", "let end"])
    # Many moments of the start-up, some of the time thereafter.
    moment = time.monotonic() + longest * choice.random() ** 2
    with Session(spec) as session:
        if how == "let end":
            moment += longest
        while time.monotonic() < moment and session.running:
            if how == "closed unread":
                time.sleep(0.01)
            else:
                session.poll()
                session.wait(0.01)
        if how == "paused":
            session.pause()
        if how == "stopped":
            session.stop()
            patience = time.monotonic() + 30
            while session.running and time.monotonic() < patience:
                session.poll()
                session.wait(0.01)
            if session.running:
                return "never stopped"
    return how


def _demand_nothing_left(mark: Mark, verdict: Verdict, number: int, how: str) -> float:
    took, left = mark.wait_until_clean(os.getpid(), _GONE_S)
    if left:
        verdict.demand(False, f"run {number} ({how}) has left {', '.join(left)}")
        mark.sweep()
    verdict.demand(how != "never stopped", f"run {number} could not be stopped")
    return took


def _demand_flat(verdict: Verdict, vitals: list[Vitals]) -> None:
    for name, values in (
        ("descriptors", [v.descriptors for v in vitals]),
        ("threads", [v.threads for v in vitals]),
    ):
        found = drift(values)
        verdict.figures[f"{name}, first and last fifth"] = f"{found.first:g} {found.last:g}"
        verdict.demand(found.growth <= 0, f"{found.growth:g} more {name}")
    found = drift([v.memory for v in vitals])
    verdict.figures["memory, first and last fifth, MB"] = (
        f"{found.first / MEGABYTE:.1f} {found.last / MEGABYTE:.1f}"
    )
    verdict.figures["memory, median of all, MB"] = (
        f"{median([v.memory for v in vitals]) / MEGABYTE:.1f}"
    )
    verdict.demand(found.growth <= _GROWTH, f"{found.growth / MEGABYTE:.1f} MB more memory")
