"""Which processes ended by an exception, or by a signal that nobody had asked for?"""

from __future__ import annotations

from ipcsim.analysis.ending import asked_for, end_of
from ipcsim.analysis.finding import Finding, location
from ipcsim.events import Kind
from ipcsim.language import _
from ipcsim.supervisor.messages import State
from ipcsim.trace.happenings import error_said, place_of_raise, raised
from ipcsim.trace.history import History

_QUIET = ("SystemExit", "KeyboardInterrupt", "GeneratorExit")
"""Ways to end on purpose."""


def find(trace: History) -> list[Finding]:
    """Exceptions that left a target or the main module, and deaths by signal."""
    store, end = trace.store, end_of(trace)
    found = []
    told = set()
    for ordinal in store.of(-1, Kind.RAISED).tolist():
        row = int(store.where.view[ordinal])
        process = trace.process_of_row(row)
        facts = raised(trace, row)
        if facts.get("type") in _QUIET:
            continue
        told.add(process)
        if end.stopped and store.time(ordinal) > end.t:
            continue  # another process was gone already
        place = place_of_raise(trace, row)
        where = location(place)
        missing = facts.get("type") == "ModuleNotFoundError"
        found.append(
            Finding(
                "missing_module" if missing else "exception",
                _sentence(where).format(
                    who=trace.processes[process].name,
                    error=error_said(trace, row),
                    line=trace.at_line(place),
                ),
                _explain_missing() if missing else _explain(),
                (process,),
                (),
                (where,) if where else (),
                store.time(ordinal),
                (row,),
            )
        )
    return found + _signals(trace) + _untold(trace, told)


def _sentence(where: str) -> str:
    if where:
        return _("{who} ended by {error} (line {line}).")
    return _("{who} ended by {error}.")  # in nothing of the program's


def _explain() -> str:
    return _(
        "An exception that leaves a process's target ends that process only. Its parent isn't "
        "told, unless it looks at exitcode, and whoever waits for its messages waits on."
    )


def _explain_missing() -> str:
    return _(
        "The Python that runs the program doesn't have this module. Choose a Python that has it: "
        "`--python PATH` on the command line, or *Python* above the stage in the window."
    )


def _signals(trace: History) -> list[Finding]:
    end = end_of(trace)
    found = []
    for info in trace.processes:
        if (
            info.ended is None
            or info.state != State.KILLED
            or info.process in end.cut_short
            or asked_for(trace, info)
        ):
            continue
        found.append(
            Finding(
                "killed",
                _("{who} was killed ({reason}).").format(
                    who=info.name, reason=info.detail or info.exit_code
                ),
                _(
                    "A process that is killed releases nothing: locks stay taken, and what lay "
                    "in its queues' buffers is lost."
                ),
                (info.process,),
                time=info.ended,
            )
        )
    return found


def _untold(trace: History, told: set[int]) -> list[Finding]:
    """Processes that crashed where the exception itself isn't in the recording."""
    return [
        Finding(
            "exception",
            _("{who} ended with exit code {code}{detail}.").format(
                who=info.name,
                code=info.exit_code,
                detail=f": {info.detail}" if info.detail else "",
            ),
            _("A process that ends with an exit code other than 0 has failed."),
            (info.process,),
            time=info.ended or 0,
        )
        for info in trace.processes
        if info.state == State.CRASHED
        and info.process not in told
        and info.process not in end_of(trace).cut_short
        and not info.detail.startswith(_QUIET)
    ]
