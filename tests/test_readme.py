"""What the README tells a person to type works."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import pytest

from ipcsim.run import toml
from tests.test_cli import ROOT, ipcsim

README = (ROOT / "README.md").read_text()
COMMANDS = [
    line
    for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    for line in block.splitlines()
    if line.startswith("ipcsim ")
]


def test_there_are_commands() -> None:
    assert len(COMMANDS) >= 4


@pytest.mark.parametrize("command", COMMANDS)
def test_command(command: str, tmp_path: Path) -> None:
    result = ipcsim(*shlex.split(command)[1:], cwd=tmp_path)
    assert "Traceback" not in result.stderr
    found = (1,) if command.startswith("ipcsim explore") else ()
    assert result.returncode in (0, 124, *found), result.stderr


def test_links_lead_somewhere() -> None:
    for page in (ROOT / "README.md", ROOT / "ARCHITECTURE.md", ROOT / "packaging/README.md"):
        for target in re.findall(r"(?:\]\(|href=\")(?!http)([^)#\"]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_python_versions_agree() -> None:
    settings = toml.loads((ROOT / "pyproject.toml").read_text())
    wanted = settings["project"]["requires-python"].removeprefix(">=")
    assert f"Python {wanted} or newer" in README
    assert sys.version_info >= tuple(map(int, wanted.split(".")))
