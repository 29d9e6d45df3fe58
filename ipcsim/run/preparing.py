"""What a run needs before it starts: the page that holds it, and what its supervisor is told."""

from __future__ import annotations

import contextlib
import os
import platform
import sys
from multiprocessing import reduction
from pathlib import Path
from typing import Any

from ipcsim import __version__
from ipcsim.probe import ring
from ipcsim.run.programs import checked_parameters
from ipcsim.run.spec import RunSpec
from ipcsim.supervisor.starting import Settings


def checked(spec: RunSpec) -> dict[str, Any]:
    """The values of main's parameters, if the spec makes sense.

    Raises:
        ParameterError, or another ValueError: it doesn't; the message says why.
    """
    spec.check()
    return checked_parameters(spec.program, spec.module, spec.parameters)


def make_page(spec: RunSpec, directory: Path) -> Any:
    """The page in a session's folder by which all its processes are held. Raises OSError."""
    page = ring.make_file(str(directory / ring.PAGE_NAME), ring.PAGE_SIZE)
    words = memoryview(page).cast("Q")
    words[ring.PAGE_SEED >> 3] = spec.seed
    words.release()
    # Where the streams aren't ours, what is written is only known from the probe.
    if spec.terminal == "inherit" or os.name != "posix":
        enough = spec.record is None and spec.terminal == "inherit"
        page[ring.PAGE_RECORD_TEXT] = ring.ENDS if enough else ring.WHOLE
    return page


def settings_of(
    spec: RunSpec, parameters: dict[str, Any], directory: Path, spool: Path
) -> Settings:
    """What the supervisor is told.

    Args:
        parameters: of main, checked.
        directory: the session's folder.
        spool: the recording it writes.
    """
    python = spec.python or sys.executable
    head = {
        "program": str(spec.program) if spec.program else None,
        "module": spec.module,
        "argv": spec.args,
        "python": python,
        "start_method": spec.start_method,
        "parameters": parameters,
        "host": {"cores": os.cpu_count(), "system": platform.platform()},
        "ipcsim": __version__,
        "lesson": spec.lesson,
        "stepped": spec.control is not None,
    }
    return Settings(
        directory=str(directory),
        spool=str(spool.absolute()),
        program=str(spec.program) if spec.program else None,
        module=spec.module,
        args=tuple(spec.args),
        parameters=parameters,
        start_method=spec.start_method,
        python=python,
        timeout=spec.timeout,
        terminal=spec.terminal,
        keep_spool=spec.record is not None,
        nice=spec.nice,
        watch=tuple(spec.watch),
        head=head,
        control=spec.control,
    )


class Descriptors:
    """Our stdin, stdout and stderr, on their way to the supervisor."""

    def __init__(self, terminal: str) -> None:
        self._inherit = terminal == "inherit"

    def __reduce__(self) -> tuple[Any, ...]:
        found: list[Any] = [None, None, None]
        if self._inherit and os.name == "posix":
            for number in range(3):
                with contextlib.suppress(OSError):
                    os.fstat(number)
                    found[number] = reduction.DupFd(number)
        return list, (found,)
