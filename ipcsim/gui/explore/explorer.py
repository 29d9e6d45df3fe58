"""Runs the explorer beside the window and reads what it has found."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal

import ipcsim
from ipcsim.control.steps import Choice
from ipcsim.gui.explore.explored_tree import Interleaving
from ipcsim.language import _
from ipcsim.run.spec import RunSpec
from ipcsim.supervisor import sessions

TIME_S: Final = 30
"""A lecture doesn't wait for longer."""
_FAILURES: Final = 1
"""The exit code that says that failures were found; 0 that none was."""


@dataclass(frozen=True)
class Found:
    """An outcome, and one schedule that ends in it."""

    sentence: str
    count: int
    fails: bool
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Explored:
    """What an exploration has come to."""

    verdict: str
    """``all 12 distinct interleavings``, or how far it came."""
    outcomes: tuple[Found, ...]
    shortest: tuple[Choice, ...] = ()
    """The failing schedule with the fewest switches; empty if nothing fails."""
    tree: tuple[Interleaving, ...] = ()
    """The distinct interleavings, as far as they make a picture."""


@dataclass(frozen=True)
class Progress:
    """How far an exploration is."""

    schedules: int
    distinct: int
    outcomes: tuple[Found, ...]
    """So far; without schedules."""


class Explorer(QObject):
    """One exploration at a time, in a process of its own: the window stays free."""

    progressed = Signal(object)
    """:class:`Progress`."""
    finished = Signal(object)
    """:class:`Explored`."""
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None
        self._folder: Path | None = None
        self._said = ""

    @property
    def running(self) -> bool:
        """Whether it explores."""
        return self._process is not None

    def start(self, spec: RunSpec, lesson: str = "") -> None:
        """Explore a program.

        Args:
            spec: the program and its parameters.
            lesson: its name, where it is a lesson's: then its verdict counts too.
        """
        self.stop()
        self._folder = sessions.new_folder("explored")
        self._said = ""
        options = ("--progress-json", "--report", str(self._report))
        self._process = begin(self, spec, lesson, *options)
        self._process.readyReadStandardError.connect(self._read)
        self._process.finished.connect(self._finished)

    def stop(self) -> None:
        """Give up."""
        process, self._process = self._process, None
        if process is not None:
            process.readyReadStandardError.disconnect()
            process.finished.disconnect()
            end(process)
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    @property
    def _report(self) -> Path:
        assert self._folder is not None
        return self._folder / "report.json"

    def _read(self) -> None:
        process = self._process
        assert process is not None
        while process.canReadLine():
            line = bytes(process.readLine().data()).decode("utf-8", "replace").strip()
            try:
                progress = _progress(json.loads(line))
            except (ValueError, KeyError, TypeError):
                self._said = line or self._said
            else:
                self.progressed.emit(progress)

    def _finished(self, code: int) -> None:
        self._read()
        try:
            found = explored(json.loads(self._report.read_text("utf-8")))
        except (OSError, ValueError, KeyError, TypeError, IndexError):
            found = None
        self.stop()
        if found is not None and code in (0, _FAILURES):
            self.finished.emit(found)
        else:
            self.failed.emit(self._said or _("the exploration came to nothing"))


def begin(parent: QObject, spec: RunSpec, lesson: str, *options: str) -> QProcess:
    """Explore a program in a process of its own.

    Args:
        spec: the program and its parameters.
        lesson: its name, where it is a lesson's.
        options: of ``ipcsim explore``.
    """
    arguments = ["-m", "ipcsim", "explore", "--time", str(TIME_S), *options]
    for name, value in spec.parameters.items():
        arguments += ["--set", f"{name}={value}"]
    if spec.start_method:
        arguments += ["--start-method", spec.start_method]
    if spec.python:
        arguments += ["--python", spec.python]
    arguments += [f"lesson:{lesson}" if lesson else str(spec.program), *spec.args]
    process = QProcess(parent)
    process.setReadChannel(QProcess.ProcessChannel.StandardError)
    environment = QProcessEnvironment.systemEnvironment()
    root = str(Path(ipcsim.__file__).parent.parent)
    paths = [root, *filter(None, environment.value("PYTHONPATH").split(os.pathsep))]
    environment.insert("PYTHONPATH", os.pathsep.join(paths))
    process.setProcessEnvironment(environment)
    process.start(sys.executable, arguments)
    return process


def end(process: QProcess) -> None:
    """End an exploration that may still run."""
    process.terminate()
    if not process.waitForFinished(2000):
        process.kill()
        process.waitForFinished()
    process.deleteLater()


def explored(report: dict[str, Any]) -> Explored:
    """What a report says. Raises KeyError, TypeError or IndexError for what is none."""
    outcomes = tuple(
        Found(
            str(one["sentence"]),
            int(one["count"] or one.get("samples") or 0),
            bool(one["fails"]),
            _choices(one["schedule"]),
        )
        for one in report["outcomes"]
    )
    shortest = report.get("minimised")
    return Explored(
        str(report.get("trouble") or report.get("verdict") or ""),
        outcomes,
        _choices(shortest["schedule"]) if shortest else (),
        tuple(_tree(report["interleavings"], outcomes)) if "interleavings" in report else (),
    )


def _progress(told: dict[str, Any]) -> Progress:
    """Raises KeyError or TypeError for what is none."""
    outcomes = tuple(
        Found(str(one["sentence"]), int(one["count"]), bool(one["fails"]), ())
        for one in told["outcomes"]
    )
    return Progress(int(told["schedules"]), int(told["distinct"]), outcomes)


def _tree(told: dict[str, Any], outcomes: tuple[Found, ...]) -> Iterator[Interleaving]:
    actors = [str(name) for name in told["actors"]]
    for path in told["paths"]:
        end = outcomes[path["outcome"]]
        turns = [one if isinstance(one, list) else (one, "") for one in path["choices"]]
        choices = tuple(Choice(actors[number], str(what)) for number, what in turns)
        yield Interleaving(choices, end.fails, end.sentence)


def _choices(rows: list[list[Any]]) -> tuple[Choice, ...]:
    return tuple(Choice(str(row[0]), str(row[3]) if len(row) > 3 else "") for row in rows)
