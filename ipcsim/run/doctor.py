"""``ipcsim doctor``: is everything there that ipcsim needs, and what to do if not."""

from __future__ import annotations

import importlib.metadata
import multiprocessing
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from ipcsim import __version__
from ipcsim.language import _
from ipcsim.run.versions import PACKAGES, commit, licences

_ENOUGH_SHARED_MEMORY = 64 << 20
"""Rings of 1 MiB for 60 processes."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    what: str
    found: str
    remedy: str = ""
    """What to do; empty if all is well."""
    needed: bool = True
    """Whether ipcsim can't work without it."""


def explain_missing_library(error: ImportError) -> str:
    """A sentence for an import of Qt that has failed."""
    text = str(error)
    # Qt itself says of one library that it is needed for its xcb plugin.
    if ".so" in text or "xcb-cursor0" in text:
        library = text.split(":")[0] if ".so" in text else "libxcb-cursor.so.0"
        return _(
            "Qt can't load {library}. On Debian or Ubuntu: sudo apt-get install libgl1 libegl1 "
            "libxkbcommon0 libfontconfig1 libdbus-1-3 libxcb-cursor0 libxkbcommon-x11-0 "
            "libxcb-icccm4 libxcb-keysyms1 libxcb-shape0"
        ).format(library=library)
    return _("the window needs a package that is missing ({error}); pip install ipcsim").format(
        error=text
    )


def _packages() -> Iterator[Check]:
    for name in PACKAGES:
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            yield Check(name, _("missing"), f"pip install {name}")
            continue
        broken = name.startswith("PySide6") and version.startswith("6.12.")
        broken = broken and sys.version_info < (3, 12)
        remedy = _("crashes on this Python: pip install 'PySide6-Essentials<6.12'")
        yield Check(name, version, remedy if broken else "")


def _window() -> Check:
    # In a process of its own: a Qt without its system libraries aborts instead of raising.
    code = "from PySide6.QtWidgets import QApplication; QApplication(['ipcsim'])"
    shown = "DISPLAY" in os.environ or "WAYLAND_DISPLAY" in os.environ
    if sys.platform.startswith("linux") and not shown:
        remedy = _("start it in a desktop session; ipcsim run works without")
        return Check(_("Window"), _("no display"), remedy, needed=False)
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    if result.returncode == 0:
        return Check(_("Window"), _("opens"))
    said = result.stderr.strip().splitlines() or ["?"]
    refused = next((line for line in said if "could not connect to display" in line), None)
    if refused is not None:
        remedy = _("start it where that display can be reached; ipcsim run works without")
        return Check(_("Window"), refused, remedy, needed=False)
    last = next((line for line in said if "is needed to load" in line), said[-1])
    return Check(_("Window"), last, explain_missing_library(ImportError(last)))


def _memory() -> Iterator[Check]:
    if not Path("/dev/shm").is_dir():
        return
    free = shutil.disk_usage("/dev/shm").free
    remedy = (
        "" if free >= _ENOUGH_SHARED_MEMORY else _("make room in /dev/shm (docker: --shm-size)")
    )
    yield Check(_("Shared memory"), f"{free >> 20} MiB", remedy, needed=False)


def _system() -> Iterator[Check]:
    old = sys.version_info < (3, 10)
    known = commit()
    yield Check("ipcsim", f"{__version__} ({known})" if known else __version__)
    yield Check("Python", f"{platform.python_version()} ({sys.executable})",
                _("ipcsim needs Python 3.10 or newer") if old else "")  # fmt: skip
    cores = _("{count} cores").format(count=os.cpu_count())
    yield Check(_("System"), f"{platform.platform()}, {cores}")
    yield Check(_("Start methods"), ", ".join(multiprocessing.get_all_start_methods()))
    folder = tempfile.gettempdir()
    yield Check(
        _("Temporary files"),
        folder,
        "" if os.access(folder, os.W_OK) else _("the folder can't be written to"),
    )


def _pythons() -> Check:
    from ipcsim.run.interpreters import find_interpreters

    found = ", ".join(f"{each.number} ({each.path})" for each in find_interpreters())
    return Check(_("Pythons to watch"), found, needed=False)


def checks() -> list[Check]:
    """Everything that is looked at, in the order of a report."""
    return [*_system(), *_packages(), _window(), *_memory(), _pythons()]


def examine() -> int:
    """Print the state of the installation; returns 0 if ipcsim can work, else 1."""
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    failed = False
    for check in checks():
        failed = failed or bool(check.remedy and check.needed)
        mark = (
            "[green]✓[/]" if not check.remedy else "[red]✗[/]" if check.needed else "[yellow]![/]"
        )
        table.add_row(
            mark, check.what, check.found + (f"\n→ {check.remedy}" if check.remedy else "")
        )
    console = Console(soft_wrap=True)
    console.print(table)
    console.print("\n".join(licences()), style="dim")
    return 1 if failed else 0


def rehearse_all(start_method: str | None = None) -> int:
    """Run every lesson and say which show their flaw here; returns 0 if all do, else 1."""
    from ipcsim.run.lessons import load_lessons
    from ipcsim.run.rehearsal import rehearse_lessons

    console = Console()
    wrong = 0
    for one in rehearse_lessons(load_lessons(), start_method):
        mark = "[green]✓[/]" if one.as_promised else "[red]✗[/]"
        name = f"{one.lesson.name}/{one.variant.name}"
        console.print(f"{mark} {name:<40} {one.duration_s:5.1f} s  {one.reason}", highlight=False)
        wrong += not one.as_promised
    sentence = _("All lessons show here what they promise.") if not wrong else _(
        "{count} do not show here what they promise; try other parameters."
    ).format(count=wrong)  # fmt: skip
    console.print(sentence)
    return 1 if wrong else 0
