"""Private directories of runs and explorations; what is left of those whose owner was killed."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import stat
import tempfile
import threading
from collections.abc import Callable
from multiprocessing import process
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any, Final

from ipcsim.supervisor import cleanup, family
from ipcsim.supervisor.elsewhere import elsewhere

_naming: Final = threading.Lock()
"""The prefix of names is one for all threads."""
_OWNER: Final = re.compile(r"owner-(\d+)-(\d*)")
"""Number and start time of a process."""


def sessions_folder() -> Path:
    """The folder of all runs of this user: in memory where the system has a place for that.

    Raises OSError if it can't be had.
    """
    memory = Path("/dev/shm")
    user = os.getuid() if hasattr(os, "getuid") else 0
    base = memory if memory.is_dir() and os.access(memory, os.W_OK) else Path(tempfile.gettempdir())
    return _private(base / f"ipcsim-{user}")


def spool_folder() -> Path:
    """Where recordings are written while they grow: on disk. Raises OSError."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    base = Path(cache) if cache else Path.home() / ".cache"
    try:
        base.mkdir(parents=True, exist_ok=True)
        return _private(base / "ipcsim-runs")
    except OSError:
        return _private(Path(tempfile.gettempdir()) / f"ipcsim-runs-{os.getuid()}")


def new_session() -> Path:
    """A new private directory for a run, owned by this process so far. Raises OSError."""
    while True:
        directory = sessions_folder() / f"run-{os.getpid()}-{secrets.token_hex(6)}"
        # Another ipcsim may just have removed the empty folder of all runs.
        with contextlib.suppress(FileNotFoundError):
            directory.mkdir(0o700)
            own(directory)
            return directory


def new_folder(kind: str) -> Path:
    """A new private directory on disk, owned by this process. Raises OSError.

    Args:
        kind: what it is for, a word.
    """
    directory = Path(tempfile.mkdtemp(prefix=f"ipcsim-{kind}-{os.getpid()}-"))
    own(directory)
    return directory


def own(directory: Path) -> None:
    """Write down that this process takes care of the directory, as well as those that do so far.

    A run's supervisor ends before the window that shows the run: both are owners.
    """
    pid = os.getpid()
    (directory / f"owner-{pid}-{family.start_time(pid)}").touch()


def new_queue(directory: Path, context: BaseContext) -> Any:
    """A queue of ipcsim's own for a run: its semaphores tell by their names whose they are.

    Should their tracker be killed, too, at whatever moment, a later start finds them.

    Args:
        directory: of the run.
        context: makes it.
    """
    config = process.current_process()._config  # type: ignore[attr-defined]
    with _naming:
        before, config["semprefix"] = config["semprefix"], f"/{cleanup.own_prefix(directory)}"
        try:
            with elsewhere():
                return context.Queue()
        finally:
            config["semprefix"] = before


def remove_stale(rescue: Callable[[Path], None] | None = None) -> None:
    """Remove what is left of runs and explorations whose owners were all killed.

    Args:
        rescue: told of each directory before it is removed; its processes have ended.
    """
    folders = list(filter(_is_ours, Path(tempfile.gettempdir()).glob("ipcsim-*-*")))
    # Another ipcsim may remove the same, or the empty folder of all runs, at this moment.
    with contextlib.suppress(FileNotFoundError):
        folders += sessions_folder().iterdir()
    for directory in filter(_abandoned, folders):
        with contextlib.suppress(FileNotFoundError):
            cleanup.end_abandoned(directory)
            if rescue is not None:
                rescue(directory)
            shutil.rmtree(directory, ignore_errors=True)
    for spool in spool_folder().glob("run-*.ipcsim"):
        if not (sessions_folder() / spool.stem).exists():
            spool.unlink(missing_ok=True)


def remove_empty_folder() -> None:
    """Remove the folder of all runs in memory, if this was the last one.

    The recordings' folder on disk stays: another run may be about to begin a recording in it.
    """
    with contextlib.suppress(OSError):
        sessions_folder().rmdir()


def _is_ours(folder: Path) -> bool:
    """Whether a folder is one of ours: anybody may call theirs so, and not let us look inside."""
    try:
        own = not hasattr(os, "getuid") or folder.lstat().st_uid == os.getuid()
        return own and bool(_owners(folder))
    except OSError:
        return False


def _abandoned(directory: Path) -> bool:
    try:
        owners = _owners(directory)
    except OSError:
        return False  # it is being removed
    if not owners:
        # Whoever made it is about to write its name, or was killed before it could.
        maker = directory.name.split("-")[1:2]
        return bool(maker) and maker[0].isdigit() and not family.exists(int(maker[0]))
    return not any(_lives(pid, started) for pid, started in owners)


def _owners(directory: Path) -> list[tuple[int, str]]:
    """Number and start time of those who own a directory. Raises OSError."""
    found = map(_OWNER.fullmatch, os.listdir(directory))
    return [(int(owner[1]), owner[2]) for owner in found if owner]


def _lives(pid: int, started: str) -> bool:
    if family.start_time(pid) != started or not family.exists(pid):
        return False
    # Somebody may not have asked yet for how it has ended.
    return family.zombie_exit_code(pid) is None


def _private(folder: Path) -> Path:
    """A folder of ours that nobody else can read or has prepared for us."""
    folder.mkdir(0o700, exist_ok=True)
    if os.name == "posix":
        status = folder.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid():
            raise PermissionError(f"{folder} belongs to somebody else")
        if status.st_mode & 0o077:
            folder.chmod(0o700)
    return folder
