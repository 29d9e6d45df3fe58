"""Finds everything that a run has made and left, on a machine where others run too.

A mark travels in the environment, so every process below carries it, whatever it does to its
parents and session; the programs name their semaphores and shared memory by it. Recordings lie in
a folder of the soak's own, and the private directories bear the pid of the ipcsim that made them.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ipcsim.supervisor import family, sessions

VARIABLE = "IPCSIM_SOAK_MARK"
_SHARED = Path("/dev/shm")


@dataclass(frozen=True)
class Mark:
    """One soak's mark."""

    word: str
    cache: Path
    before: frozenset[Path]
    """Private directories that this process had already: of tests before, in one run of many."""

    def processes(self) -> list[int]:
        """Living processes that carry the mark; not this one, nor its own resource tracker."""
        wanted = f"{VARIABLE}={self.word}\0".encode()
        found = []
        for name in os.listdir("/proc"):
            if not name.isdigit() or int(name) == os.getpid():
                continue
            try:
                carries = wanted in Path(f"/proc/{name}/environ").read_bytes() + b"\0"
                parent = Path(f"/proc/{name}/stat").read_text().rpartition(")")[2].split()[1]
            except OSError:
                continue
            if carries and not (int(parent) == os.getpid() and family.is_tracker(int(name))):
                found.append(int(name))
        return found

    def shared(self) -> list[str]:
        """Shared memory and semaphores of the programs."""
        return [name for name in os.listdir(_SHARED) if self.word in name]

    def files(self, ipcsim: int) -> list[str]:
        """Recordings, and private directories of the process that held the sessions."""
        folders = sessions.sessions_folder().glob(f"run-{ipcsim}-*")
        made = [path for path in folders if path not in self.before]
        return [str(path) for path in (*made, *self.cache.rglob("run-*.ipcsim"))]

    def left(self, ipcsim: int) -> list[str]:
        """All of this, in words."""
        commands = [f"process {pid}: {family.command_of(pid)}" for pid in self.processes()]
        return [*commands, *self.shared(), *self.files(ipcsim)]

    def wait_until_clean(self, ipcsim: int, seconds: float) -> tuple[float, list[str]]:
        """Wait until nothing is left: how long that took, and what is left even so."""
        began = time.monotonic()
        while left := self.left(ipcsim):
            if time.monotonic() - began > seconds:
                break
            time.sleep(0.02)
        return time.monotonic() - began, left

    def sweep(self) -> None:
        """End and remove what carries the mark: a soak that has failed leaves nothing itself."""
        family.kill(self.processes())
        for name in self.shared():
            (_SHARED / name).unlink(missing_ok=True)


@contextmanager
def marked(folder: Path) -> Iterator[Mark]:
    """A mark in this process's environment; recordings go below ``folder``."""
    there = frozenset(sessions.sessions_folder().glob(f"run-{os.getpid()}-*"))
    mark = Mark(f"soak{secrets.token_hex(4)}", folder, there)
    before = {name: os.environ.get(name) for name in (VARIABLE, "XDG_CACHE_HOME")}
    os.environ[VARIABLE] = mark.word
    os.environ["XDG_CACHE_HOME"] = str(folder)
    try:
        yield mark
    finally:
        mark.sweep()
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
