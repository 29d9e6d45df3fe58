"""A real window on a real X server, used with mouse and keyboard from outside."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.xvfb,
    pytest.mark.skipif(
        not (shutil.which("Xvfb") and shutil.which("xdotool")), reason="no Xvfb or no xdotool"
    ),
]
ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import multiprocessing as mp
import pathlib
import sys

def work(folder):
    (pathlib.Path(folder) / "ran").touch()

if __name__ == "__main__":
    one = mp.Process(target=work, args=(sys.argv[0].rpartition("/")[0],))
    one.start()
    one.join()
"""


@pytest.fixture
def screen() -> Iterator[str]:
    reading, writing = os.pipe()
    # Without -noreset it starts again when the last connection is over, and refuses others.
    server = subprocess.Popen(
        ["Xvfb", "-noreset", "-displayfd", str(writing), "-screen", "0", "1280x720x24"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with open(reading) as pipe:
        number = pipe.readline().strip()
    yield f":{number}"
    server.terminate()
    server.wait()


def until(true: Callable[[], object], seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)


def test_run_look_and_quit(screen: str, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    environment = os.environ | {
        "DISPLAY": screen,
        "QT_QPA_PLATFORM": "xcb",
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "PYTHONPATH": str(ROOT),
    }

    def tool(*arguments: str) -> str:
        done = subprocess.run(
            ["xdotool", *arguments], env=environment, capture_output=True, text=True
        )
        return done.stdout.strip()

    shown = subprocess.Popen(
        [sys.executable, "-m", "ipcsim", "open", str(program)], env=environment, cwd=tmp_path
    )
    try:
        until(lambda: tool("search", "--onlyvisible", "--name", "program.py"))
        name = tool("search", "--onlyvisible", "--name", "program.py").splitlines()[0]
        tool("windowmove", name, "0", "0")
        tool("windowfocus", "--sync", name)
        settings = tmp_path / "config" / "ipcsim" / "ipcsim.conf"

        def press(*keys: str) -> None:
            tool("windowfocus", name)
            tool("key", *keys)

        # The space bar runs it; a key may get lost while the window comes up.
        def ran() -> bool:
            if (tmp_path / "ran").exists():
                return True
            press("space")
            time.sleep(1)
            return (tmp_path / "ran").exists()

        until(ran)
        # The second button from the right changes dark into light.
        tool("mousemove", "1214", "22", "click", "1")
        until(lambda: settings.exists() and "theme=light" in settings.read_text())
        press("ctrl+q")
        assert shown.wait(40) == 0
    finally:
        shown.kill()
        shown.wait()
