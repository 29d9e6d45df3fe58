"""How often does each lesson show what it promises?

    python -m tests.lessons.flaw_shows [--runs 20] [--watched] [LESSON[/VARIANT] ...]

Counts for spawn and fork, with 2, 4 and 8 of whatever the lesson counts, and prints a table.
The exit code is 1 if something falls below 19 of 20.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from .catalogue import Lesson, Variant, load_all
from .one_run import Outcome, bare_command, run, watched_command

GOOD_ENOUGH = 0.95
PATIENCE_S = 30.0


@dataclass
class Cell:
    """One variant under one start method with one count."""

    variant: Variant
    method: str
    count: int | None
    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def held(self) -> int:
        return sum(outcome.holds for outcome in self.outcomes)

    @property
    def good(self) -> bool:
        # A flaw may hide once in twenty; what is right must be right every time.
        needed = 1.0 if self.variant.verdict == "clean" else GOOD_ENOUGH
        return self.held >= needed * len(self.outcomes)

    @property
    def heading(self) -> str:
        return self.method + (f" {self.count}" if self.count else "")

    def settings(self) -> dict[str, str]:
        return {name: str(self.count) for name in self.variant.counts} if self.count else {}


def cells(variants: Iterable[Variant], methods: list[str], counts: list[int]) -> Iterator[Cell]:
    for variant in variants:
        for method in methods:
            for count in counts if variant.counts else [None]:
                yield Cell(variant, method, count)


def chosen(lessons: Iterable[Lesson], wanted: list[str], only: str) -> Iterator[Variant]:
    for lesson in lessons:
        for variant in lesson.variants:
            named = not wanted or lesson.name in wanted or variant.label in wanted
            kind = "clean" if variant.verdict == "clean" else "flawed"
            if named and only in ("all", kind) and (kind == "clean" or not lesson.needs_step):
                yield variant


def fill(cell: Cell, runs: int, watched: bool) -> Cell:
    variant, settings = cell.variant, cell.settings()
    for _ in range(runs):
        if watched:
            # The tool needs a while to start, and is itself never asleep.
            check = replace(variant.check, after_s=variant.check.after_s + 4)
            command = watched_command(variant, cell.method, settings, PATIENCE_S)
            outcome = run(command, check, PATIENCE_S, sleeps=False)
        else:
            outcome = run(bare_command(variant, cell.method, settings), variant.check, PATIENCE_S)
        cell.outcomes.append(outcome)
    return cell


def show(filled: list[Cell]) -> None:
    """One line for each variant: how often it held, and the slowest run."""
    lines = [f"{cell.heading} {cell.held}/{len(cell.outcomes)}" for cell in filled]
    slowest = max(outcome.seconds for cell in filled for outcome in cell.outcomes)
    marks = ["" if cell.good else " !" for cell in filled]
    row = " | ".join(line + mark for line, mark in zip(lines, marks, strict=True))
    print(f"{filled[0].variant.label:44} {row} | slowest {slowest:.1f} s", flush=True)
    for cell in filled:
        for outcome in [o for o in cell.outcomes if not o.holds][:1]:
            print(f"    {cell.heading}: {outcome.why}")
            said = (outcome.output[-300:] + "\n" + outcome.errors[-600:]).strip()
            print("    " + said.replace("\n", "\n    "))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.lessons.flaw_shows")
    parser.add_argument("wanted", nargs="*", metavar="LESSON[/VARIANT]")
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--watched", action="store_true", help="run under `ipcsim run`")
    parser.add_argument("--methods", nargs="+", default=["spawn", "fork"])
    parser.add_argument("--counts", nargs="+", type=int, default=[2, 4, 8])
    parser.add_argument("--only", choices=["all", "flawed", "clean"], default="all")
    parser.add_argument("--jobs", type=int, default=1, help="runs at the same time")
    options = parser.parse_args()

    variants = list(chosen(load_all(), options.wanted, options.only))
    if not variants:
        parser.error("no such lesson")
    bad = 0
    with ThreadPoolExecutor(options.jobs) as pool:
        for variant in variants:
            todo = list(cells([variant], options.methods, options.counts))
            filled = list(pool.map(lambda cell: fill(cell, options.runs, options.watched), todo))
            show(filled)
            bad += sum(not cell.good for cell in filled)
    print(f"{bad} below 19 of 20" if bad else "everything shows what it promises")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
