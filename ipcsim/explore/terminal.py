"""``ipcsim explore``: the search in a terminal. Progress goes to stderr, the result to stdout."""

from __future__ import annotations

import json
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ipcsim.control.executor import ControlError
from ipcsim.control.schedule import Schedule, hash_of, turns_of
from ipcsim.control.steps import Execution
from ipcsim.explore.explain import explain
from ipcsim.explore.explorer import Exploration, explore, verdict
from ipcsim.explore.finished import Finished, finish
from ipcsim.explore.minimise import Minimised
from ipcsim.explore.needless import needs
from ipcsim.explore.outcomes import Kind, wilson
from ipcsim.explore.progress import progress
from ipcsim.explore.report import report
from ipcsim.explore.settings import Program, Settings
from ipcsim.language import _, grouped, ngettext

NOTHING_FAILS: Final = 0
FAILS: Final = 1
NO_VERDICT: Final = 2
_BAR = 40


def explore_in_terminal(program: Program, name: str, settings: Settings) -> int:
    """Explore a program and say what came of it.

    Args:
        program: what to explore.
        name: how the person calls it: a path, a module, ``lesson:NAME/VARIANT``.

    Returns:
        0 if nothing fails, 1 if a failure was found, 2 if nothing can be said.
    """
    out, err = Console(highlight=False), Console(stderr=True, highlight=False)
    try:
        with progress(err, settings.told) as show:
            state = explore(program.executor, settings, show, program.fresh)
            finished = finish(state, program.forked, program.fresh)
            found = list(needs(program, state, settings, show)) if settings.needed else []
    except ControlError as error:
        err.print(f"ipcsim: {error}", style="yellow", markup=False)
        return NO_VERDICT
    best = finished.minimised
    if settings.report is not None:
        lost = [kind.key for kind in finished.unconfirmed]
        content = report(state, name, best, lost)
        content["locks"] = [
            {"lock": n.lock, "needed": n.needed, "sentence": n.sentence} for n in found
        ]
        text = json.dumps(content, indent=1, ensure_ascii=False)
        settings.report.write_text(text + "\n", "utf-8")
    for need in found:
        out.print(need.sentence, style=None if need.needed else "yellow", markup=False)
    if best is not None and settings.save is not None:
        schedule_of(program, name, best.execution, state).save(settings.save)
    _print_result(out, finished)
    if best is not None and settings.save is not None:
        out.print(_("Replay it with: ipcsim replay {file}").format(file=settings.save))
    elif settings.save is not None:
        err.print(_("Nothing fails, so no schedule was saved."))
    if finished.confirmed:
        return FAILS
    judged = [kind for kind in state.tally.kinds if kind != "unfinished"]
    unsaid = state.trouble or finished.unconfirmed or not judged
    return NO_VERDICT if unsaid else NOTHING_FAILS


def schedule_of(program: Program, name: str, execution: Execution, state: Exploration) -> Schedule:
    """The file of an execution's schedule."""
    spec = program.spec
    return Schedule(
        program=name,
        turns=turns_of(execution.steps),
        sha256=hash_of(program.source),
        is_module=spec.program is None,
        args=list(spec.args),
        parameters=dict(spec.parameters),
        start_method=spec.start_method,
        hash_seed=program.hash_seed,
        early=program.early,
        outputs=program.outputs,
        outcome=state.tally.key_of(execution),
        sentence=_sentence(execution),
    )


def _print_result(console: Console, finished: Finished) -> None:
    state = finished.state
    tally = state.tally
    console.print(
        ngettext(
            "{count} schedule run: {verdict}.",
            "{count} schedules run: {verdict}.",
            tally.schedules,
        ).format(count=grouped(tally.schedules), verdict=verdict(state)),
        markup=False,
    )
    if state.interrupted:
        console.print(_("Interrupted."))
    if tally.distinct:
        console.print(_bar(tally.sorted(), tally.distinct))
        console.print(_table(finished))
        if not state.exhausted and tally.samples:
            console.print(_estimate(finished), markup=False)
    if tally.cut:
        console.print(
            _("Give it smaller parameters, or more steps with --steps, to see how it ends."),
            style="yellow",
        )
    for sentence in dict.fromkeys([*tally.unjudged, *state.lost]):
        console.print(_("Not judged: {why}").format(why=sentence), style="yellow", markup=False)
    for kind in finished.unconfirmed:
        console.print(
            _(
                "Seen, but not again on freshly started processes, so not counted as a failure: "
                "{what}"
            ).format(what=kind.outcome.sentence),
            style="yellow",
            markup=False,
        )
    if finished.minimised is not None:
        print_shortest(console, finished.minimised)


def _style(kind: Kind) -> str:
    return "red" if kind.fails else "green"


def _bar(kinds: list[Kind], total: int) -> Text:
    """The distribution as one bar."""
    bar = Text()
    for kind in kinds:
        width = max(1, round(_BAR * kind.count / total))
        bar.append(("█" if kind.fails else "░") * width, _style(kind))
    return bar


def _table(finished: Finished) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold")
    tally = finished.state.tally
    for kind in tally.sorted():
        sentence = _sentence(kind.shortest) if kind.fails else kind.outcome.sentence
        count = grouped(kind.count)
        if finished.state.exhausted:
            total = grouped(tally.distinct)
            count = _("{count} of {total}").format(count=count, total=total)
        table.add_row(Text(count, _style(kind)), Text(sentence))
    return table


def _sentence(failure: Execution) -> str:
    """How a failure ended; where only its output differs, that is said."""
    if failure.outcome.fails:
        return failure.outcome.sentence
    text = failure.output.decode("utf-8", "replace").strip()
    return _("another output: {text}").format(text=text)


def _estimate(finished: Finished) -> str:
    tally = finished.state.tally
    hits = sum(kind.samples for kind in tally.kinds.values() if kind.fails)
    low, high = wilson(hits, tally.samples)
    return _(
        "Of {samples} random walks {hits} fail: between {low:.1%} and {high:.1%} of such walks do "
        "(95-percent interval)."
    ).format(samples=tally.samples, hits=hits, low=low, high=high)


def print_shortest(console: Console, shortest: Minimised) -> None:
    """Say what the shortest failure is, and which operations matter in it."""
    console.print()
    console.print(
        _("Shortest failure found: {switches} context switches, {steps} steps").format(
            switches=shortest.switches, steps=shortest.steps
        ),
        style="bold",
    )
    console.print(_sentence(shortest.execution), markup=False)
    remarks = explain(shortest.execution)
    if not remarks:
        console.print(_("No step that is seen makes the difference."))
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(_("Step"), justify="right")
    table.add_column(_("Who"))
    table.add_column(_("Line"), justify="right")
    table.add_column(_("Does"))
    table.add_column("")
    for remark in remarks:
        number = "–" if remark.number is None else str(remark.number)
        line = str(remark.line) if remark.line else ""
        table.add_row(number, remark.actor, line, Text(remark.call), Text(remark.note))
    console.print(table)
