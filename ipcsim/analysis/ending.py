"""The last moment at which the program was left alone: what was blocked then was blocked for good.

A run that ends by itself is looked at when its last process has ended; one that ipcsim has ended
(after a timeout, or by Stop) just before it did so; one that still runs, now.
"""

from __future__ import annotations

from ipcsim.events import Kind
from ipcsim.supervisor.messages import State
from ipcsim.trace.history import History
from ipcsim.trace.people import ProcessInfo
from ipcsim.trace.standing import Standing


class End:
    """The end of a run, as far as the program had a say in it."""

    def __init__(self, trace: History) -> None:
        self.trace = trace
        self.stopped = trace.ended is not None and (trace.ended.stopped or trace.ended.timed_out)
        self.cut_short = {
            info.process for info in trace.processes if self.stopped and self._was_cut_short(info)
        }
        """Processes that were alive until ipcsim ended them."""
        moments = [
            info.ended
            for info in trace.processes
            if info.process in self.cut_short and info.ended is not None
        ]
        self.t = min(moments) - 1 if moments else trace.end
        self.now = Standing(trace, self.t)
        self.still_runs = trace.ended is None

    def _was_cut_short(self, info: ProcessInfo) -> bool:
        if info.ended is None:
            return True
        if info.state not in (State.KILLED, State.TERMINATED) or asked_for(self.trace, info):
            return False
        store = self.trace.store
        return not len(store) or info.ended >= store.time(len(store) - 1)


def asked_for(trace: History, info: ProcessInfo) -> bool:
    """Whether the program itself has terminated or killed a process."""
    store = trace.store
    signals = store.of(-1, Kind.TERMINATE, Kind.KILL)
    return bool((trace.raw.args(trace.rows(signals)) == info.pid).any())


def end_of(trace: History) -> End:
    """The end of a run; looked for anew when the trace has grown."""
    found: tuple[int, End] | None = trace.remembered("end", lambda: None)
    if found is None or found[0] != trace.version:
        found = (trace.version, End(trace))
        trace.remember("end", found)
    return found[1]
