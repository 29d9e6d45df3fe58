"""What to run, and how."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from ipcsim.language import _

BESIDE_A_WINDOW: Final = 15
"""``nice`` of a program that a window shows: it gives way, so that the window stays at 60 frames a
second."""


@dataclass(frozen=True)
class RunSpec:
    """A program with all that can be chosen about its run."""

    program: Path | None = None
    """A Python file; None if ``module`` is given."""
    module: str | None = None
    """As in ``python -m MODULE``."""
    args: list[str] = field(default_factory=list)
    parameters: dict[str, Any] = field(default_factory=dict)
    """Other defaults of ``main``'s parameters; text is read by the parameter's annotation."""
    start_method: str | None = None
    """The default one; the program's own choice overrides it."""
    python: str | None = None
    """The Python that runs the program, 3.10 to 3.13; None is ours."""
    timeout: float | None = None
    """Seconds until it is ended."""
    record: Path | None = None
    """Where the recording is kept."""
    terminal: Literal["pty", "inherit"] = "pty"
    """``inherit``: ipcsim's own stdin, stdout and stderr are the program's, unchanged."""
    seed: int = 0
    """Of the random holds in slow motion."""
    nice: int = 0
    """How much lower the program's priority is than ours."""
    watch: list[str] = field(default_factory=list)
    """Names of plain globals to be recorded."""
    lesson: str | None = None
    control: dict[str, Any] | None = None
    """Settings of the control that every leaf operation asks; None for a free run."""

    def check(self) -> None:
        """Raise ValueError, with a sentence, if there is nothing to run."""
        if (self.program is None) == (self.module is None):
            raise ValueError(_("which program? Either a file or a module"))
        path = self.program
        if path is not None and not (path.is_file() or (path / "__main__.py").is_file()):
            raise ValueError(_("there is no program {path}").format(path=path))
