"""Run a tool of the build."""

from __future__ import annotations

import subprocess
from pathlib import Path


def run(*command: str | Path, **options: object) -> str:
    """Run a tool and return what it printed; a failure ends the build with its words."""
    result = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, **options
    )  # type: ignore[call-overload]
    if result.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}\n{result.stdout}{result.stderr}")
    return str(result.stdout)
