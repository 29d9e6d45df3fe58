"""A schedule as a file: JSON that a person can read, one choice a line, and edit.

Beside the choices it says of which program they are (with the hash of its source), with which
parameters it ran and what came of it. See README.md, "Schedules".
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ipcsim import __version__
from ipcsim.control.steps import Choice, Step
from ipcsim.language import _

FORMAT: Final = "ipcsim-schedule"
VERSION: Final = 1


class ScheduleError(ValueError):
    """A file is not a schedule, or not one for this program; the message says why."""


@dataclass(frozen=True)
class Turn:
    """One choice, with the operation that it was when the schedule was made."""

    choice: Choice
    call: str = ""
    line: int = 0
    """Of the program; 0 if it isn't known."""


@dataclass(frozen=True)
class Schedule:
    """Who goes when, in which program, and what comes of it."""

    program: str
    """``lesson:NAME/VARIANT``, a path as it was given, or the name of a module."""
    turns: list[Turn]
    sha256: str = ""
    """Of the program's source; empty if it isn't known."""
    is_module: bool = False
    args: list[str] = field(default_factory=list)
    parameters: dict[str, Any] = field(default_factory=dict)
    start_method: str | None = None
    hash_seed: int = 0
    """PYTHONHASHSEED of its processes."""
    early: bool = False
    """Timed waits may give up before their time."""
    outputs: bool = False
    """The order of what is written matters."""
    outcome: str = ""
    """The expected outcome's key; empty if none is expected."""
    sentence: str = ""
    """The expected outcome, for a person."""
    moment: int = 0
    """The step before which what it is to show begins; 0: the beginning."""

    def choices(self) -> list[Choice]:
        """What a scheduler needs of it."""
        return [turn.choice for turn in self.turns]

    def text(self) -> str:
        """The file's content."""
        head = {
            "format": FORMAT,
            "version": VERSION,
            "ipcsim": __version__,
            "module" if self.is_module else "program": self.program,
            "sha256": self.sha256,
            "args": self.args,
            "parameters": self.parameters,
            "start_method": self.start_method,
            "hash_seed": self.hash_seed,
            "early": self.early,
            "outputs": self.outputs,
            "outcome": self.outcome,
            "sentence": self.sentence,
        }
        if self.moment:
            head["moment"] = self.moment
        lines = [f" {_json(key)}: {_json(value)}," for key, value in head.items()]
        rows = ",\n".join(f"  {_json(_row(turn))}" for turn in self.turns)
        return "{\n" + "\n".join(lines) + '\n "choices": [\n' + rows + "\n ]\n}\n"

    def save(self, path: Path) -> None:
        """Write the file."""
        path.write_text(self.text(), "utf-8")


def turns_of(steps: Sequence[Step]) -> list[Turn]:
    """The schedule of an execution."""
    return [
        Turn(
            Choice(step.actor, step.what),
            step.operation.call,
            step.operation.line.number if step.operation.line else 0,
        )
        for step in steps
    ]


def hash_of(path: Path) -> str:
    """SHA-256 of a program's source, in hexadecimal; line ends don't count."""
    return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def read_schedule(path: Path) -> Schedule:
    """Read a schedule's file.

    Raises:
        ScheduleError: it isn't one, or of a later version.
        OSError: it can't be read.
    """
    try:
        content = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        message = _("{path} is no schedule: {error}").format(path=path.name, error=error)
        raise ScheduleError(message) from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ScheduleError(_("{path} is no schedule of ipcsim").format(path=path.name))
    if content.get("version") != VERSION:
        raise ScheduleError(
            _("{path} is of version {version}; this ipcsim reads version {ours}").format(
                path=path.name, version=content.get("version"), ours=VERSION
            )
        )
    try:
        return _schedule(content)
    except KeyError as error:
        message = _("{path} is damaged: it has no {what}").format(path=path.name, what=error)
        raise ScheduleError(message) from error
    except (TypeError, ValueError, IndexError) as error:
        message = _("{path} is damaged: {error}").format(path=path.name, error=error)
        raise ScheduleError(message) from error


def _schedule(content: dict[str, Any]) -> Schedule:
    is_module = "module" in content
    known = ("sha256", "args", "parameters", "start_method", "hash_seed", "early", "outputs")
    given = {
        key: content[key] for key in (*known, "outcome", "sentence", "moment") if key in content
    }
    return Schedule(
        program=str(content["module" if is_module else "program"]),
        turns=[_turn(row) for row in content["choices"]],
        is_module=is_module,
        **given,
    )


def _row(turn: Turn) -> list[Any]:
    row = [turn.choice.actor, turn.call, turn.line]
    return [*row, turn.choice.what] if turn.choice.what else row


def _turn(row: list[Any]) -> Turn:
    actor, call, line = row[:3]
    return Turn(Choice(str(actor), str(row[3]) if len(row) > 3 else ""), str(call), int(line))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
