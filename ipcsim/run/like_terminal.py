"""``ipcsim explore --like REPORT[:N]``: looks for schedules that show findings."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from ipcsim.control.executor import ControlError
from ipcsim.explore.progress import progress
from ipcsim.explore.settings import Program, Settings
from ipcsim.language import _, grouped, ngettext
from ipcsim.run.like import search
from ipcsim.run.looking import Shown
from ipcsim.run.sought import GRAVER, Request, Sought

NOT_FOUND: Final = 0
FOUND: Final = 1
NO_VERDICT: Final = 2


def search_all_in_terminal(program: Program, name: str, wanted: Request, settings: Settings) -> int:
    """Look for a schedule of each finding of a report; ``settings`` bound the search for one.

    The report that was asked for is the same once more, each finding with its schedule.

    Returns:
        1 if one was found, 0 if none, 2 if control was lost: as of ``ipcsim explore``.

    Raises:
        OSError: the report can't be written.
    """
    out, err = Console(highlight=False), Console(stderr=True, highlight=False)
    answer = NOT_FOUND
    report = deepcopy(wanted.report)
    for number, finding in zip(wanted.numbers, wanted.findings(), strict=True):
        out.print(f"{number}. {finding.sentence}", markup=False)
        try:
            with progress(err, settings.told) as show:
                shown = search(program, name, finding, settings, show)
        except ControlError as error:
            err.print(f"ipcsim: {error}", style="yellow", markup=False)
            answer = NO_VERDICT
            break
        out.print("   " + told(finding, shown), markup=False)
        if shown.schedule is not None:
            answer = FOUND
            report["findings"][number - 1]["schedule"] = shown.schedule.text()
    if settings.report is not None:
        _write(report, settings.report)
    return answer


def search_in_terminal(program: Program, name: str, wanted: Sought, settings: Settings) -> int:
    """Look for a schedule that shows a finding, and keep it where that was asked for.

    Returns:
        1 if one was found, 0 if not, 2 if control was lost: as of ``ipcsim explore``.

    Raises:
        OSError: the schedule or the report can't be written.
    """
    out, err = Console(highlight=False), Console(stderr=True, highlight=False)
    try:
        with progress(err, settings.told) as show:
            shown = search(program, name, wanted, settings, show)
    except ControlError as error:
        err.print(f"ipcsim: {error}", style="yellow", markup=False)
        return NO_VERDICT
    if shown.schedule is not None and settings.save is not None:
        shown.schedule.save(settings.save)
    if shown.report is not None and settings.report is not None:
        _write(shown.report, settings.report)
    out.print(told(wanted, shown), markup=False)
    if shown.schedule is not None and settings.save is not None:
        out.print(_("Replay it with: ipcsim replay {file}").format(file=settings.save))
    return NOT_FOUND if shown.schedule is None else FOUND


def told(wanted: Sought, shown: Shown) -> str:
    """What the search has come to, one or two sentences."""
    if shown.schedule is None:
        if shown.trouble:
            return _("Not found: {why}.").format(why=shown.trouble)
        if shown.exhausted:
            return ngettext(
                "Not found: the one interleaving there is doesn't show it.",
                "Not found: none of all interleavings shows it ({count} schedules run).",
                shown.schedules,
            ).format(count=grouped(shown.schedules))
        return ngettext(
            "Not found in {count} schedule.", "Not found in {count} schedules.", shown.schedules
        ).format(count=grouped(shown.schedules))
    text = ngettext(
        "Found in {count} schedule: {what}",
        "Found in {count} schedules: {what}",
        shown.schedules,
    ).format(count=grouped(shown.schedules), what=shown.sentence)
    if shown.graver or wanted.kind not in GRAVER:
        return text
    return text + " " + _("What it warns of was not found.")


def _write(report: dict[str, Any], file: Path) -> None:
    text = json.dumps(report, indent=2, ensure_ascii=False) + "\n"
    file.write_text(text, "utf-8", "backslashreplace")
