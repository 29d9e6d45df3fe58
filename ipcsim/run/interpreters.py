"""The Pythons on this machine that can run a watched program."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

OLDEST: Final = (3, 10)
NEWEST: Final = (3, 13)
_NAME = re.compile(r"python3(\.\d+)?(\.exe)?")
_ASK = (
    "import sys, json; print(json.dumps([sys.implementation.name, list(sys.version_info[:3]), "
    "getattr(sys, '_is_gil_enabled', lambda: True)()]))"
)


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A CPython."""

    path: str
    version: tuple[int, int, int]

    @property
    def number(self) -> str:
        """``3.12.1``"""
        return ".".join(map(str, self.version))


OWN: Final = Interpreter(sys.executable, (*sys.version_info[:3],))
"""The Python that runs ipcsim itself."""


@lru_cache(maxsize=64)
def examine(path: str) -> Interpreter | None:
    """The interpreter at ``path``; None if it isn't a CPython that can run a watched program."""
    try:
        answer = subprocess.run(
            [path, "-I", "-S", "-c", _ASK], capture_output=True, text=True, timeout=10, check=True
        )
        implementation, version, locked = json.loads(answer.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    if implementation != "cpython" or not locked or not OLDEST <= tuple(version[:2]) <= NEWEST:
        return None
    return Interpreter(path, (version[0], version[1], version[2]))


def find_interpreters() -> list[Interpreter]:
    """Our own Python first, then those on PATH and pyenv's, newest first, each version once."""
    folders = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    folders += sorted(pyenv.glob("*/bin"), reverse=True)
    paths: dict[str, str] = {}
    for folder in folders:
        try:
            names = sorted(os.listdir(folder))
        except OSError:
            continue
        for path in (str(folder / name) for name in names if _NAME.fullmatch(name)):
            paths.setdefault(os.path.realpath(path), path)
    found = {OWN.version: OWN}
    # Each takes a fifth of a second to start.
    with ThreadPoolExecutor(thread_name_prefix="examine") as pool:
        for interpreter in pool.map(examine, paths.values()):
            if interpreter is not None:
                found.setdefault(interpreter.version, interpreter)
    others = sorted((i for i in found.values() if i is not OWN), key=lambda i: i.version)
    return [OWN, *reversed(others)]
