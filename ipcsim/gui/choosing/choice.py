"""What is going to be run: a lesson's variant or a program of one's own, and with what."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from ipcsim.language import _
from ipcsim.run.lesson import Lesson, Variant
from ipcsim.run.programs import Parameter, default_text, read_parameters
from ipcsim.run.spec import BESIDE_A_WINDOW, RunSpec

COUNTING = frozenset(
    (
        "workers", "producers", "consumers", "processes", "procs", "readers", "writers",
        "philosophers", "clients", "servers", "children", "jobs", "players", "smokers",
    )
)  # fmt: skip
"""Words by which programs call how many processes they start."""
MOST = 1000
_MAKES_PROCESSES = re.compile(r"\b(multiprocessing|concurrent|subprocess|os)\b")
_THREADS = re.compile(r"\bthreading\b")


class Choice(QObject):
    """The choice; whoever shows it listens to :attr:`changed`."""

    changed = Signal()
    """Another program, lesson or variant."""
    edited = Signal()
    """Another value of something beside it."""
    given = Signal()
    """Values came from elsewhere than from the fields that show them."""

    def __init__(self) -> None:
        super().__init__()
        self.lesson: Lesson | None = None
        self.variant: Variant | None = None
        self.program: Path | None = None
        self.arguments: list[str] = []
        self.parameters: list[Parameter] = []
        self.problem = ""
        """Why the program can't be read, as a sentence."""
        self._forks = True
        """Whether it names what makes processes: with threads alone none are to be expected."""
        self._values: dict[str, str] = {}
        self._start_method: str | None = None
        self._python: str | None = None

    # --- choosing

    def choose_variant(self, lesson: Lesson, variant: Variant) -> None:
        """Choose a lesson's program; values of parameters that it has too are kept."""
        same = self.lesson is not None and self.lesson.name == lesson.name
        self.lesson, self.variant = lesson, variant
        self._take(variant.program, keep=same, arguments=[])

    def choose_program(self, program: Path, arguments: Iterable[str] = ()) -> None:
        """Choose a program of one's own."""
        self.lesson = self.variant = None
        self._take(program, keep=program == self.program, arguments=list(arguments))

    def _take(self, program: Path, keep: bool, arguments: list[str]) -> None:
        self.program, self.arguments = program, arguments
        self.parameters, self.problem = [], ""
        try:
            self.parameters = [one for one in read_parameters(program) if one.settable]
            text = program.read_text("utf-8", "replace")
            self._forks = bool(_MAKES_PROCESSES.search(text)) or not _THREADS.search(text)
        except OSError as error:
            self.problem = _("{name} can't be read: {reason}").format(
                name=program.name, reason=error.strerror or error
            )
        names = {one.name for one in self.parameters}
        self._values = {n: v for n, v in self._values.items() if keep and n in names}
        self.changed.emit()

    @property
    def whole_name(self) -> str:
        """What is remembered of it is remembered under: a lesson for all its variants, a path."""
        return self.lesson.name if self.lesson is not None else str(self.program or "")

    @property
    def file_name(self) -> str:
        """What a recording of it is called, unless somebody calls it otherwise."""
        if self.lesson is not None and self.variant is not None:
            return f"{self.lesson.name}-{self.variant.name}"
        return self.program.stem if self.program is not None else "run"

    # --- values

    @property
    def counting(self) -> list[Parameter]:
        """Parameters that count processes: the spinners of the top bar."""
        if self.lesson is not None and self.lesson.counts:
            # It says itself what it counts: its "jobs" are no processes.
            return [one for one in self.parameters if one.name in self.lesson.counts]
        return [one for one in self.parameters if counts_processes(one)]

    @property
    def further(self) -> list[Parameter]:
        """The others: the chips of the strip."""
        counting = {one.name for one in self.counting}
        return [one for one in self.parameters if one.name not in counting]

    def value(self, parameter: Parameter) -> str:
        """The value it is going to have, as text."""
        return self._values.get(parameter.name, default_text(parameter))

    def set_value(self, name: str, text: str) -> None:
        """Give a parameter another value; its default's text takes it back."""
        for one in self.parameters:
            if one.name == name and text == default_text(one):
                self._values.pop(name, None)
                break
        else:
            self._values[name] = text
        self.edited.emit()

    def give(self, values: Mapping[str, object], start_method: str | None = None) -> None:
        """Take values from a bookmark, a schedule, or a lesson's own for small runs."""
        self._start_method = start_method
        for name, value in values.items():
            self.set_value(name, str(value))
        self.given.emit()

    @property
    def changed_values(self) -> bool:
        """Whether any parameter has another value than its default."""
        return bool(self._values)

    @property
    def start_method(self) -> str | None:
        """None: the Python's own default."""
        return self._start_method

    @start_method.setter
    def start_method(self, method: str | None) -> None:
        self._start_method = method
        self.edited.emit()

    @property
    def python(self) -> str | None:
        """Path of the Python that runs it; None is our own."""
        return self._python

    @python.setter
    def python(self, path: str | None) -> None:
        self._python = path
        self.edited.emit()

    @property
    def expected(self) -> int:
        """How many processes beside main are going to be, as far as the counts say."""
        if not self._forks:
            return 0
        total = 0
        for one in self.counting:
            with contextlib.suppress(ValueError):
                total += int(self.value(one))
        return total

    @property
    def name(self) -> str:
        """``lost_update/broken``, or the program's path."""
        if self.lesson is not None and self.variant is not None:
            return f"{self.lesson.name}/{self.variant.name}"
        return str(self.program or "")

    def spec(self) -> RunSpec:
        """The run as it is chosen.

        Raises:
            ValueError: nothing is chosen.
        """
        if self.program is None:
            raise ValueError("no program is chosen")
        return RunSpec(
            program=self.program,
            args=list(self.arguments),
            parameters=dict(self._values),
            start_method=self._start_method,
            python=self._python,
            terminal="pty",
            nice=BESIDE_A_WINDOW,
            watch=list(self.lesson.watch) if self.lesson is not None else [],
            lesson=self.name if self.lesson is not None else None,
        )


def counts_processes(parameter: Parameter) -> bool:
    """Whether a parameter counts processes, by its name and value."""
    words = parameter.name.lower().split("_")
    is_count = type(parameter.default) is int and 0 < parameter.default < MOST
    return is_count and any(word in COUNTING for word in words)
