"""The processes below the supervisor, as the operating system tells them (Linux: /proc)."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from pathlib import Path
from typing import Final

_SET_CHILD_SUBREAPER: Final = 36


def become_subreaper() -> bool:
    """Let orphaned descendants become children of this process. False where that can't be had."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        return bool(libc.prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0)
    except (OSError, AttributeError):
        return False


def exists(pid: int) -> bool:
    """Whether there is such a process, one that nobody has asked yet for how it ended included."""
    if sys.platform == "win32":
        # There os.kill(pid, 0) is a Ctrl-C. So does multiprocessing look after a parent.
        import _winapi

        try:
            handle = _winapi.OpenProcess(_winapi.SYNCHRONIZE, False, pid)
        except PermissionError:
            return True
        except OSError:
            return False
        try:
            return _winapi.WaitForSingleObject(handle, 0) != _winapi.WAIT_OBJECT_0
        finally:
            _winapi.CloseHandle(handle)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def start_time(pid: int) -> str:
    """When a process was started, in the system's own units; with its pid it is unmistakable.

    Empty if there is no such process, or the system doesn't tell.
    """
    fields = _stat(pid)
    return fields[19] if fields else ""


def zombie_exit_code(pid: int) -> int | None:
    """Exit code of a process that has ended and whose parent hasn't asked yet."""
    fields = _stat(pid)
    if not fields or fields[0] != "Z":
        return None
    try:
        return os.waitstatus_to_exitcode(int(fields[-1]))
    except ValueError:
        return None


def descendants(root: int) -> list[int]:
    """All living processes below ``root``, parents before children."""
    return below(root)[0]


def below(root: int) -> tuple[list[int], list[int]]:
    """All processes below ``root``, parents before children: who lives, and who has ended and isn't
    reaped yet, or has threads that end yet.

    Processes are looked at one after another, and meanwhile some end. Who has ended still joins
    others to ``root``: they may have been looked at while they were its children.
    """
    children: dict[int, list[int]] = {}
    ended: set[int] = set()
    try:
        names = os.listdir("/proc")
    except OSError:
        return [], []
    for name in names:
        if name.isdigit():
            fields = _stat(int(name))
            if fields:
                children.setdefault(int(fields[1]), []).append(int(name))
                if fields[0] in ("Z", "X"):
                    ended.add(int(name))
    found: list[int] = []
    to_visit = [root]
    while to_visit:
        next_ones = children.get(to_visit.pop(), [])
        found += next_ones
        to_visit += next_ones
    return [pid for pid in found if pid not in ended], [pid for pid in found if pid in ended]


def users_of(directory: Path) -> list[int]:
    """Living processes that have a ring of the directory mapped or are about to; not this one.

    Only watched processes and their supervisor have; a window maps nothing but the control page.
    A new interpreter that has not come to its ring yet is known by its command line.
    """
    mapped, launched = f" {directory}/ring-".encode(), f"/launch.py\0{directory}\0".encode()
    found = []
    for name in os.listdir("/proc") if os.path.isdir("/proc") else ():
        if name.isdigit() and int(name) != os.getpid():
            try:
                if launched in _read(f"/proc/{name}/cmdline") or mapped in _read(
                    f"/proc/{name}/maps"
                ):
                    found.append(int(name))
            except OSError:
                continue
    return found


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def command_of(pid: int) -> str:
    """Command line of a process; empty if it is gone."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return file.read(4096).replace(b"\0", b" ").decode("utf-8", "replace").strip()
    except OSError:
        return ""


def is_tracker(pid: int) -> bool:
    """Whether it is multiprocessing's resource tracker: it cleans up when all others are gone."""
    return "multiprocessing.resource_tracker" in command_of(pid)


def kill(pids: list[int]) -> None:
    """SIGKILL to each, as far as they are there."""
    for pid in pids:
        try:
            os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))
        except OSError:
            continue


def reap() -> dict[int, int]:
    """Exit codes of all children of this process that have ended since."""
    codes: dict[int, int] = {}
    while True:
        try:
            pid, status = os.waitpid(-1, getattr(os, "WNOHANG", 0))
        except ChildProcessError:
            return codes
        if pid == 0:
            return codes
        codes[pid] = os.waitstatus_to_exitcode(status)


def _stat(pid: int) -> list[str]:
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].decode().split()
    except OSError:
        return []
