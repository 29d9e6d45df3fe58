"""An exploration as data for JSON; the schema is ``report.schema.json`` beside this file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from ipcsim import __version__
from ipcsim.control.schedule import turns_of
from ipcsim.control.steps import Execution
from ipcsim.explore.explain import Remark, explain
from ipcsim.explore.explorer import Exploration, verdict
from ipcsim.explore.minimise import Minimised
from ipcsim.explore.outcomes import Kind, Tally, wilson

FORMAT: Final = "ipcsim-exploration"
VERSION: Final = 1


def report(
    state: Exploration, program: str, minimised: Minimised | None, unconfirmed: Sequence[str] = ()
) -> dict[str, Any]:
    """What an exploration came to.

    Args:
        state: the exploration, over.
        program: as it was given.
        minimised: the shortest failure, if there is one.
        unconfirmed: keys of outcomes that did not come again on freshly started processes.
    """
    tally = state.tally
    return {
        "format": FORMAT,
        "version": VERSION,
        "ipcsim": __version__,
        "program": program,
        "strategy": state.settings.strategy,
        "seed": state.settings.seed,
        "schedules": tally.schedules,
        "distinct": tally.distinct,
        "exhausted": state.exhausted,
        "bound": state.bound,
        "busy_waiting_cut": state.cut_rounds,
        "interrupted": state.interrupted,
        "trouble": state.trouble or None,
        "unjudged": len(tally.unjudged) + len(state.lost),
        "verdict": verdict(state),
        "seconds": round(state.elapsed_s, 3),
        "samples": tally.samples,
        "outcomes": [
            _outcome(kind, tally.samples, kind.key not in unconfirmed) for kind in tally.sorted()
        ],
        "interleavings": _interleavings(tally),
        "minimised": None if minimised is None else _minimised(minimised),
    }


def _outcome(kind: Kind, samples: int, confirmed: bool) -> dict[str, Any]:
    return {
        "outcome": kind.outcome.kind if kind.outcome.fails or not kind.fails else "output",
        "sentence": kind.outcome.sentence,
        "key": kind.key,
        "fails": kind.fails,
        "confirmed": confirmed,
        "count": kind.count,
        "samples": kind.samples,
        "share": [round(bound, 6) for bound in wilson(kind.samples, samples)] if samples else None,
        "schedule": schedule_rows(kind.shortest),
    }


def _interleavings(tally: Tally) -> dict[str, Any]:
    """The distinct interleavings that make up the tree, each as numbers of actors."""
    actors: dict[str, int] = {}
    keys = [kind.key for kind in tally.sorted()]
    paths = []
    for key, choices in tally.paths:
        turns: list[Any] = []
        for choice in choices:
            number = actors.setdefault(choice.actor, len(actors))
            turns.append([number, choice.what] if choice.what else number)
        paths.append({"outcome": keys.index(key), "choices": turns})
    return {"actors": list(actors), "paths": paths}


def schedule_rows(execution: Execution) -> list[list[Any]]:
    """The choices of an execution as in a schedule's file: actor, call, line."""
    rows = []
    for turn in turns_of(execution.steps):
        row = [turn.choice.actor, turn.call, turn.line]
        rows.append([*row, turn.choice.what] if turn.choice.what else row)
    return rows


def _minimised(minimised: Minimised) -> dict[str, Any]:
    return {
        "outcome": minimised.execution.outcome.kind,
        "sentence": minimised.execution.outcome.sentence,
        "switches": minimised.switches,
        "steps": minimised.steps,
        "schedule": schedule_rows(minimised.execution),
        "explanation": [_remark(remark) for remark in explain(minimised.execution)],
    }


def _remark(remark: Remark) -> dict[str, Any]:
    return {
        "step": remark.number,
        "actor": remark.actor,
        "call": remark.call,
        "line": remark.line,
        "note": remark.note,
    }
