"""The options of ``ipcsim explore``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ipcsim.language import _

if TYPE_CHECKING:
    from ipcsim.explore.settings import Settings

STRATEGIES: Final = ("staged", "dpor", "preemptions", "pct", "random")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what can be chosen about a search."""
    parser.add_argument(
        "--strategy",
        choices=STRATEGIES,
        default="staged",
        help=_("how to search; staged: exhaustive, those with few preemptions first"),
    )
    parser.add_argument("--seed", type=int, default=0, metavar="N", help=_("of what is random"))
    parser.add_argument(
        "--time", type=float, default=60.0, metavar="SECONDS", help=_("search for so long")
    )
    parser.add_argument("--schedules", type=int, metavar="N", help=_("run at most so many"))
    parser.add_argument("--preemptions", type=int, metavar="N", help=_("with at most so many"))
    parser.add_argument(
        "--depth", type=int, default=3, metavar="N", help=_("of the flaws that pct looks for")
    )
    parser.add_argument(
        "--steps", type=int, default=10_000, metavar="N", help=_("a run is ended after so many")
    )
    parser.add_argument("--jobs", type=int, metavar="N", help=_("so many at once"))
    parser.add_argument("--first", action="store_true", help=_("stop at the first failure"))
    parser.add_argument(
        "--outcome",
        choices=["failures", "stdout"],
        default="failures",
        help=_("stdout: a difference in what is printed is a failure"),
    )
    parser.add_argument(
        "--early-timeouts",
        action="store_true",
        help=_("timed waits may also give up while others could go on"),
    )
    parser.add_argument(
        "--needed",
        action="store_true",
        help=_("also find out which of its locks and barriers it needs"),
    )
    parser.add_argument(
        "--like",
        metavar="REPORT[:N]",
        help=_(
            "look for a schedule that shows finding N of a report of `ipcsim run`, or each of them"
        ),
    )
    parser.add_argument(
        "--save-schedule", type=Path, metavar="FILE", help=_("keep the shortest failing schedule")
    )
    parser.add_argument("--report", type=Path, metavar="FILE", help=_("write a JSON report"))
    parser.add_argument(
        "--progress-json",
        action="store_true",
        help=_("say on stderr how far it is, in lines of JSON, for another program"),
    )


def settings_of(chosen: argparse.Namespace) -> Settings:
    """The settings that were chosen.

    Raises:
        ValueError: they make no sense; the message says why.
    """
    from ipcsim.explore.settings import Settings, cores

    for option in ("schedules", "depth", "steps", "jobs"):
        value = getattr(chosen, option)
        if value is not None and value < 1:
            raise ValueError(_("--{option} wants a number of at least 1").format(option=option))
    if chosen.preemptions is not None and chosen.preemptions < 0:
        raise ValueError(_("--preemptions wants a number of at least 0"))
    if not chosen.time > 0:
        raise ValueError(_("--time wants a number of seconds above 0"))
    file = chosen.save_schedule
    if file is not None and not file.absolute().parent.is_dir():
        raise ValueError(_("there is no folder {path}").format(path=file.absolute().parent))
    return Settings(
        strategy=chosen.strategy,
        seed=chosen.seed,
        time_s=chosen.time,
        schedules=chosen.schedules,
        preemptions=chosen.preemptions,
        depth=chosen.depth,
        steps=chosen.steps,
        jobs=chosen.jobs if chosen.jobs is not None else len(cores()),
        first=chosen.first,
        outputs=chosen.outcome == "stdout",
        early=chosen.early_timeouts,
        needed=chosen.needed,
        save=file,
        report=chosen.report,
        told=chosen.progress_json,
    )
