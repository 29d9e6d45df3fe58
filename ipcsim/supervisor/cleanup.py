"""Leaving nothing behind: ends the program's processes and removes what they held."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import Final

from ipcsim.supervisor import family

_SHARED: Final = "/dev/shm/"
_PATIENCE_S: Final = 5.0
_TRACKER_S: Final = 2.0


def belongings(pids: list[int]) -> set[str]:
    """Files of shared memory and named semaphores that the processes hold and that have a name."""
    found: set[str] = set()
    for pid in pids:
        try:
            with open(f"/proc/{pid}/maps", "rb") as file:
                lines = file.read().decode("utf-8", "replace").splitlines()
        except OSError:
            continue
        for line in lines:
            path = line[line.find("/") :] if "/" in line else ""
            name = path[len(_SHARED) :]
            # Only what multiprocessing makes: a program may share memory with others by name.
            ours = name.startswith(("sem.mp-", "psm_", "sem.ps-"))
            if path.startswith(_SHARED) and ours and not path.endswith("(deleted)"):
                found.add(path)
    return found


def end_processes(root: int, codes: dict[int, int]) -> tuple[list[int], set[str]]:
    """End everything below process ``root``, which is this one; their exit codes go to ``codes``.

    Returns the processes that were ended and the files of theirs that are left.
    """
    deadline = time.monotonic() + _PATIENCE_S
    ended: list[int] = []
    files: set[str] = set()
    trackers: set[int] = set()
    looks = 0
    while looks < 2 and time.monotonic() < deadline:
        # Orphans come to us, and a process may fork while we look: again until none is left.
        codes.update(family.reap())
        alive, dead = family.below(root)
        alive = [pid for pid in alive if pid not in trackers]
        new = {pid for pid in alive if family.is_tracker(pid)}
        trackers |= new
        alive = [pid for pid in alive if pid not in new]
        # One look takes a while: whose parent ends amid it may be nobody's in what it has seen. And
        # children of one whose threads end one by one come to us only with the last of them.
        looks = 0 if alive or dead else looks + 1
        files |= belongings([pid for pid in alive if pid not in ended])
        family.kill(alive)
        ended += [pid for pid in alive if pid not in ended]
        time.sleep(0.001)
    # A tracker ends by itself when nobody is left, having unlinked what it knows.
    deadline = time.monotonic() + _TRACKER_S
    while trackers and time.monotonic() < deadline:
        codes.update(family.reap())
        trackers &= set(family.descendants(root))
        time.sleep(0.005)
    family.kill(list(trackers))
    codes.update(family.reap())
    return ended, {path for path in files if os.path.exists(path)}


def own_prefix(directory: Path) -> str:
    """How the names of ipcsim's own semaphores for a run begin; with what follows 27 letters.

    A name has at most 31 characters on macOS.
    """
    return f"mp-i{directory.name.rpartition('-')[2]}"


def noted(directory: Path) -> set[str]:
    """What processes of this run have made and is still there, though nobody may hold it."""
    run = directory.name.rpartition("-")[2]
    found = {str(path) for path in Path(_SHARED).glob(f"sem.mp-{run}-*")} if run else set()
    return found | _linked(directory)


def _linked(directory: Path) -> set[str]:
    """What the links ``made-INODE`` of a run lead to, if it is still that."""
    found = set()
    for link in directory.glob("made-*"):
        try:
            path = os.readlink(link)
            # The name may be somebody else's by now.
            if os.lstat(path).st_ino == int(link.name.rpartition("-")[2]):
                found.add(path)
        except (OSError, ValueError):
            continue
    return found


def end_abandoned(directory: Path) -> None:
    """End the processes of a run whose supervisor was killed, and remove what they have made."""
    deadline = time.monotonic() + _PATIENCE_S
    files: set[str] = set()
    while (pids := family.users_of(directory)) and time.monotonic() < deadline:
        pids += [below for pid in pids for below in family.descendants(pid)]
        files |= belongings(pids)
        family.kill(pids)
        time.sleep(0.005)
    own = Path(_SHARED).glob(f"sem.{own_prefix(directory)}-*")
    files |= noted(directory) | {str(path) for path in own}
    remove_files({path for path in files if path.startswith(_SHARED)})
    remove_temporary(files)


def remove_files(paths: set[str]) -> list[str]:
    """Unlink files; those that were there."""
    removed = []
    for path in sorted(paths):
        try:
            os.unlink(path)
            removed.append(path)
        except OSError:
            continue
    return removed


def remove_temporary(folders: set[str]) -> list[str]:
    """Remove multiprocessing's own temporary folders; those that were there."""
    removed = []
    parent = Path(tempfile.gettempdir()).resolve()
    for folder in sorted(folders):
        path = Path(folder)
        # The name comes from a watched process: remove nothing but what multiprocessing makes.
        if path.name.startswith("pymp-") and path.parent.resolve() == parent and path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
            removed.append(folder)
    return removed


def remove_session(directory: Path, spool: Path, keep_spool: bool) -> None:
    """Remove a run's private directory and, unless it is to be kept, its recording."""
    shutil.rmtree(directory, ignore_errors=True)
    if not keep_spool:
        spool.unlink(missing_ok=True)
