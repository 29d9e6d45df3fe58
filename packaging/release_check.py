#!/usr/bin/env python3
"""Does the download work where there is nothing else? ``python packaging/release_check.py``.

Builds (or takes ``--archive``), unpacks the archive into an empty directory of a root file system
that holds a minimal Debian without any Python, and tries everything there: every lesson with every
start method, programs from outside, a run that is killed, the window. Needs root (chroot),
debootstrap, Xvfb, xdotool and ImageMagick's import. Exit code 0: fit to be released.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PACKAGES = "libgl1,libegl1,libx11-6,libxcb1,fonts-dejavu-core"
APP = "/opt/download/ipcsim/ipcsim"
METHODS = ("fork", "spawn", "forkserver")
DISPLAY = ":97"

OUTSIDE = """
import multiprocessing as mp, subprocess, sys
import numpy, sqlite3, ssl, beside
def work(queue):
    queue.put(int(numpy.arange(4).sum()) + beside.ONE)
def main(workers: int = 2):
    queue = mp.Queue()
    team = [mp.Process(target=work, args=(queue,)) for _ in range(workers)]
    for each in team: each.start()
    total = sum(queue.get() for _ in team)
    for each in team: each.join()
    child = subprocess.run([sys.executable, "-c", "print('from a child')"], capture_output=True)
    print(total, input(), child.stdout.decode().strip(), hasattr(sys, "frozen"))
    sys.exit(3)
if __name__ == "__main__":
    main()
"""
ENDLESS = """
import multiprocessing as mp, time
from multiprocessing import shared_memory
def sit(lock, name):
    with lock:
        time.sleep(600)
if __name__ == "__main__":
    memory = shared_memory.SharedMemory(create=True, size=100)
    lock = mp.Lock()
    for n in range(3):
        mp.Process(target=sit, args=(lock, memory.name)).start()
    print("sitting", flush=True)
"""


class Failed(Exception):
    """Something is not as it should be; the message says what."""


def require(condition: object, sentence: str) -> None:
    """Fail the check with a sentence unless the condition holds."""
    if not condition:
        raise Failed(sentence)


def make_root(folder: Path) -> None:
    """A minimal Debian with what a window needs of the system, and no Python."""
    subprocess.run(
        ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", "stable", str(folder)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    pythons = [str(path) for path in folder.glob("usr/bin/python*")]
    require(not pythons, f"the root file system has a Python: {pythons}")


@contextmanager
def mounted(root: Path) -> Iterator[None]:
    """The kernel's file systems inside a root, a /dev/shm of its own among them.

    The machine's /dev is not bound: a mount below it could come back to the machine's own.
    """
    mounts = [
        (["mount", "-t", "proc", "proc"], root / "proc"),
        (["mount", "-t", "tmpfs", "tmpfs"], root / "dev" / "shm"),
        (["mount", "-t", "devpts", "-o", "newinstance,ptmxmode=0666", "devpts"], root / "dev/pts"),
    ]
    done: list[Path] = []
    try:
        for command, target in mounts:
            target.mkdir(exist_ok=True, parents=True)
            subprocess.run([*command, str(target)], check=True)
            done.append(target)
        yield
    finally:
        for target in reversed(done):
            subprocess.run(["umount", "--lazy", str(target)], check=False)


def start(root: Path, *words: str, **options: object) -> subprocess.Popen[str]:
    """Start a command inside the root, as a user's shell would."""
    environment = {
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": "/root",
        "LANG": "C.UTF-8",
        "DISPLAY": DISPLAY,
    }
    command = ["chroot", str(root), *words]
    pipe = subprocess.PIPE
    return subprocess.Popen(  # type: ignore[call-overload,no-any-return]
        command, env=environment, text=True, stdin=pipe, stdout=pipe, stderr=pipe, **options
    )


def call(root: Path, *words: str, stdin: str = "", timeout: float = 120) -> tuple[int, str, str]:
    """Run a command inside the root: exit code, stdout, stderr."""
    process = start(root, *words)
    out, err = process.communicate(stdin, timeout=timeout)
    return process.returncode, out, err


def processes_inside(root: Path) -> list[str]:
    """Processes whose root directory is ``root``."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if os.readlink(entry / "root") == str(root):
                found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


def wait_until(condition: Callable[[], object], seconds: float, sentence: str) -> None:
    """Wait for a condition; fail with the sentence when it doesn't come true in time."""
    end = time.monotonic() + seconds
    while not condition():
        require(time.monotonic() < end, sentence)
        time.sleep(0.05)


def nothing_left(root: Path) -> None:
    """No process, no shared memory, no session directory is left."""
    wait_until(lambda: not processes_inside(root), 15, f"left behind: {processes_inside(root)}")
    left = [str(p) for p in (root / "dev/shm").iterdir()]
    left += [str(p) for p in (root / "tmp").glob("ipcsim*/*")]
    require(not left, f"files left behind: {left}")


def check_lessons(root: Path) -> None:
    """Every lesson of the checkout runs, with every start method, and shows what it promises."""
    lessons = sorted(p.parent.name for p in ROOT.glob("resources/lessons/*/*/lesson.toml"))
    _, listing, err = call(root, APP, "lessons")
    missing = [name for name in lessons if not re.search(rf"^{name}\b", listing, re.MULTILINE)]
    require(not missing, f"lessons that are not in the bundle: {missing} {err}")
    for method in METHODS:
        code, out, err = call(
            root, APP, "doctor", "--lessons", "--start-method", method, timeout=1200
        )
        print(out)
        require(code == 0, f"lessons under {method}:\n{out}{err}")
        nothing_left(root)


def check_outside(root: Path) -> None:
    """Programs from outside: the standard library, NumPy, modules beside, stdin, exit code."""
    folder = root / "home"
    (folder / "program.py").write_text(OUTSIDE)
    (folder / "beside.py").write_text("ONE = 1\n")
    for method in METHODS:
        words = ["run", "--start-method", method, "/home/program.py"]
        code, out, err = call(root, APP, *words, stdin="typed\n")
        require(code == 3, f"{method}: exit code {code}\n{out}{err}")
        require(out == "14 typed from a child False\n", f"{method}: printed {out!r}\n{err}")
    (folder / "missing.py").write_text("import pandas\n")
    code, out, err = call(root, APP, "run", "/home/missing.py")
    require("pandas" in err and "--python" in err, f"no word on the missing pandas: {err}")
    nothing_left(root)


def check_killed(root: Path) -> None:
    """A run whose ipcsim is killed leaves nothing."""
    (root / "home/endless.py").write_text(ENDLESS)
    process = start(root, APP, "run", "/home/endless.py")
    assert process.stdout
    require(process.stdout.readline() == "sitting\n", "the endless program didn't start")
    process.send_signal(signal.SIGKILL)
    process.wait()
    nothing_left(root)


def ask_server(*words: str) -> subprocess.CompletedProcess[str]:
    """Ask or tell the X server something, by xdotool."""
    environment = {**os.environ, "DISPLAY": DISPLAY}
    return subprocess.run(["xdotool", *words], capture_output=True, text=True, env=environment)


def windows() -> list[str]:
    """Visible windows on the display."""
    return ask_server("search", "--onlyvisible", "--name", "ipcsim").stdout.split()


def check_window(root: Path, screenshot: Path) -> None:
    """The window opens, runs a lesson with real workers, stays one window, and leaves nothing."""
    environment = {**os.environ, "DISPLAY": DISPLAY}
    server = subprocess.Popen(
        ["Xvfb", DISPLAY, "-screen", "0", "1280x720x24"], stderr=subprocess.DEVNULL
    )
    try:
        wait_until(lambda: ask_server("getmouselocation").returncode == 0, 10, "no X server")
        process = start(root, APP)
        try:
            wait_until(windows, 30, "no window has opened")
        except Failed as failure:
            process.kill()
            raise Failed(f"{failure}; it said: {process.communicate()[1]!r}") from None
        # There is no window manager that would give it the keyboard.
        ask_server("windowfocus", "--sync", windows()[0])
        ask_server("key", "space")
        wait_until(lambda: len(processes_inside(root)) >= 6, 30, "Space has started no workers")
        require(len(windows()) == 1, f"{len(windows())} windows are open")
        subprocess.run(["import", "-window", "root", str(screenshot)], check=True, env=environment)
        process.terminate()
        process.communicate(timeout=20)
    finally:
        server.terminate()
        server.wait()
    nothing_left(root)


def main() -> int:
    parser = argparse.ArgumentParser(description="Check a download where there is nothing else.")
    parser.add_argument("--archive", type=Path, help="a .tar.xz that is there; else it is built")
    parser.add_argument("--root", type=Path, help="a root file system to use again")
    parser.add_argument("--screenshot", type=Path, default=ROOT / "dist" / "window.png")
    options = parser.parse_args()
    if os.geteuid() != 0:
        parser.error("chroot wants root")
    archive: Path | None = options.archive
    if archive is None:
        subprocess.run([sys.executable, str(HERE / "build.py")], check=True)
        archive = next((ROOT / "dist").glob("*.tar.xz"))
    options.screenshot.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="release-check-") as scratch:
        root = options.root or Path(scratch, "root")
        if not (root / "usr").is_dir():
            make_root(root)
        place = root / Path(APP).relative_to("/").parent.parent
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        subprocess.run(["tar", "-xf", str(archive), "-C", str(place)], check=True)
        with mounted(root):
            steps: list[tuple[str, Callable[[], None]]] = [
                ("window", lambda: check_window(root, options.screenshot)),
                ("programs from outside", lambda: check_outside(root)),
                ("a killed run", lambda: check_killed(root)),
                ("lessons", lambda: check_lessons(root)),
            ]
            for name, step in steps:
                try:
                    step()
                except Failed as failure:
                    print(f"✗ {name}: {failure}")
                    return 1
                print(f"✓ {name}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
