"""Where the processes of an execution come from: forked from a template, or started afresh."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from pathlib import Path
from typing import Any, Final

from ipcsim.control.executor import ControlError
from ipcsim.control.hub import Hub

_START_S: Final = 30.0
_END_S: Final = 5.0


class Template:
    """A prepared interpreter that forks once for each execution (``probe/control/template.py``).

    ``command`` starts it. Raises ControlError if it doesn't get that far.
    """

    def __init__(self, hub: Hub, folder: Path, command: list[str], env: dict[str, str]) -> None:
        self._ended: list[int] = []
        """Main processes that have ended, which the template has yet to reap."""
        log = folder / "template"
        with log.open("wb") as said:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT, env=env
            )
        self._line = self._meet(hub, log)

    @property
    def pid(self) -> int:
        """The template's process."""
        return self._process.pid

    def start(self, output: Path, errors: Path, again: dict[str, Any] | None = None) -> int:
        """Begin an execution that writes to these files; the pid of its main process.

        ``again``: its workers' bodies are run more than once, at this table, in the same processes
        or ``forked`` ones.
        """
        request = {
            "output": str(output),
            "errors": str(errors),
            "again": again,
            "reap": self._ended,
        }
        self._ended = []
        self._line.sendall(json.dumps(request).encode() + b"\n")
        answer = b""
        while not answer.endswith(b"\n"):
            part = self._line.recv(64)
            if not part:
                raise ControlError("the template process has ended")
            answer += part
        return int(answer)

    def ended(self, pid: int) -> None:
        """The execution whose main process this was is over."""
        self._ended.append(pid)

    def close(self) -> None:
        """End the template."""
        self._line.close()
        try:
            self._process.wait(_END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _meet(self, hub: Hub, log: Path) -> socket.socket:
        deadline = time.monotonic() + _START_S
        while True:
            hub.pump(0.2)
            if hub.template is not None:
                return hub.template
            if self._process.poll() is not None or time.monotonic() > deadline:
                self._process.kill()
                self._process.wait()
                said = log.read_text("utf-8", "replace").strip().splitlines()
                raise ControlError(
                    "the program could not be prepared: " + (said[-1] if said else "no answer")
                )


class Interpreters:
    """A new interpreter for each execution: slower, and all there is where nothing can be forked.

    ``command`` starts the program.
    """

    def __init__(self, command: list[str], env: dict[str, str]) -> None:
        self._command, self._env = command, env
        self._processes: dict[int, subprocess.Popen[bytes]] = {}

    def start(self, output: Path, errors: Path, again: dict[str, Any] | None = None) -> int:
        """As :meth:`Template.start`. Bodies can't be run again."""
        with output.open("wb") as out, errors.open("wb") as err:
            process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=self._env
            )
        self._processes[process.pid] = process
        return process.pid

    def ended(self, pid: int) -> None:
        """As :meth:`Template.ended`."""
        process = self._processes.pop(pid)
        try:
            process.wait(_END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def close(self) -> None:
        """End what is left."""
        for pid in list(self._processes):
            self._processes[pid].kill()
            self.ended(pid)
