"""Replays every losing schedule many times: do all end alike?

    python -m tests.lessons.replays [--times 26] [LESSON ...]

The exit code is 1 if one ended otherwise.
"""

from __future__ import annotations

import argparse
import sys
import time

from ipcsim.control.following import Following
from ipcsim.control.schedule import read_schedule
from ipcsim.explore.outcomes import Tally
from ipcsim.explore.replaying import program_of
from ipcsim.run.lessons import load_lessons

from .losing_schedules import FILE


def main() -> int:
    """Replay; 1 if anything ended otherwise."""
    parser = argparse.ArgumentParser(prog="python -m tests.lessons.replays")
    parser.add_argument("--times", type=int, default=26)
    parser.add_argument("lessons", nargs="*")
    chosen = parser.parse_args()
    made, other, began = 0, 0, time.monotonic()
    for lesson in load_lessons():
        file = lesson.folder / FILE
        if not file.is_file() or (chosen.lessons and lesson.name not in chosen.lessons):
            continue
        schedule = read_schedule(file)
        with program_of(schedule, file).forked() as executor:
            for _ in range(chosen.times):
                following = Following(schedule)
                execution = executor.run(following.decide)
                made += 1
                same = Tally(schedule.outputs).key_of(execution) == schedule.outcome
                if following.departed or not same:
                    other += 1
                    said = following.departed or execution.outcome.sentence
                    print(f"{lesson.name:24} {said}", flush=True)
    print(f"{made} replays, {other} ended otherwise, {time.monotonic() - began:.0f} s")
    return 1 if other else 0


if __name__ == "__main__":
    sys.exit(main())
