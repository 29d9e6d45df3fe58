"""The supervisor of a run: drains the rings, watches over life and death, cleans up.

It is a process of its own between the program and ipcsim, so that a window that stands still holds
nobody up, and so that somebody is there to clean up when ipcsim is gone.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import time
from multiprocessing import parent_process
from pathlib import Path
from typing import Any, Final

from ipcsim.probe import ring
from ipcsim.supervisor import cleanup, family, sessions
from ipcsim.supervisor.deaths import Deaths
from ipcsim.supervisor.messages import Ended, Problem, Started, State
from ipcsim.supervisor.printing import BACKLOG, Printing
from ipcsim.supervisor.recording import RecordingWriter
from ipcsim.supervisor.rings import Rings
from ipcsim.supervisor.rounds import Rounds
from ipcsim.supervisor.sources import Sources
from ipcsim.supervisor.starting import Settings, start_program
from ipcsim.supervisor.telling import Teller

_FULL_MS: Final = 3
"""Between two rounds when rings fill up fast: a round itself takes about as long then."""
_FULL: Final = 4096
"""Events of a round that fill rings fast."""
_BUSY_MS: Final = 5
"""When there is much: rounds closer together cost more than they bring."""
_FEW: Final = 256
"""Events of a round that can wait: what a round takes a program on two cores feels."""
_IDLE_MS: Final = 12
_GATHER_S: Final = 0.001
"""So long more is waited for once something is printed. A terminal holds 12 KB meanwhile."""
_LEFTOVER_S: Final = 1.0
"""So long the program's other processes may take to end once the main process has ended, or have
nothing to do."""
_LEFTOVER_MOST_S: Final = 10.0
_HEARD_S: Final = 3.0
"""A signal that came so lately, in seconds, is the one that ipcsim tells of."""
_heard: Final[dict[int, float]] = {}
"""Signals that have come to this process, and when: to all of ipcsim, the program included."""


_ignored: Final[list[int]] = []
"""Signals that whoever started ipcsim has it ignore: until the program has inherited that."""


def _hear(number: int) -> None:
    signal.signal(number, lambda number, _frame: _heard.update({number: time.monotonic()}))


def supervise(settings: Settings, queue: Any, commands: Any, stdio: list[Any]) -> None:
    """Run the program and supervise it until it is over. The supervisor process's target."""
    names = ["SIGINT", "SIGQUIT", "SIGTERM", "SIGHUP"]
    if settings.terminal == "pty":
        names.append("SIGTSTP")
    for name in names:
        number = getattr(signal, name, None)
        # A function, not SIG_IGN, which the program would inherit; what nohup ignores it shall.
        if number is not None and signal.getsignal(number) != signal.SIG_IGN:
            _hear(number)
        elif number is not None:
            _ignored.append(number)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    sessions.own(Path(settings.directory))
    family.become_subreaper()
    supervisor = Supervisor(settings, queue, commands)
    try:
        supervisor.run([None if fd is None else fd.detach() for fd in stdio])
    finally:
        if supervisor.ipcsim_gone:
            queue.cancel_join_thread()


class Supervisor:
    """One run."""

    def __init__(self, settings: Settings, queue: Any, commands: Any) -> None:
        self._settings = settings
        self._commands = commands
        self._directory = Path(settings.directory)
        self._writer = RecordingWriter(Path(settings.spool))
        self._teller = Teller(queue, self._writer)
        self._page = ring.map_file(str(self._directory / ring.PAGE_NAME), ring.PAGE_SIZE)
        self._words = memoryview(self._page).cast("Q")
        self._poller = select.poll() if hasattr(select, "poll") else None
        self._deaths = Deaths(self._poller)
        self._printing = Printing(self._poller, self._writer, self._teller)
        sources = Sources(self._writer, settings.program)
        self._rings = Rings(self._directory, self._deaths, self._writer, self._printing, sources)
        self._rounds = Rounds(
            self._page, self._rings, self._deaths, self._printing, self._writer, self._teller
        )
        self._ipcsim: set[int] = set()
        """Descriptors that tell of a command, or that ipcsim is gone."""
        self._main_pid = 0
        self._stopped = self._timed_out = self._attended = False
        self._left_alone_until = 0
        self.ipcsim_gone = False

    def run(self, stdio: list[int | None]) -> None:
        """Start the program, supervise it, clean up."""
        settings = self._settings
        began = time.monotonic()
        clock = time.perf_counter_ns()
        self._words[ring.PAGE_HEARTBEAT >> 3] = clock
        self._writer.facts(b"HEAD", {**settings.head, "clock": clock, "wall": time.time()})
        parent = parent_process()
        self._ipcsim.add(self._commands.fileno())
        if parent is not None:
            self._ipcsim.add(parent.sentinel)
        if self._poller is not None:
            for descriptor in self._ipcsim:
                self._poller.register(descriptor, select.POLLIN)
        try:
            self._main_pid, streams = start_program(settings, stdio)
        except OSError as error:
            self._teller.say(Problem(f"{settings.python}: {error.strerror or error}"))
            self._finish(Ended(127, False, False, 0.0, 0))
            return
        for number in _ignored:
            _hear(number)
        self._printing.take_over(streams)
        self._deaths.watch(self._main_pid, -1, waking=True)
        self._teller.say(Started(self._main_pid, clock, settings.spool))
        self._supervise(began)
        if self._stopped or self._timed_out:
            # What the resource tracker says once we have killed the others isn't the program's.
            self._rounds.ending = True
            self._rounds.make()
            self._rounds.deaf = True
            self._left_alone_until = time.perf_counter_ns()
        ended, files = cleanup.end_processes(os.getpid(), self._deaths.codes)
        self._rounds.make(final=True)
        code = self._deaths.codes.get(self._main_pid, -signal.SIGTERM)
        made = cleanup.noted(self._directory)
        temporary = self._rings.temporary | made
        files |= {path for path in made if path.startswith("/dev/shm/")}
        leftovers = [*cleanup.remove_files(files), *cleanup.remove_temporary(temporary)]
        if not self._stopped and not self._timed_out and ended:
            leftovers.insert(0, ", ".join(f"process {pid}" for pid in ended))
        duration = time.monotonic() - began
        lost = self._rings.lost() + self._writer.lost
        how = self._timed_out, self._stopped
        by_us = self._attended, self._left_alone_until
        self._finish(Ended(code, *how, duration, lost, tuple(leftovers), *by_us))

    def _supervise(self, began: float) -> None:
        timeout = self._settings.timeout
        main_ended = 0.0
        wait = _FULL_MS
        while True:
            told = self._wait(wait)
            events = self._rounds.make()
            busy = _FULL_MS if events > _FULL else _BUSY_MS
            wait = busy if events > _FEW else min(2 * wait, _IDLE_MS)
            if told:
                self._obey()
            if self.ipcsim_gone or self._stopped:
                self._stopped = True
                return
            now = time.monotonic()
            if timeout is not None and now - began > timeout and not main_ended:
                self._timed_out = True
                return
            if not main_ended and self._main_pid in self._deaths.codes:
                main_ended = now
            if main_ended and self._nobody_left(now, main_ended):
                return

    def _nobody_left(self, now: float, main_ended: float) -> bool:
        waited = now - main_ended
        if waited > _LEFTOVER_MOST_S:
            return True
        if not family.descendants(os.getpid()):
            return True
        alive = [p for p in self._rings.living if p.died_at is None]
        working = any(p.states.threads[0].state is not State.WAITING for p in alive)
        quiet = now - max(main_ended, self._rounds.last_event if working else main_ended)
        return quiet > _LEFTOVER_S

    def _wait(self, milliseconds: int) -> bool:
        """Whether there may be something from ipcsim."""
        if self._poller is None:
            time.sleep(milliseconds / 1000)
            return True
        ready = {fd for fd, _ in self._poller.poll(milliseconds)}
        if ready & self._printing.descriptors:
            # Each line wakes: a round for each would take the time to read them in.
            late = self._teller.backlog() > BACKLOG
            time.sleep(milliseconds / 1000 if late else _GATHER_S)
        return not ready.isdisjoint(self._ipcsim)

    def _obey(self) -> None:
        parent = parent_process()
        if parent is not None and not parent.is_alive():
            self.ipcsim_gone = True
        try:
            while not self.ipcsim_gone and self._commands.poll():
                what, data = self._commands.recv()
                if what == "stop":
                    self._stopped, self._attended = True, data is True
                elif what == "input":
                    self._printing.type(data)
                elif what == "signal":
                    self._pass_on(data)
        except (EOFError, OSError):
            self.ipcsim_gone = True

    def _pass_on(self, number: int) -> None:
        """ipcsim has got a signal: the program gets it, too, unless all have got it, as by Ctrl-C.

        This process is of the same group as the program then, and has got it as well.
        """
        heard = _heard.get(number)
        everybody = heard is not None and time.monotonic() - heard < _HEARD_S
        if not everybody and self._main_pid not in self._deaths.codes and os.name == "posix":
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._main_pid, number)

    def _finish(self, ended: Ended) -> None:
        facts = {name: getattr(ended, name) for name in Ended.__slots__}
        self._writer.facts(b"TAIL", facts, time=time.perf_counter_ns())
        self._writer.close()
        self._teller.spooled(self._writer.end, time.perf_counter_ns())
        self._teller.flush(everything=True)
        self._teller.say(ended)
        self._page[ring.PAGE_CLOSED] = 1
        self._printing.close()
        self._deaths.close()
        if self.ipcsim_gone:
            kept = self._settings.keep_spool
            cleanup.remove_session(self._directory, Path(self._settings.spool), kept)
            sessions.remove_empty_folder()
