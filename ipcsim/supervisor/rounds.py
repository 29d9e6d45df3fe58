"""A round of the supervisor: everything there is goes into the recording and is told."""

from __future__ import annotations

import time
from typing import Any, Final

from ipcsim.probe import ring
from ipcsim.supervisor.deaths import Deaths
from ipcsim.supervisor.messages import Problem
from ipcsim.supervisor.printing import BACKLOG, Printing
from ipcsim.supervisor.recording import RecordingWriter
from ipcsim.supervisor.rings import Rings
from ipcsim.supervisor.telling import Teller
from ipcsim.supervisor.watched import Watched

_QUIET_CUT_NS: Final = 100_000_000
"""So often a program that does nothing is said to still do nothing: its waits grow longer."""


class Rounds:
    """Made one after the other, until the run is over."""

    def __init__(
        self,
        page: Any,
        rings: Rings,
        deaths: Deaths,
        printing: Printing,
        writer: RecordingWriter,
        teller: Teller,
    ) -> None:
        """``page`` is the run's control page."""
        self._page = page
        self._words = memoryview(page).cast("Q")
        self._rings = rings
        self._deaths = deaths
        self._printing = printing
        self._writer = writer
        self._teller = teller
        self._last_poll = self._last_cut = time.perf_counter_ns()
        self._said_full = False
        self.ending = False
        """Whether it is we who end the program: nobody is killed by others any more."""
        self.deaf = False
        """Whether what is printed isn't the program's any more."""
        self.last_event = time.monotonic()
        """When the program was last seen to do something."""

    def make(self, final: bool = False) -> int:
        """Take in all there is; how many records that was."""
        cut = time.perf_counter_ns()
        self._words[ring.PAGE_HEARTBEAT >> 3] = cut
        paused = self._page[ring.PAGE_FLAGS] & ring.PAUSED
        if paused or any(p.states.held for p in self._rings.living if p.died_at is None):
            self._words[ring.PAGE_HELD >> 3] += cut - self._last_poll
        self._last_poll = cut
        if not self.deaf:
            # In the end nobody writes any more: what is there is all there is.
            self._printing.read(everything=final)
        self._rings.discover()
        self._say_unrecorded()
        dead = self._deaths.dead()
        events = 0
        living = list(self._rings.living)
        for process in living:
            events += self._rings.drain(process)
        for process in living:
            self._bury(process, process.number in dead, final)
        if events:
            self.last_event = time.monotonic()
        self._printing.tell(everything=final)
        if events or final or self._quiet_cut_due(cut, bool(paused)):
            self._last_cut = cut
            self._writer.block(b"CUTT", b"", time=cut)
        self._teller.changes(self._rings.living)
        end = self._writer.end
        if not self._writer.flush():
            self._say_full()
        elif self._writer.end != end:
            self._teller.spooled(self._writer.end, cut)
        self._teller.flush(final)
        return events

    def _quiet_cut_due(self, now: int, paused: bool) -> bool:
        """Whether to say that time has gone by without events. While all are held it stands."""
        if paused or now - self._last_cut < _QUIET_CUT_NS:
            return False
        # A window that doesn't read isn't told; the recording says it with the next event.
        return self._teller.backlog() <= BACKLOG

    def _bury(self, process: Watched, dead: bool, final: bool) -> None:
        told = self._rings.farewells.code(process)
        if (dead or told is not None) and process.died_at is None:
            process.died_at = time.monotonic()
        if process.died_at is None:
            if final:
                process.died_at = 0.0
            else:
                return
        while self._rings.drain(process) or process.reader.pass_over():
            pass
        code = self._rings.farewells.code(process)
        if code is None:
            code = self._deaths.codes.get(process.pid)
        if code is None and process.code_may_come() and not final:
            return
        if code is not None and code < 0:
            self._printing.killed(process.number)
        asked_for = self._rings.farewells.asked_for(process) or self.ending
        self._teller.last(process.last_status(code, asked_for))
        self._rings.put_away(process)

    def _say_unrecorded(self) -> None:
        pid = self._words[ring.PAGE_UNRECORDED >> 3]
        if pid:
            self._words[ring.PAGE_UNRECORDED >> 3] = 0
            sentence = f"Process {pid} runs unrecorded: no room for its records."
            self._teller.say(Problem(sentence, "unrecorded", str(pid)))

    def _say_full(self) -> None:
        if self._writer.failure is not None and not self._said_full:
            self._said_full = True
            reason = self._writer.failure.strerror or str(self._writer.failure)
            sentence = f"The recording can't grow any more: {reason}."
            self._teller.say(Problem(sentence, "full", reason))
