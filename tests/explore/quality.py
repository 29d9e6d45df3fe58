"""How often, and how fast, the flaw of each broken lesson is found, over seeds.

    python -m tests.explore.quality [--seeds 5] [--time 60] [--jobs 2] [LESSON ...]

Prints a line a lesson: in how many of the explorations the flaw was found, the median and the worst
time to the first failure, the median number of runs. The exit code is 1 if one was missed.
"""

from __future__ import annotations

import argparse
import statistics
import sys

from ipcsim.explore.explorer import explore
from ipcsim.explore.options import STRATEGIES
from ipcsim.explore.settings import Settings
from ipcsim.run.lessons import load_lessons
from tests.lessons.losing_schedules import broken, program_of


def main() -> int:
    """Measure; 1 if a flaw was missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.explore.quality")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--time", type=float, default=60.0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--strategy", choices=STRATEGIES, default="staged")
    parser.add_argument("lessons", nargs="*")
    chosen = parser.parse_args()
    missed = 0
    for lesson in load_lessons():
        variant = broken(lesson)
        if variant is None or (chosen.lessons and lesson.name not in chosen.lessons):
            continue
        program = program_of(lesson, variant)
        seconds, runs, found = [], [], 0
        for seed in range(chosen.seeds):
            settings = Settings(chosen.strategy, seed, chosen.time, jobs=chosen.jobs, first=True)
            state = explore(program.executor, settings)
            found += bool(state.tally.failures())
            seconds.append(state.elapsed_s)
            runs.append(state.tally.schedules)
        missed += chosen.seeds - found
        print(
            f"{lesson.name:24} {found} of {chosen.seeds}"
            f"   median {statistics.median(seconds):.1f} s   worst {max(seconds):.1f} s"
            f"   {statistics.median(runs):.0f} runs",
            flush=True,
        )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
