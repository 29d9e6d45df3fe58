"""From command to visible window, against a bare script that shows one PlotWidget.

    python -m tests.benchmarks.bench_window [--rounds N]

Both are started in turn in an X server of their own (Debian's ``xvfb`` and ``x11-utils``), with
byte code compiled, as installed programs have it, and with the settings of a first start. Medians;
the first round warms the file cache.
"""

from __future__ import annotations

import argparse
import compileall
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import ipcsim
from tests.benchmarks.screens import virtual_screen

BARE = """
import sys
import pyqtgraph
from PySide6.QtWidgets import QApplication
application = QApplication(sys.argv)
window = pyqtgraph.PlotWidget()
window.show()
application.exec()
"""
LIMIT_S = 30.0
_WINDOW = re.compile(r"^ +(0x[0-9a-f]+) .*?\b(\d{3,})x\d{3,}\+", re.MULTILINE)


def visible(environment: dict[str, str]) -> bool:
    """Whether a window of three digits' width and height is mapped."""
    tree = _said(["xwininfo", "-root", "-children"], environment)
    return any(
        "IsViewable" in _said(["xwininfo", "-id", window], environment)
        for window, _width in _WINDOW.findall(tree)
    )


def _said(command: list[str], environment: dict[str, str]) -> str:
    return subprocess.run(command, env=environment, capture_output=True, text=True).stdout


def seconds(command: list[str], environment: dict[str, str]) -> float:
    """From the start of ``command`` until its window is there."""
    began = time.perf_counter()
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            while not visible(environment):
                if time.perf_counter() - began > LIMIT_S or process.poll() is not None:
                    raise SystemExit(f"no window came of {' '.join(command)}")
            return time.perf_counter() - began
        finally:
            process.terminate()


def main() -> None:
    """Measure, interleaved, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    package = Path(ipcsim.__file__).parent
    compileall.compile_dir(str(package), quiet=1)
    with tempfile.TemporaryDirectory() as folder, virtual_screen() as there:
        if not there:
            raise SystemExit("install Xvfb (Debian's xvfb) first")
        script = Path(folder, "bare.py")
        script.write_text(BARE)
        environment = {
            **os.environ,
            "PYTHONPATH": str(package.parent),
            "XDG_CONFIG_HOME": folder,
        }
        found: list[tuple[float, float]] = []
        for _ in range(rounds + 1):
            bare = seconds([sys.executable, str(script)], environment)
            ours = seconds([sys.executable, "-m", "ipcsim"], environment)
            found.append((bare, ours))
    for name, column in (("bare PlotWidget, s", 0), ("ipcsim, s", 1)):
        print(f"{name:<24} {statistics.median(pair[column] for pair in found[1:]):>6.2f}")
    print(f"{'ratio':<24} {statistics.median(b / a for a, b in found[1:]):>6.2f}")


if __name__ == "__main__":
    main()
