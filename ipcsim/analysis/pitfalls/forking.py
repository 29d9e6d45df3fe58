"""P7, forks in a process with threads; P10, daemons that are ended in the midst of their work."""

from __future__ import annotations

from ipcsim.analysis.ending import end_of, signals_to
from ipcsim.analysis.finding import NOTICE, Finding, locations, place_of
from ipcsim.events import Kind
from ipcsim.language import _
from ipcsim.supervisor.messages import State
from ipcsim.trace.history import History
from ipcsim.trace.own_threads import is_programs
from ipcsim.trace.standing import Standing


def find(trace: History) -> list[Finding]:
    """A finding for each."""
    return _forked_with_threads(trace) + _daemons(trace)


def _forked_with_threads(trace: History) -> list[Finding]:
    """Forks in a process that has other threads: a lock may be taken along, locked."""
    found: list[Finding] = []
    for info in trace.processes:
        parent = info.parent
        if parent is None or info.start_method != "fork":
            continue
        now = Standing(trace, info.started)
        others = [
            actor
            for actor in trace.processes[parent].actors
            if trace.actors[actor].thread
            and now.last[actor] >= 0
            and now.kinds[actor] != Kind.THREAD_END
            and is_programs(trace, actor)
        ]
        if not others:
            continue
        end = end_of(trace)
        main = info.actors[0]
        stuck = (
            end.now.kinds[main] == Kind.ACQUIRE_WAIT
            and not end.now.over[info.process]
            and trace.registry.all[end.now.objects[main]].kind.startswith("threading.")
        )
        if not stuck and found:
            continue
        place = end.now.place(main) if stuck else None
        found.append(
            Finding(
                "fork_with_threads",
                (
                    _(
                        "{who} was forked while {parent} had other threads, and waits for a lock "
                        "(line {line}) that one of them held at that moment: that thread does not "
                        "exist in {who}."
                    )
                    if stuck
                    else _("{who} was forked while {parent} had other threads ({threads}).")
                ).format(
                    who=info.name,
                    parent=trace.processes[parent].name,
                    threads=", ".join(trace.actors[actor].name for actor in others[:3]),
                    line=trace.at_line(place),
                ),
                _(
                    "A fork copies memory with all its locks as they are, but only the thread that "
                    "forks. A lock that another thread holds stays locked in the child for ever."
                ),
                (parent, info.process),
                (),
                locations(place),
                info.started,
                severity=NOTICE if not stuck else "wrong",
                remedy=_("Start processes before threads, or use the start method spawn."),
                pitfall="P7",
                reference="multiprocessing: Contexts and start methods (fork)",
            )
        )
    return found


def _daemons(trace: History) -> list[Finding]:
    """Daemons that were at work when their parent's end ended them."""
    end = end_of(trace)
    store = trace.store
    found = []
    for info in trace.processes:
        if not info.daemon or info.ended is None or info.process in end.cut_short:
            continue
        if info.state not in (State.TERMINATED, State.KILLED) or info.parent is None:
            continue
        mine = store.of_actor(info.actors[0])
        signals = signals_to(trace, info)
        # The library's own has no place in the program.
        asked = any(place_of(trace, signal) is not None for signal in signals.tolist())
        if not len(mine) or not info.role or asked or info.role == "worker":
            continue
        last = int(mine[-1])
        if store.kind.view[last] in (Kind.GET_WAIT, Kind.RECV_WAIT, Kind.EVENT_WAIT):
            continue  # it was waiting for more to do
        place = place_of(trace, last)
        found.append(
            Finding(
                "daemon_cut_off",
                _(
                    "{who} is a daemon and was ended in the middle of its work (line {line})."
                ).format(who=info.name, line=trace.at_line(place)),
                _(
                    "When a process ends, it terminates its daemonic children at once, "
                    "whatever they "
                    "are doing."
                ),
                (info.process,),
                (),
                locations(place),
                info.ended,
                (int(store.where.view[last]),),
                severity=NOTICE,
                remedy=_("Tell it to stop and join it, or don't make it a daemon."),
                pitfall="P10",
                reference="multiprocessing: Process.daemon",
            )
        )
    return found
