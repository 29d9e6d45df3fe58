"""A schedule that shows a finding: searched for on real processes, confirmed by a recording.

The search sees steps alone; whether a run shows the finding is for the analyses to say. So whatever
looks promising is followed once more, recorded, and its findings are compared with the wanted one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ipcsim.explore.directed import Directed
from ipcsim.explore.explorer import Exploration, explore
from ipcsim.explore.plan import Run
from ipcsim.explore.settings import Program, Settings
from ipcsim.explore.strategy import Strategy
from ipcsim.explore.wanted import Wanted
from ipcsim.language import _
from ipcsim.run.looking import Looking, Shown
from ipcsim.run.sought import Sought


def search(
    program: Program,
    name: str,
    wanted: Sought,
    settings: Settings,
    progress: Callable[[Exploration], None] = lambda _: None,
) -> Shown:
    """Look for a schedule that shows a finding; of those that end alike, one with few switches.

    Args:
        program: what to run.
        name: how the person calls it.
        settings: of the search; its time and number of schedules bound it.

    Raises:
        ControlError: control was lost.
    """
    if wanted.is_measured:
        trouble = _(
            "it is about how long or how often, and under control nothing takes time: no schedule "
            "shows it"
        )
        return Shown(None, "", False, trouble=trouble)
    # Who writes when is a step only where that is asked for.
    program = replace(program, outputs=program.outputs or wanted.kind == "interleaved")
    looking = Looking(program, name, wanted, settings)
    hint = Wanted(wanted.kind, wanted.locations)
    seen_there = False

    def choose(settings: Settings, spent: Callable[[], float]) -> Strategy:
        return Directed(hint, spent, settings.seed, settings.preemptions or 2, settings.early)

    def enough(run: Run) -> bool:
        nonlocal seen_there
        seen_there = seen_there or any(hint.is_at(step.operation) for step in run.execution.steps)
        # What nobody asks permission for at those lines shows in no step; and many a finding is
        # there whoever goes first.
        if run.plan.number == 0 or hint.may_show(run.execution) or not seen_there:
            looking.look(run.execution)
        return looking.content

    state = explore(program.forked, settings, progress, program.fresh, choose, enough)
    if settings.minimise and not wanted.is_in_any_order:
        looking.shorten(hint)
    shown = looking.best
    if shown is None:
        trouble = state.trouble or looking.trouble
        return Shown(None, "", False, state.tally.schedules, state.exhausted, trouble)
    return replace(shown, schedules=state.tally.schedules, exhausted=state.exhausted)
