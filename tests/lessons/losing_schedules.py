"""Makes the shortest losing schedule of every broken lesson, by exploration.

    python -m tests.lessons.losing_schedules [--time 60] [--check] [LESSON ...]

Each goes into its lesson's folder as ``losing.schedule``, with the parameters that the lesson's
``[explore]`` table has. ``--check`` writes nothing; it says which lessons have none or one that is
out of date. Lessons whose flaw is no matter of order (they are merely slow) have none.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ipcsim.control.executor import ControlError
from ipcsim.control.schedule import hash_of, read_schedule
from ipcsim.explore.explorer import explore
from ipcsim.explore.finished import finish
from ipcsim.explore.settings import Program, Settings
from ipcsim.explore.terminal import schedule_of
from ipcsim.run.lesson import Found, Lesson, Variant, expected_of
from ipcsim.run.lessons import load_lessons
from ipcsim.run.spec import RunSpec

FILE = "losing.schedule"
SLOW = {"serialised"}
"""Verdicts that no order of operations makes better or worse."""


def broken(lesson: Lesson) -> Variant | None:
    """The variant that has a flaw to be scheduled."""
    variant = next((one for one in lesson.variants if one.name == "broken"), None)
    return variant if variant is not None and variant.verdict not in SLOW else None


def program_of(lesson: Lesson, variant: Variant) -> Program:
    """The variant, with the lesson's parameters for exploring."""
    name = f"{lesson.name}/{variant.name}"
    spec = RunSpec(program=variant.program, parameters=dict(lesson.explore), lesson=name)
    return Program(spec, expected_of(Found(lesson, variant)))


def make(lesson: Lesson, variant: Variant, seconds: float) -> str:
    """Write a lesson's losing schedule; what came of it, in a line."""
    program = program_of(lesson, variant)
    settings = Settings(time_s=seconds, jobs=1, first=True)
    try:
        state = explore(program.executor, settings, fresh=program.fresh)
        finished = finish(state, program.forked, program.fresh)
    except ControlError as error:
        return f"FAILED: {error}"
    best = finished.minimised
    if best is None:
        return f"FAILED: nothing found in {state.tally.schedules} runs {state.trouble}"
    name = f"lesson:{lesson.name}/{variant.name}"
    schedule_of(program, name, best.execution, state).save(lesson.folder / FILE)
    return (
        f"{best.switches} switches, {best.steps} steps, found after {state.elapsed_s:.1f} s in "
        f"{state.tally.schedules} runs: {best.execution.outcome.sentence}"
    )


def out_of_date(file: Path, program: Path) -> str:
    """Why a schedule has to be made again; empty if it hasn't."""
    if not file.is_file():
        return "there is none"
    return "the program has changed" if read_schedule(file).sha256 != hash_of(program) else ""


def main() -> int:
    """Make, or check, what was asked for; 1 if anything is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.lessons.losing_schedules")
    parser.add_argument("--time", type=float, default=60.0)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("lessons", nargs="*")
    chosen = parser.parse_args()
    wrong = 0
    for lesson in load_lessons():
        variant = broken(lesson)
        if variant is None or (chosen.lessons and lesson.name not in chosen.lessons):
            continue
        if chosen.check:
            said = out_of_date(lesson.folder / FILE, variant.program)
            wrong += bool(said)
        else:
            said = make(lesson, variant, chosen.time)
            wrong += said.startswith("FAILED")
        print(f"{lesson.name:24} {said}", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
