"""Who may import whom, and what a process loads because of us."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
    return subprocess.run(
        [*command, "--config", str(folder / "pyproject.toml"), "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin", "PYTHONIOENCODING": "utf-8"},
    )


def test_packages_import_only_what_they_may() -> None:
    result = lint_imports(ROOT)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("probe/__init__.py", "import numpy"),
        ("supervisor/messages.py", "from ipcsim.run import session"),
        ("trace/moment.py", "import PySide6.QtCore"),
        ("analysis/__init__.py", "import ipcsim.gui"),
        ("explore/dpor.py", "from ipcsim.trace import moment"),
    ],
)
def test_a_planted_violation_is_found(tmp_path: Path, module: str, line: str) -> None:
    shutil.copytree(ROOT / "ipcsim", tmp_path / "ipcsim")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / "ipcsim" / module).open("a") as file:
        file.write(f"\n{line}\n")
    result = lint_imports(tmp_path)
    assert result.returncode != 0
    assert "BROKEN" in result.stdout


def loaded_by(code: str) -> set[str]:
    """Top-level packages that a fresh interpreter has loaded after ``code``."""
    program = f"{code}\nimport sys, json; print(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True
    )
    return {name.split(".")[0] for name in json.loads(result.stderr.splitlines()[-1])}


def test_a_watched_process_loads_the_standard_library_only() -> None:
    loaded = loaded_by("import ipcsim.probe.install, ipcsim.probe.recorder") - loaded_by("")
    assert loaded <= set(sys.stdlib_module_names) | {"ipcsim"}


def test_the_command_line_loads_no_qt() -> None:
    loaded = loaded_by("from ipcsim.cli import command; command(['lessons'])")
    assert not loaded & {"PySide6", "shiboken6", "pyqtgraph"}


def test_the_door_is_light() -> None:
    """Every spawned child of ipcsim imports it."""
    assert not loaded_by("import ipcsim.__main__") & {"numpy", "rich", "PySide6", "pyqtgraph"}


def test_the_window_is_on_screen_before_what_takes_longest_to_load(tmp_path: Path) -> None:
    """NumPy and pyqtgraph take longer than all the rest; stage and panels come after it."""
    shown = f"""
import os
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from ipcsim.gui.application import FirstPaint, Memory, Window
application = QApplication([])
window = Window(Memory(QSettings({str(tmp_path / "ipcsim.ini")!r}, QSettings.Format.IniFormat)))
window.preview()
painted = []
first = FirstPaint(window.layout_, lambda: painted.append(True))
window.show()
while not painted:
    application.processEvents()
"""
    loaded = loaded_by(shown)
    assert "PySide6" in loaded
    assert not loaded & {"numpy", "pyqtgraph"}


def test_the_window_reads_no_sources_of_modules() -> None:
    """As PySide does with every module that is imported after it."""
    code = """
import ipcsim.gui.application, linecache
from pathlib import Path
assert not [file for file in linecache.cache if "gui" in Path(file).parts]
"""
    assert "PySide6" in loaded_by(code)
