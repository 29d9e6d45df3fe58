"""As if alone on the machine: what else runs on it isn't measured along (Linux, where permitted).

Where sessions share the processors evenly (``sched_autogroup``), ``nice`` counts within a session
only; so a benchmark is run in a session of its own, and the session gets the higher share.
"""

from __future__ import annotations

import mmap
import os
import subprocess
import sys
from contextlib import suppress

from ipcsim.supervisor import family

_OURS = "IPCSIM_BENCHMARK_ALONE"
_SHARE = -15
_WARM = 4 << 30
_PAGE = 4096


def run_alone() -> None:
    """Go on in a session of one's own, ahead of others; return there."""
    if not hasattr(os, "setsid") or os.environ.get(_OURS):
        raise_share()
        return
    command = [sys.executable, *sys.orig_argv[1:]]
    environment = os.environ | {_OURS: "1"}
    code = subprocess.run(command, start_new_session=True, env=environment, check=False).returncode
    sys.exit(code)


def raise_share() -> None:
    """Give this session the higher share, and those that processes of ours have opened: as much
    higher as they differ."""
    for pid in (os.getpid(), *family.descendants(os.getpid())):
        with suppress(OSError), open(f"/proc/{pid}/autogroup", "r+") as file:
            share = int(file.read().split()[-1])
            if share >= 0:
                file.seek(0)
                file.write(str(share + _SHARE))


def warm_memory() -> None:
    """Use memory once, and give it back.

    A virtual machine's host may give it memory only when it is used first: such a page costs five
    to ten times as much as one that has been used before, whatever is measured.
    """
    with mmap.mmap(-1, _WARM) as memory:
        for at in range(0, _WARM, _PAGE):
            memory[at] = 1


def stolen_ms() -> float:
    """For how long so far a virtual machine's host has run others while we were to run (proc(5));
    0 where that isn't told. What waits meanwhile is no fault of what is measured."""
    with suppress(OSError), open("/proc/stat", encoding="ascii") as file:
        return 1000 * int(file.readline().split()[8]) / os.sysconf("SC_CLK_TCK")
    return 0.0
