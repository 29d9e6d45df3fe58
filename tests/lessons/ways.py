"""Which way explore runs each lesson: bodies again, bodies in fresh forks, or everything forked.

    python -m tests.lessons.ways [NAME ...]

With small parameters, by random walks; prints a table and why.
"""

from __future__ import annotations

import sys

from ipcsim.control.reruns import RerunExecutor
from ipcsim.run.lessons import load_lessons
from tests.soak.replays import small, walking

_WALKS = 6
_LIMIT = 1200


def main() -> None:
    """Print the table."""
    wanted = sys.argv[1:]
    counts: dict[str, int] = {}
    for lesson in load_lessons():
        for variant in lesson.variants:
            name = f"{lesson.name}/{variant.name}"
            if wanted and not any(one in name for one in wanted):
                continue
            with RerunExecutor(
                variant.program,
                parameters=small(lesson, variant),
                expected=variant.expected(),
                outputs=True,
            ) as executor:
                for seed in range(_WALKS):
                    executor.run(walking(seed), _LIMIT)
                way = "whole" if executor.whole else "forked" if executor.reason else "again"
                why = executor.whole or executor.reason
                figures = f"{executor.reruns} {executor.forked}"
            counts[way] = counts.get(way, 0) + 1
            print(f"{name:<40} {way:<7} {figures:<5} {why}", flush=True)
    print(", ".join(f"{count} {way}" for way, count in sorted(counts.items())))


if __name__ == "__main__":
    main()
