"""``ipcsim run`` and ``ipcsim lessons``: a session without a window.

The program's stdin, stdout, stderr and exit code are its own. What ipcsim has to say goes to stderr
at the end; while the program runs, a line of progress is shown where it can't spoil the program's
own lines: beside them if stdout goes elsewhere, else in the terminal's title.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.table import Table

from ipcsim.analysis import findings
from ipcsim.language import _, grouped
from ipcsim.run.lessons import load_lessons
from ipcsim.run.problems import problem_sentence
from ipcsim.run.report import print_summary, report
from ipcsim.run.session import Session
from ipcsim.supervisor.messages import Ended, Problem
from ipcsim.trace.history import History

if TYPE_CHECKING:
    from ipcsim.run.spec import RunSpec

TIMED_OUT = 124
"""Exit code after a timeout, as timeout(1) has it."""
_POLL_S = 0.02
GATHER_S: Final = 0.1
"""Nobody looks: what the program writes goes to the terminal by itself."""
_PROGRESS_S = 0.25


class _Progress:
    """A line on what has been seen so far, on a terminal only."""

    def __init__(self, console: Console) -> None:
        self._shown = False
        self._next = 0.0
        self._console = console
        self._title_only = sys.stdout.isatty()

    def update(self, session: Session) -> None:
        if not self._console.is_terminal or time.monotonic() < self._next:
            return
        self._next = time.monotonic() + _PROGRESS_S
        trace = session.trace
        text = _("ipcsim: {processes} processes, {events} events, {seconds:.0f} s").format(
            processes=len(trace.processes),
            events=grouped(trace.event_count),
            seconds=max(0, trace.end - trace.begin) / 1e9,
        )
        if self._title_only:
            self._console.set_window_title(text)
        else:
            self._console.file.write(f"\r\x1b[K{text}")
            self._console.file.flush()
        self._shown = True

    def clear(self) -> None:
        if self._shown and not self._title_only:
            self._console.file.write("\r\x1b[K")
            self._console.file.flush()


def run_in_terminal(spec: RunSpec, report_file: Path | None, without_values: bool) -> int:
    """Run a program, watched, in this terminal.

    Args:
        spec: what to run; its ``terminal`` is "inherit".
        report_file: where to write the JSON report, if wanted.
        without_values: the recording is kept without arguments and values.

    Returns:
        The program's exit code, 124 after a timeout. A program that was ended by a signal ends
        this process by the same signal, as a shell expects it.
    """
    console = Console(stderr=True)
    progress = _Progress(console)
    ended: Ended | None = None
    kept = spec.record
    with Session(replace(spec, record=None) if without_values else spec) as session:
        with _passing_signals_on(session):
            while ended is None:
                for message in session.poll():
                    if isinstance(message, Problem):
                        progress.clear()
                        sentence = problem_sentence(message)
                        console.print(f"ipcsim: {sentence}", style="yellow", markup=False)
                    elif isinstance(message, Ended):
                        ended = message
                progress.update(session)
                if ended is None:
                    session.wait(_POLL_S, gather=GATHER_S)
        progress.clear()
        found = findings(session.trace)
        if _line_is_open(session.trace):
            console.print()
        print_summary(session.trace, found, ended, console)
        if report_file is not None:
            _write_report(report_file, report(session.trace, found, ended))
        if without_values and kept is not None:
            session.save(kept, with_values=False)
    if ended.timed_out:
        return TIMED_OUT
    if ended.exit_code < 0 and os.name == "posix":
        _end_by(-ended.exit_code)
    return ended.exit_code


def _line_is_open(trace: History) -> bool:
    """Whether the program has left the last line of its stderr unfinished."""
    # Each piece is read from the recording when it is asked for: a flood isn't read again.
    said = (piece.data for piece in reversed(trace.outputs) if piece.stream == 2)
    return not next(filter(None, said), b"\n").endswith((b"\n", b"\r"))


@contextmanager
def _passing_signals_on(session: Session) -> Iterator[None]:
    """What a signal means is the program's to decide, whether all get it or we alone."""
    previous = {}
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"):
        number = getattr(signal, name, None)
        # Also what nohup has us ignore: the program has inherited that, and may listen even so.
        if number is not None:
            previous[number] = signal.signal(number, lambda number, _: session.pass_on(number))
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _write_report(file: Path, content: dict[str, object]) -> None:
    """Raises OSError, with the file's name: the disk may be full."""
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    try:
        # What can't be encoded (file names may be any bytes) is so written as JSON escapes it.
        file.write_text(text, "utf-8", "backslashreplace")
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(file)) from error


def _end_by(number: int) -> None:
    """End this process by a signal, so that the caller sees what the program's caller would."""
    sys.stdout.flush()
    sys.stderr.flush()
    if number != signal.SIGKILL:
        signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


def list_lessons() -> int:
    """Print the gallery; returns 0."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(_("Lesson"), style="bold", no_wrap=True)
    table.add_column(_("Mechanisms"))
    table.add_column(_("What it shows"))
    for lesson in load_lessons():
        table.add_row(lesson.name, ", ".join(lesson.mechanisms), lesson.sentence)
    console = Console()
    console.print(table)
    console.print(_("Run one with: ipcsim run lesson:NAME or lesson:NAME/VARIANT"), style="dim")
    return 0
