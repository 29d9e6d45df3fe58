"""SIGKILL of ipcsim, of a run's supervisor, and of both, at random moments."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from ipcsim.supervisor import family, sessions
from tests.soak.marks import Mark, marked
from tests.soak.verdict import Verdict

_ROOT: Final = Path(__file__).parents[2]
_LONGEST_S: Final = 3.0
_GONE_S: Final = 15.0
_METHODS: Final = ("fork", "spawn", "forkserver")
VICTIMS: Final = ("ipcsim", "supervisor", "both")


def soak_orphans(count: int, seed: int = 0, longest: float = _LONGEST_S) -> Verdict:
    """Kill ``count`` times, ipcsim, a supervisor or both in turn."""
    verdict = Verdict()
    choice = random.Random(seed)
    slowest = dict.fromkeys(VICTIMS, 0.0)
    at_next_start = dict.fromkeys(VICTIMS, 0)
    with tempfile.TemporaryDirectory() as folder, marked(Path(folder)) as mark:
        for number in range(count):
            victim = VICTIMS[number % len(VICTIMS)]
            took, later, left = _kill(mark, victim, choice, longest)
            slowest[victim] = max(slowest[victim], took)
            at_next_start[victim] += later
            verdict.demand(not left, f"kill {number} ({victim}) has left {', '.join(left)}")
            mark.sweep()
    verdict.figures["kills"] = f"{count}, in turn of {', '.join(VICTIMS)}"
    for victim in VICTIMS:
        verdict.figures[f"{victim} killed: slowest to be clean, s"] = f"{slowest[victim]:.2f}"
        verdict.figures[f"{victim} killed: cleaned at the next start"] = str(at_next_start[victim])
    return verdict


def _kill(
    mark: Mark, victim: str, choice: random.Random, longest: float
) -> tuple[float, bool, list[str]]:
    """How long it took until all was gone, whether by the next start only, and what is left."""
    ipcsim = subprocess.Popen(
        [
            *(sys.executable, "-m", "tests.soak.viewer"),
            # The terminal goes with the supervisor, all of the program with that, except
            # what isn't Python and is in a session of its own; by then nobody knows whose it is.
            *(str(choice.randrange(1 << 30)), "strangers" if victim == "ipcsim" else ""),
            choice.choice(_METHODS),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=_ROOT,
    )
    assert ipcsim.stdout is not None
    ipcsim.stdout.readline()
    time.sleep(longest * choice.random())
    supervisors = [p for p in family.descendants(ipcsim.pid) if _is_supervisor(p, ipcsim.pid)]
    # Both at once: neither has the time to see the other go.
    doomed = supervisors if victim != "ipcsim" else []
    if victim != "supervisor" or not supervisors:
        doomed = [*doomed, ipcsim.pid]
    for pid in doomed:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
    family.kill(doomed)
    with contextlib.suppress(subprocess.TimeoutExpired):
        ipcsim.wait(_GONE_S)
    took, left = mark.wait_until_clean(ipcsim.pid, _GONE_S if victim != "both" else 1.0)
    later = bool(left)
    if left and _is_for_next_start(victim, left):
        # As every session does first when it is started.
        sessions.remove_stale()
        more, left = mark.wait_until_clean(ipcsim.pid, _GONE_S)
        took += more
    ipcsim.kill()
    ipcsim.wait()
    ipcsim.stdout.close()
    return took, later, left


def _is_supervisor(pid: int, ipcsim: int) -> bool:
    command = family.command_of(pid)
    with contextlib.suppress(OSError):
        parent = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]
        return "multiprocessing.spawn" in command and int(parent) == ipcsim
    return False


def _is_for_next_start(victim: str, left: list[str]) -> bool:
    """Whether nobody was there any more who could have cleaned up at once."""
    return victim == "both" or not any(remains.startswith("process") for remains in left)
