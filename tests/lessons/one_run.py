"""One run of one variant, judged from outside: exit code, output, or that it never ends."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from .catalogue import Check, Variant

BARE = Path(__file__).with_name("bare.py")
# A program in which every thread has slept this long, without an instruction run, won't wake:
# the longest sleep in a lesson is half a second. Where that can't be seen `after_s` decides.
# (A Manager's server looks up once a second, so the time must be shorter than that.)
ASLEEP_S = 0.8
LOOK_S = 0.05
SLEEP_IS_SEEN = Path("/proc/self/schedstat").is_file()


@dataclass(frozen=True)
class Outcome:
    holds: bool
    why: str
    seconds: float
    output: str
    errors: str


def bare_command(
    variant: Variant, method: str, settings: dict[str, str], python: str = sys.executable
) -> list[str]:
    pairs = [f"{name}={value}" for name, value in settings.items()]
    return [python, str(BARE), method, str(variant.path), *pairs]


def watched_command(
    variant: Variant, method: str, settings: dict[str, str], patience: float
) -> list[str]:
    """The same under the tool's eyes."""
    command = [sys.executable, "-m", "ipcsim", "run", "--timeout", str(patience)]
    if method != "default":
        command += ["--start-method", method]
    for name, value in settings.items():
        command += ["--workers", value] if name == "workers" else ["--set", f"{name}={value}"]
    return [*command, f"lesson:{variant.label}"]


def run(
    command: Sequence[str], check: Check, patience: float = 30.0, sleeps: bool = SLEEP_IS_SEEN
) -> Outcome:
    """Run the command in a process group of its own and see whether the check holds."""
    limit = check.after_s if check.hangs and not sleeps else patience
    environment = os.environ | {"PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        began = time.perf_counter()
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            env=environment,
            start_new_session=True,
        )
        try:
            ended = _wait(process, began + limit, sleeps)
            seconds = time.perf_counter() - began
        finally:
            _end_group(process)
        output, errors = (_text(stream) for stream in (out, err))
    why = _complaint(check, process.returncode if ended else None, output, errors)
    return Outcome(not why, why, seconds, output, errors)


def _complaint(check: Check, exit_code: int | None, output: str, errors: str) -> str:
    """What doesn't hold, or nothing. The exit code None means: it didn't end."""
    if check.hangs and exit_code is not None:
        return f"ended with exit code {exit_code} instead of hanging"
    if not check.hangs and exit_code is None:
        return "didn't end"
    if not check.hangs and exit_code != check.exit_code:
        return f"exit code {exit_code} instead of {check.exit_code}"
    if not re.search(check.output, output, re.MULTILINE):
        return f"the output doesn't match {check.output!r}"
    if check.healthy and "Traceback" in errors:
        return "a process raised an exception"
    return ""


def _wait(process: subprocess.Popen[bytes], deadline: float, sleeps: bool) -> bool:
    """True when it ended; False when it is past the deadline or sleeps for ever."""
    since, before = time.perf_counter(), None
    while True:
        try:
            process.wait(LOOK_S)
            return True
        except subprocess.TimeoutExpired:
            now = time.perf_counter()
        if now > deadline:
            return False
        used = _time_used_if_all_sleep(process.pid) if sleeps else None
        if used is None or used != before:
            since, before = now, used
        elif now - since > ASLEEP_S:
            return False


def _time_used_if_all_sleep(group: int) -> int | None:
    """Nanoseconds a process group has run, or None while one of its threads could run.

    Processor time in ticks won't do: a program that wakes every 20 ms for 50 µs uses none.
    """
    used = 0
    for process in filter(str.isdigit, _names("/proc")):
        fields = _fields(f"/proc/{process}/stat")
        if len(fields) < 3 or fields[2] != str(group):
            continue
        for thread in _names(f"/proc/{process}/task"):
            state = _fields(f"/proc/{process}/task/{thread}/stat")
            ran = _fields(f"/proc/{process}/task/{thread}/schedstat")
            if state and state[0] not in "SZ":
                return None
            used += int(ran[0]) if ran else 0
    return used


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _fields(file: str) -> list[str]:
    """What stands behind the name, if there is one: state, parent, group; nothing if it is gone."""
    try:
        return Path(file).read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _end_group(process: subprocess.Popen[bytes]) -> None:
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()


def _text(stream: IO[bytes]) -> str:
    stream.seek(0)
    return stream.read().decode("utf-8", "replace")
