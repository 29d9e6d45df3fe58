"""One run of a program: start it, poll it, control it.

A session is what the window and the command line have of a run. Everything that happens comes out
of ``poll``, which never blocks: the supervisor's messages, and through them the growing trace.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import queue as queues
import signal
import time
from importlib import import_module
from multiprocessing.connection import wait as wait_for
from pathlib import Path
from typing import Any, Final

from ipcsim.export.without_values import leave_out_values
from ipcsim.language import _
from ipcsim.probe import ring
from ipcsim.run import preparing
from ipcsim.run.leftovers import remove_leftovers
from ipcsim.run.spec import RunSpec
from ipcsim.supervisor import cleanup, family, sessions
from ipcsim.supervisor.elsewhere import OwnProcess
from ipcsim.supervisor.messages import Ended, Message, Problem, Spooled, Started, Status
from ipcsim.supervisor.supervise import supervise
from ipcsim.trace.recording import RecordingReader
from ipcsim.trace.trace import Trace

BUDGET_S: Final = 0.014
"""What one ``poll`` may take where nobody says otherwise."""
_PORTION: Final = 512 << 10
"""Bytes of the recording that are read at once: some 16,000 events. Reading many
more would be felt in a frame, since the program's processes take most of the CPU."""
_SLICE: Final = 16_000
"""Events that are sorted into history at once; what was read may be many more."""
_ROUNDS: Final = 2
"""What has come while the rest was read is read in the same ``poll``."""
_CLOSE_S: Final = 8.0


class Session:
    """A run of a program. Use it as a context manager, or call ``start`` and ``close``."""

    def __init__(self, spec: RunSpec) -> None:
        self.spec = spec
        self.trace = Trace()
        """What has happened so far."""
        self.ended: Ended | None = None
        """How the run has ended, once ``poll`` has told it."""
        self.budget_s = BUDGET_S
        """What one ``poll`` may take of a frame, seconds."""
        self._directory: Path | None = None
        self._spool: Path | None = None
        self._process: Any = None
        self._queue: Any = None
        self._commands: Any = None
        self._page: Any = None
        self._reader: RecordingReader | None = None
        self._end = 0
        self._fed = 0
        self._unsettled = False
        self._last: Ended | None = None
        self._statuses: dict[int, Status] = {}
        """Of each process the last one told; in the recording it stands as long as that grows."""
        self._main_pid = 0
        self._said: list[Problem] = []

    def start(self) -> None:
        """Start the program under a supervisor.

        Raises ParameterError or another ValueError if the spec doesn't make sense, OSError if
        there is no room for the run's files.
        """
        spec = self.spec
        parameters = preparing.checked(spec)
        self._said = [Problem(sentence) for sentence in remove_leftovers()]
        self._directory = sessions.new_session()
        self._spool = spec.record or sessions.spool_folder() / f"{self._directory.name}.ipcsim"
        self._page = preparing.make_page(spec, self._directory)
        settings = preparing.settings_of(spec, parameters, self._directory, self._spool)
        context = multiprocessing.get_context("spawn")
        self._queue = sessions.new_queue(self._directory, context)
        self._commands, theirs = context.Pipe()
        mask = getattr(signal, "pthread_sigmask", None)
        # Ctrl-C while the supervisor starts is not for it.
        before = mask(signal.SIG_BLOCK, {signal.SIGINT}) if mask else None
        try:
            process = OwnProcess(
                target=supervise,
                args=(settings, self._queue, theirs, preparing.Descriptors(spec.terminal)),
                name="ipcsim supervisor",
            )
            process.start()
        finally:
            if mask:
                mask(signal.SIG_SETMASK, before)
            theirs.close()
        self._process = process
        # np.unique loads it at its first call. While the supervisor starts there is time for that;
        # later it would take a processor from the program just when that starts its processes.
        import_module("numpy.ma")
        # Ours is no writer: when the supervisor dies, reading ends instead of waiting.
        self._queue._writer.close()

    def poll(self) -> list[Message]:
        """What the supervisor has told since the last call; reads the trace on. Never blocks."""
        if self._process is None or self.ended is not None:
            return []
        deadline = time.monotonic() + self.budget_s
        messages: list[Message] = [*self._said]
        self._said = []
        for _round in range(_ROUNDS):
            before = self._end
            self._listen(messages, deadline)
            self._feed(deadline)
            if self._end == before or self._lags:
                break
        if self._last is not None and not self._lags:
            if self._reader is not None and not self._reader.finished:
                # The recording couldn't grow, or who wrote it was killed.
                self._reader.feed(self.trace)
                for status in self._statuses.values():
                    self.trace.set_status(status)
                self.trace.lost = max(self.trace.lost, self._last.lost)
            self.ended = self._last
            messages.append(self._last)
        return messages

    def wait(self, seconds: float, gather: float = 0.0) -> None:
        """Wait until there is something to poll, at most so long.

        For ``gather`` seconds after that more may come: to read is cheaper the less often it is
        done, and what it takes a program on two cores feels.
        """
        if self._queue is None or self._lags:
            return
        with contextlib.suppress(OSError, ValueError):
            over = self._process.sentinel
            if wait_for([self._queue._reader, over], seconds) and gather:
                wait_for([over], gather)

    @property
    def running(self) -> bool:
        """Whether the program has been started and its end has not been told yet."""
        return self._process is not None and self.ended is None

    @property
    def behind(self) -> int:
        """Bytes of the recording that have not been read yet."""
        return self._end - self._fed

    @property
    def paused(self) -> bool:
        """Whether the program is held at its next operations."""
        return self._page is not None and bool(self._page[ring.PAGE_FLAGS] & ring.PAUSED)

    def pause(self) -> None:
        """Hold every thread of the program at its next operation."""
        self._set_flag(ring.PAUSED, True)

    def resume(self) -> None:
        """Let them go on."""
        self._set_flag(ring.PAUSED, False)

    def set_pace(self, seconds: float) -> None:
        """Hold each operation for about so long; 0 is full speed. Acts at once."""
        if self._page is not None:
            words = memoryview(self._page).cast("Q")
            words[ring.PAGE_PACE >> 3] = int(seconds * 1e9)
            words.release()
            self._set_flag(ring.SLOWED, seconds > 0)

    def stop(self, attended: bool = False) -> None:
        """End the program and everything it has started; ``poll`` tells when that is done.

        Args:
            attended: as in :class:`Ended`.
        """
        self._command("stop", attended)

    def send_input(self, data: bytes) -> None:
        """Type into the program's terminal."""
        self._command("input", data)

    def pass_on(self, number: int) -> None:
        """Send the program a signal that has come to ipcsim; not if it has got it itself."""
        self._command("signal", number)

    def save(self, path: Path, with_values: bool = True) -> None:
        """Write the recording so far to a file, with arguments and values or without.

        Raises OSError.
        """
        if self._spool is None:
            raise OSError(_("nothing has been recorded yet"))
        if not with_values:
            leave_out_values(self._spool, path)
        elif self._spool != path:
            with self._spool.open("rb") as source, path.open("wb") as target:
                left = self._end
                while left > 0 and (data := source.read(min(left, _PORTION))):
                    target.write(data)
                    left -= len(data)

    def close(self) -> None:
        """End the program if it still runs, and remove the run's files."""
        abandoned = False
        if self._process is not None:
            self.stop()
            deadline = time.monotonic() + _CLOSE_S
            while self._process.is_alive() and time.monotonic() < deadline:
                # The supervisor can't go before what it has to say is read.
                with contextlib.suppress(queues.Empty, EOFError, OSError):
                    self._queue.get(timeout=0.02)
            if self._process.is_alive():
                self._process.kill()
            self._process.join()
            abandoned = bool(self._process.exitcode)
            self._process.close()
            self._process = None
        if self._commands is not None:
            self._commands.close()
            self._commands = None
        if self._queue is not None:
            self._queue.close()
            self._queue._reader.close()
            # Its semaphores go with it: a caller may end by a signal, without exit functions.
            self._queue = None
        if abandoned and self._directory is not None:
            # After the queue's own semaphores: it would find them gone.
            cleanup.end_abandoned(self._directory)
        if self._reader is not None:
            self._reader.close()
            self._reader = None
        if self._page is not None:
            self._page.close()
            self._page = None
        if self._directory is not None and self._spool is not None:
            kept = self.spec.record is not None
            cleanup.remove_session(self._directory, self._spool, keep_spool=kept)
            sessions.remove_empty_folder()
            self._directory = self._spool = None

    def __enter__(self) -> Session:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    @property
    def _lags(self) -> bool:
        return self._unsettled or self._fed < self._end

    def _listen(self, messages: list[Message], deadline: float) -> None:
        """Take what the supervisor has told."""
        while time.monotonic() < deadline and self._last is None:
            # Asked first: what a supervisor said before it went is still in the queue.
            alive = self._process.is_alive()
            try:
                told: tuple[Message, ...] = self._queue.get_nowait()
            except queues.Empty:
                if not alive:
                    self._supervisor_lost(messages)
                break
            except (EOFError, OSError):
                self._supervisor_lost(messages)
                break
            for message in told:
                if isinstance(message, Spooled):
                    self._end = message.end
                elif isinstance(message, Ended):
                    self._last = message
                else:
                    if isinstance(message, Started):
                        self._main_pid = message.pid
                    elif isinstance(message, Status) and not message.thread:
                        self._statuses[message.ring] = message
                    messages.append(message)

    def _feed(self, deadline: float) -> None:
        if self._spool is None or not self._lags:
            return
        if self._reader is None:
            self._reader = RecordingReader(self._spool)
        while self._unsettled or self._fed < self._end:
            if not self._unsettled:
                self._fed = min(self._end, self._fed + _PORTION)
                # The supervisor's messages have come by the queue already.
                self._reader.read(self.trace, self._fed)
            self._unsettled = self._reader.settle(self.trace, _SLICE)
            if time.monotonic() > deadline:
                break

    def _set_flag(self, flag: int, on: bool) -> None:
        if self._page is not None:
            flags = self._page[ring.PAGE_FLAGS]
            self._page[ring.PAGE_FLAGS] = flags | flag if on else flags & ~flag

    def _command(self, what: str, data: bytes | int | None) -> None:
        if self._commands is not None:
            with contextlib.suppress(OSError, ValueError):
                self._commands.send((what, data))

    def _supervisor_lost(self, messages: list[Message]) -> None:
        """The supervisor was killed: end the program in its place."""
        if self._directory is not None:
            cleanup.end_abandoned(self._directory)
        family.kill([p.pid for p in self.trace.processes if p.exit_code is None and p.pid])
        messages.append(Problem(_("The supervisor of this run was killed; the run has ended.")))
        self._last = Ended(1, False, True, 0.0, 0)
