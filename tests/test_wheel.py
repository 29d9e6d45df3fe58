"""A wheel in an empty environment brings everything along."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel; its dependencies are borrowed from the one that tests."""
    folder = tmp_path_factory.mktemp("wheel")
    build = "import sys, hatchling.build as b; print(b.build_wheel(sys.argv[1]))"
    result = subprocess.run(
        [sys.executable, "-c", build, str(folder)], cwd=ROOT, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr
    wheel = folder / result.stdout.split()[-1]
    environment = folder / "environment"
    venv.create(environment, with_pip=True)
    python = environment / ("Scripts" if os.name == "nt" else "bin") / "python"
    install = ["-m", "pip", "install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    subprocess.run([str(python), *install], check=True)
    purelib = "import sysconfig; print(sysconfig.get_path('purelib'))"
    inside = subprocess.run([python, "-c", purelib], capture_output=True, text=True, check=True)
    own = subprocess.run([sys.executable, "-c", purelib], capture_output=True, text=True)
    # Without the path file of a checkout: what is found must come from the wheel.
    borrowed = folder / "borrowed"
    borrowed.mkdir()
    for entry in Path(own.stdout.strip()).iterdir():
        if not entry.name.startswith(("ipcsim", "pip")) and entry.suffix != ".pth":
            (borrowed / entry.name).symlink_to(entry)
    Path(inside.stdout.strip(), "borrowed.pth").write_text(f"{borrowed}\n")
    return python


def call(python: Path, *words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    command = [str(python), "-m", "ipcsim", *words]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=environment)


def test_it_lists_all_lessons(installed: Path, tmp_path: Path) -> None:
    listing = call(installed, "lessons", cwd=tmp_path).stdout
    for lesson in ROOT.glob("resources/lessons/*/*/lesson.toml"):
        assert lesson.parent.name in listing


def test_it_runs_a_lesson_that_it_brings(installed: Path, tmp_path: Path) -> None:
    words = ["run", "--workers", "2", "--set", "rounds=100", "lesson:lost_update/fixed"]
    result = call(installed, *words, cwd=tmp_path)
    assert result.stdout == "200 of 200\n", result.stderr
    assert "counter.get_lock()" in result.stderr, "named as in its source"
