"""Starts the watched program, as its own Python would be started on it."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import ipcsim
from ipcsim.probe import launch_settings
from ipcsim.supervisor.output import Stream, open_terminals

LAUNCHER: Final = Path(ipcsim.__file__).parent / "probe" / "launch.py"


@dataclass(frozen=True)
class Settings:
    """What to run, and how; travels to the supervisor process."""

    directory: str
    spool: str
    program: str | None
    module: str | None
    args: tuple[str, ...] = ()
    parameters: dict[str, Any] = field(default_factory=dict)
    start_method: str | None = None
    python: str = sys.executable
    timeout: float | None = None
    terminal: str = "inherit"
    keep_spool: bool = False
    """The recording was asked for: it stays when ipcsim is gone."""
    nice: int = 0
    watch: tuple[str, ...] = ()
    head: dict[str, Any] = field(default_factory=dict)
    control: dict[str, Any] | None = None
    """Where every leaf operation asks for permission first; None for a free run."""


def _step_back(nice: int) -> None:
    """Let who isn't of this session, the window, go first.

    Where Linux gives each session a share of its own (``autogroup``, sched(7)), ``nice`` counts
    within one only. Half of it, since who reads what happens is of this session, too.
    """
    if nice:
        with suppress(OSError), open("/proc/self/autogroup", "w", encoding="ascii") as file:
            file.write(str(nice // 2))


def start_program(settings: Settings, inherited: list[int | None]) -> tuple[int, list[Stream]]:
    """Start the program: its pid, and its output streams if they are ours.

    ``inherited`` are descriptors for its stdin, stdout and stderr. Raises OSError.
    """
    launch = {
        "program": settings.program,
        "module": settings.module,
        "args": list(settings.args),
        "parameters": settings.parameters,
        "start_method": settings.start_method,
        "watch": list(settings.watch),
        "nice": settings.nice,
        "control": settings.control,
    }
    launch_settings.write(settings.directory, launch)
    command = [settings.python, str(LAUNCHER), settings.directory]
    environment = dict(os.environ)
    if settings.control is not None:
        # The same choices are to lead to the same state, in every run.
        environment["PYTHONHASHSEED"] = "0"
    if settings.terminal == "pty" and os.name == "posix":
        master, slave, error_master, error_slave = open_terminals()
        try:
            # The session is the supervisor's: were it the program's, the end of the main process
            # would hang up on the others.
            os.setsid()
            _step_back(settings.nice)
            os.close(os.open(os.ttyname(slave), os.O_RDWR))
            process = subprocess.Popen(
                command, stdin=slave, stdout=slave, stderr=error_slave, env=environment
            )
        finally:
            os.close(slave)
            os.close(error_slave)
        streams = [Stream(1, master), Stream(2, error_master)]
    else:
        given = [subprocess.DEVNULL if fd is None else fd for fd in inherited]
        process = subprocess.Popen(
            command,
            stdin=given[0],
            stdout=given[1],
            stderr=given[2],
            env=environment,
            # On Windows, where nobody lowers their own priority later by a number.
            creationflags=getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0)
            if settings.nice
            else 0,
        )
        streams = []
    pid = process.pid
    # The supervisor asks for all its children at once; subprocess must not ask too.
    process.returncode = 0
    return pid, streams
