"""``python -m tests.soak COMMAND``."""

from __future__ import annotations

import argparse
import sys

from tests.soak.floods import soak_floods
from tests.soak.kills import soak_kills
from tests.soak.orphans import soak_orphans
from tests.soak.replays import soak_replays
from tests.soak.runs import soak_runs


def main() -> int:
    """0 if nothing was violated, else 1."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, count, what in (
        ("runs", 200, "sessions started and stopped at random moments"),
        ("kills", 1000, "SIGKILL of watched processes"),
        ("orphans", 60, "SIGKILL of ipcsim and of its supervisor"),
        ("replays", 1000, "schedules of all lessons, recorded and replayed"),
    ):
        command = commands.add_parser(name, help=what)
        command.add_argument("--count", type=int, default=count)
        command.add_argument("--seed", type=int, default=0)
    floods = commands.add_parser("floods", help="10 million puts, 1 GB of output, 200 processes")
    floods.add_argument("--scale", type=float, default=1.0, help="1 is the full size")
    floods.add_argument("--only", choices=["puts", "output", "processes"])
    chosen = parser.parse_args()
    if chosen.command == "floods":
        verdict = soak_floods(chosen.scale, chosen.only)
    else:
        soaks = {
            "runs": soak_runs,
            "kills": soak_kills,
            "orphans": soak_orphans,
            "replays": soak_replays,
        }
        verdict = soaks[chosen.command](chosen.count, chosen.seed)
    verdict.show(chosen.command)
    return 1 if verdict.violations else 0


if __name__ == "__main__":
    sys.exit(main())
