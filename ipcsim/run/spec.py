"""What is to be run, and how."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal


@dataclass(frozen=True)
class RunSpec:
    """A run, before it starts. Either ``program`` or ``module`` is given."""

    program: Path | None = None
    module: str | None = None
    args: list[str] = field(default_factory=list)
    parameters: dict[str, Any] = field(default_factory=dict)
    """Other defaults of main's parameters; texts are read by the parameter's type."""
    start_method: str | None = None
    """The default start method; the program may set its own. None leaves it to Python."""
    python: str | None = None
    """Path of the Python that runs it; None is our own."""
    timeout: float | None = None
    """Seconds after which the run is ended."""
    record: Path | None = None
    """Where to keep the recording; None: it goes with the session unless it is saved."""
    terminal: Literal["inherit", "pty"] = "inherit"
    """Our own stdin, stdout and stderr, unchanged, or a terminal whose output comes as Output."""
    seed: int = 0
    """Of the random holds of slow motion."""
    nice: int = 0
    """How much the watched processes give way to others (POSIX niceness)."""
    watch: list[str] = field(default_factory=list)
    """Names of plain globals of the main module to be shown."""
    lesson: str | None = None
