#!/usr/bin/env python3
"""Set ipcsim up from a checkout, and start or test it.

    python3 run.py              opens the window (any further words go to ipcsim)
    python3 run.py test         passes the tests (any further words go to pytest)

It makes a virtual environment in .venv with the packages of requirements.lock, and says which
system libraries are missing, or installs them where it may. Standard library only.
"""

from __future__ import annotations

import ctypes.util
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
WINDOWS = os.name == "nt"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if WINDOWS else "bin/python")

# Shared library that must be found -> Debian/Ubuntu package that brings it.
WINDOW_LIBRARIES = {
    "GL": "libgl1",
    "EGL": "libegl1",
    "xkbcommon": "libxkbcommon0",
    "fontconfig": "libfontconfig1",
    "dbus-1": "libdbus-1-3",
    "glib-2.0": "libglib2.0-0",
    "xcb-cursor": "libxcb-cursor0",
    "xkbcommon-x11": "libxkbcommon-x11-0",
    "xcb-icccm": "libxcb-icccm4",
    "xcb-keysyms": "libxcb-keysyms1",
    "xcb-shape": "libxcb-shape0",
}
# Program that the tests need -> package.
TEST_PROGRAMS = {"Xvfb": "xvfb", "xdotool": "xdotool"}


def missing_packages(testing: bool) -> list[str]:
    """Debian packages that the machine lacks for the window, and for the tests."""
    if not sys.platform.startswith("linux"):
        return []
    packages = [
        package
        for library, package in WINDOW_LIBRARIES.items()
        if ctypes.util.find_library(library) is None
    ]
    if testing:
        packages += [
            package for program, package in TEST_PROGRAMS.items() if shutil.which(program) is None
        ]
    try:
        import ensurepip  # noqa: F401  (Debian's python3 comes without it)
        import venv  # noqa: F401
    except ImportError:
        if shutil.which("uv") is None:
            packages.append("python3-venv")
    return packages


def provide_packages(packages: list[str]) -> None:
    """Install Debian packages, or say what to type."""
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if shutil.which("apt-get") is None:
        sys.exit("Qt needs system libraries that are missing here; the names of their\n"
                 f"Debian packages: {' '.join(packages)}")  # fmt: skip
    if os.geteuid() != 0:
        sys.exit(f"Some system libraries are missing. Please run:\n  sudo {' '.join(command)}")
    print("Installing system packages:", " ".join(packages), flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], check=True, env=environment)
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)


def provide_environment() -> None:
    """Make .venv with the locked packages, unless it is there and up to date."""
    wanted = hashlib.sha256(LOCK.read_bytes() + sys.version.encode()).hexdigest()
    stamp = ENVIRONMENT / "ipcsim-lock.sha256"
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    print("Setting up .venv (once; about half a minute) ...", flush=True)
    uv = shutil.which("uv")
    requirements = ["--require-hashes", "-r", str(LOCK)]
    if uv is not None:
        make = [uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(ENVIRONMENT)]
        install = [uv, "pip", "install", "--quiet", "--python", str(PYTHON), *requirements]
    else:
        make = [sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)]
        install = [str(PYTHON), "-m", "pip", "install", "--quiet", *requirements]
        install += ["--disable-pip-version-check"]
    subprocess.run(make, check=True)
    subprocess.run(install, check=True)
    purelib = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = subprocess.run([str(PYTHON), "-c", purelib], check=True, capture_output=True)
    # A path file instead of an editable install: nothing has to be built.
    Path(packages.stdout.decode().strip(), "ipcsim-checkout.pth").write_text(f"{ROOT}\n")
    stamp.write_text(wanted)


def test(words: list[str]) -> int:
    """Linter, formatter, types, import rules and tests; the first failure ends it."""
    for check in (
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
    ):
        print("$", *check, flush=True)
        code = subprocess.run([str(PYTHON), "-m", *check], cwd=ROOT).returncode
        if code:
            return code
    print("$ pytest", *words, flush=True)
    environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ}
    command = [str(PYTHON), "-m", "pytest", *words]
    return subprocess.run(command, cwd=ROOT, env=environment).returncode


def main() -> int:
    if sys.version_info < (3, 10):
        sys.exit("ipcsim needs Python 3.10 or newer; this is " + sys.version.split()[0])
    words = sys.argv[1:]
    testing = words[:1] == ["test"]
    try:
        packages = missing_packages(testing)
        if packages:
            provide_packages(packages)
        provide_environment()
    except subprocess.CalledProcessError as error:
        sys.exit(f"The set-up has failed at: {' '.join(map(str, error.cmd))}")
    if testing:
        return test(words[1:])
    command = [str(PYTHON), "-m", "ipcsim", *words]
    if WINDOWS:
        return subprocess.run(command).returncode
    os.execv(str(PYTHON), command)


if __name__ == "__main__":
    sys.exit(main())
