"""The supervisor of a run: drains the rings, watches over life and death, cleans up.

It is a process of its own between the program and ipcsim, so that a window that stands still holds
nobody up, and so that somebody is there to clean up when ipcsim is gone.
"""

from __future__ import annotations

import os
import select
import signal
import time
from hashlib import sha256
from multiprocessing import parent_process
from pathlib import Path
from typing import Any, Final

from ipcsim.events import Kind
from ipcsim.probe import ring
from ipcsim.probe.ring import RingError
from ipcsim.supervisor import cleanup, family, sessions
from ipcsim.supervisor.deaths import Deaths
from ipcsim.supervisor.drain import RingReader
from ipcsim.supervisor.messages import Ended, Output, Problem, Started, State
from ipcsim.supervisor.output import Stream
from ipcsim.supervisor.recording import NO_RING, RecordingWriter
from ipcsim.supervisor.starting import Settings, start_program
from ipcsim.supervisor.telling import Teller
from ipcsim.supervisor.watched import Watched

_FULL_MS: Final = 2
"""Between two rounds when rings fill up fast."""
_FULL: Final = 4096
"""Events of a round that fill rings fast."""
_BUSY_MS: Final = 5
"""When there is something: rounds closer together cost more than they bring."""
_IDLE_MS: Final = 12
_UNCLAIMED_NS: Final = 20_000_000_000
"""So long after the making of a ring its process is still looked for."""
_OUTPUT_BACKLOG: Final = 200
_LEFTOVER_S: Final = 1.0
"""So long the program's other processes may take to end once the main process has ended, or have
nothing to do."""
_LEFTOVER_MOST_S: Final = 10.0
_MOST_SOURCE: Final = 1 << 20
_QUIET_CUT_NS: Final = 100_000_000
"""So often a program that does nothing is said to still do nothing: its waits grow longer."""


def supervise(settings: Settings, queue: Any, commands: Any, stdio: list[Any]) -> None:
    """Run the program and supervise it until it is over. The supervisor process's target."""
    names = ["SIGINT", "SIGQUIT", "SIGTERM", "SIGHUP"]
    if settings.terminal == "pty":
        names.append("SIGTSTP")
    for name in names:
        number = getattr(signal, name, None)
        # A function, not SIG_IGN: the program would inherit that.
        if number is not None and signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, lambda *_: None)
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
        self._processes: list[Watched] = []
        self._by_ring: dict[str, Watched] = {}
        self._asked_for: set[int] = set()
        self._reaped: dict[int, int] = {}
        self._files: set[str] = set()
        self._temporary: set[str] = set()
        self._library = ""
        self._streams: list[Stream] = []
        self._main_pid = 0
        self._stopped = self._timed_out = self._deaf = self._said_full = False
        self._listed = -1
        self._last_event = time.monotonic()
        self._last_poll = self._last_cut = time.perf_counter_ns()
        self.ipcsim_gone = False

    def run(self, stdio: list[int | None]) -> None:
        """Start the program, supervise it, clean up."""
        settings = self._settings
        began = time.monotonic()
        clock = time.perf_counter_ns()
        self._words[ring.PAGE_HEARTBEAT >> 3] = clock
        self._writer.facts(b"HEAD", {**settings.head, "clock": clock, "wall": time.time()})
        parent = parent_process()
        if self._poller is not None:
            self._poller.register(self._commands.fileno(), select.POLLIN)
            if parent is not None:
                self._poller.register(parent.sentinel, select.POLLIN)
        try:
            self._main_pid, self._streams = start_program(settings, stdio)
        except OSError as error:
            self._teller.say(Problem(f"{settings.python}: {error.strerror or error}"))
            self._finish(Ended(127, False, False, 0.0, 0))
            return
        for stream in self._streams:
            if self._poller is not None:
                self._poller.register(stream.descriptor, select.POLLIN)
        self._deaths.watch(self._main_pid)
        self._teller.say(Started(self._main_pid, clock, settings.spool))
        self._supervise(began)
        if self._stopped or self._timed_out:
            # What the resource tracker says once we have killed the others isn't the program's.
            self._round()
            self._deaf = True
        ended, files = cleanup.end_processes(os.getpid(), self._deaths.codes)
        self._round(final=True)
        code = self._deaths.codes.get(self._main_pid, -signal.SIGTERM)
        made = cleanup.noted(self._directory)
        self._temporary |= made
        files |= {path for path in made if path.startswith("/dev/shm/")}
        leftovers = [*cleanup.remove_files(files), *cleanup.remove_temporary(self._temporary)]
        if not self._stopped and not self._timed_out and ended:
            leftovers.insert(0, ", ".join(f"process {pid}" for pid in ended))
        lost = sum(process.reader.lost() for process in self._processes)
        duration = time.monotonic() - began
        self._finish(Ended(code, self._timed_out, self._stopped, duration, lost, tuple(leftovers)))

    def _supervise(self, began: float) -> None:
        timeout = self._settings.timeout
        main_ended = 0.0
        wait = _FULL_MS
        while True:
            self._wait(wait)
            events = self._round()
            busy = _FULL_MS if events > _FULL else _BUSY_MS
            wait = busy if events else min(wait + 1, _IDLE_MS)
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
        alive = [p for p in self._processes if p.died_at is None]
        working = any(p.states.threads[0].state is not State.WAITING for p in alive)
        quiet = now - max(main_ended, self._last_event if working else main_ended)
        return quiet > _LEFTOVER_S

    def _wait(self, milliseconds: int) -> None:
        if self._poller is not None:
            ready = {fd for fd, _ in self._poller.poll(milliseconds)}
            throttled = self._teller.backlog() > _OUTPUT_BACKLOG
            if throttled and ready & {stream.descriptor for stream in self._streams}:
                time.sleep(milliseconds / 1000)
        else:
            time.sleep(milliseconds / 1000)

    def _obey(self) -> None:
        parent = parent_process()
        if parent is not None and not parent.is_alive():
            self.ipcsim_gone = True
        try:
            while not self.ipcsim_gone and self._commands.poll():
                what, data = self._commands.recv()
                if what == "stop":
                    self._stopped = True
                elif what == "input" and self._streams:
                    os.write(self._streams[0].descriptor, data)
        except (EOFError, OSError):
            self.ipcsim_gone = True

    def _round(self, final: bool = False) -> int:
        """Take in all there is; how many records that was."""
        cut = time.perf_counter_ns()
        self._words[ring.PAGE_HEARTBEAT >> 3] = cut
        paused = self._page[ring.PAGE_FLAGS] & ring.PAUSED
        if paused or any(p.states.held for p in self._processes if p.died_at is None):
            self._words[ring.PAGE_HELD >> 3] += cut - self._last_poll
        self._last_poll = cut
        if not self._deaf and (final or self._teller.backlog() <= _OUTPUT_BACKLOG):
            for stream in self._streams:
                # In the end nobody writes any more: what is there is all there is.
                stream.read(everything=final)
                if not stream.open and self._poller is not None and stream.descriptor >= 0:
                    self._forget(stream)
        self._discover()
        dead = self._deaths.dead()
        events = 0
        for process in self._processes:
            if not process.over:
                events += self._drain(process)
        for process in self._processes:
            if not process.over:
                self._bury(process, process.pid in dead, final)
        if events:
            self._last_event = time.monotonic()
        self._tell_output(final)
        if events or final or self._quiet_cut_due(cut, bool(paused)):
            self._last_cut = cut
            self._writer.block(b"CUTT", b"", time=cut)
        self._teller.changes(self._processes)
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
        return self._teller.backlog() <= _OUTPUT_BACKLOG

    def _forget(self, stream: Stream) -> None:
        if self._poller is not None:
            self._poller.unregister(stream.descriptor)
        stream.close()
        stream.descriptor = -1

    def _discover(self) -> None:
        """Find new rings."""
        changed = os.stat(self._directory).st_mtime_ns
        if changed == self._listed:
            return
        # The directory's time moves in steps of some milliseconds: look again until it is older.
        self._listed = changed if time.time_ns() - changed > 50_000_000 else -1
        for name in sorted(os.listdir(self._directory), key=_age):
            if not ring.is_ring_name(name) or name in self._by_ring:
                continue
            try:
                reader = RingReader(str(self._directory / name))
            except (OSError, RingError, ValueError):
                # Its process has not come so far. One that was killed before never will.
                if time.perf_counter_ns() - _age(name) < _UNCLAIMED_NS:
                    self._listed = -1
                continue
            parent = self._by_ring.get(reader.header.parent)
            process = Watched(len(self._processes), reader, parent.number if parent else None)
            self._processes.append(process)
            self._by_ring[name] = process
            self._deaths.watch(process.pid)
            facts = {"ring": process.number, "pid": process.pid, "parent": process.parent}
            self._writer.facts(b"RING", facts, process.number, reader.header.clock)
        pid = self._words[ring.PAGE_UNRECORDED >> 3]
        if pid:
            self._words[ring.PAGE_UNRECORDED >> 3] = 0
            sentence = f"Process {pid} runs unrecorded: no room for its records."
            self._teller.say(Problem(sentence, "unrecorded", str(pid)))

    def _drain(self, process: Watched) -> int:
        count = 0
        # At most once round the ring: the others want to be read too.
        for _ in range(2):
            first = process.reader.next
            data = process.reader.take()
            if not data:
                break
            self._writer.block(b"EVNT", data, process.number, first)
            for record in process.introductions.read(data):
                self._learn(process, record)
            process.states.update(data)
            count += len(data) // 32
        return count

    def _learn(self, process: Watched, record: Any) -> None:
        when, arg, obj, _, kind, _, _, _ = record
        if kind == Kind.OUTPUT:
            if len(self._streams) >= obj > 0:
                self._streams[obj - 1].note(when, process.number, arg)
        elif kind == Kind.OUTPUT_TEXT:
            if not self._streams:
                data = process.introductions.text(arg).encode()
                self._put_out(Output(process.number, obj, when, data))
        elif kind in (Kind.TERMINATE, Kind.KILL):
            if arg != process.pid:
                self._asked_for.add(arg)
        elif kind == Kind.REAPED:
            code = arg & 0xFFFFFFFF
            self._reaped[arg >> 32] = code - (1 << 32) if code >> 31 else code
        else:
            file = process.learn(record)
            if kind == Kind.HELLO:
                self._library = str(process.facts.get("library") or self._library)
                folder = process.facts.get("tempdir")
                if isinstance(folder, str):
                    self._temporary.add(folder)
            if file:
                self._keep_source(file)

    def _keep_source(self, path: str) -> None:
        if path in self._files:
            return
        self._files.add(path)
        packages = ("/site-packages/", "/dist-packages/")
        below_library = self._library and path.startswith(self._library + "/")
        if below_library or any(part in path for part in packages):
            return
        try:
            data = Path(path).read_bytes()
        except OSError:
            return
        if len(data) <= _MOST_SOURCE:
            text = data.decode("utf-8", "replace")
            facts = {"path": path, "sha256": sha256(data).hexdigest(), "text": text}
            self._writer.facts(b"FILE", facts)

    def _bury(self, process: Watched, dead: bool, final: bool) -> None:
        if dead and process.died_at is None:
            process.died_at = time.monotonic()
        if process.died_at is None:
            if final:
                process.died_at = 0.0
            else:
                return
        while self._drain(process):
            pass
        code = self._deaths.codes.get(process.pid, self._reaped.get(process.pid))
        if code is None and process.code_may_come() and not final:
            return
        asked_for = process.pid in self._asked_for or self._stopped or self._timed_out
        self._teller.last(process.last_status(code, asked_for))
        unwritten = process.reader.lost() - process.lost
        if unwritten > 0:
            self._writer.block(b"LOSS", b"", process.number, unwritten, time.perf_counter_ns())
        process.over = True
        process.reader.put_away(self._directory)

    def _tell_output(self, final: bool) -> None:
        for stream in self._streams:
            for piece in stream.pieces(final or not stream.open):
                self._put_out(piece)

    def _put_out(self, piece: Output) -> None:
        number = NO_RING if piece.ring is None else piece.ring
        self._writer.block(b"OUTP", piece.data, number, piece.stream, piece.time)
        self._teller.say(piece)

    def _say_full(self) -> None:
        if self._writer.failure is not None and not self._said_full:
            self._said_full = True
            reason = self._writer.failure.strerror or str(self._writer.failure)
            sentence = f"The recording can't grow any more: {reason}."
            self._teller.say(Problem(sentence, "full", reason))

    def _finish(self, ended: Ended) -> None:
        facts = {name: getattr(ended, name) for name in Ended.__slots__}
        self._writer.facts(b"TAIL", facts, time=time.perf_counter_ns())
        self._writer.close()
        self._teller.spooled(self._writer.end, time.perf_counter_ns())
        self._teller.flush(everything=True)
        self._teller.say(ended)
        self._page[ring.PAGE_CLOSED] = 1
        for stream in self._streams:
            if stream.descriptor >= 0:
                stream.close()
        self._deaths.close()
        if self.ipcsim_gone:
            kept = self._settings.keep_spool
            cleanup.remove_session(self._directory, Path(self._settings.spool), kept)
            sessions.remove_empty_folder()


def _age(name: str) -> int:
    """Rings in the order of their making: a parent's before its children's."""
    try:
        return int(name.rpartition("-")[2], 16)
    except ValueError:
        return 0
