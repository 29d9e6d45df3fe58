"""How an exception that ended a process is told, and what to do about a missing module."""

from __future__ import annotations

import json
from pathlib import Path

from tests.test_cli import ipcsim


def test_the_missing_module_is_named_with_a_remedy(tmp_path: Path) -> None:
    program = tmp_path / "wants.py"
    program.write_text("import no_such_module_anywhere\n")
    result = ipcsim("run", program)
    assert result.returncode == 1
    assert "no_such_module_anywhere" in result.stderr
    assert "--python PATH" in " ".join(result.stderr.split())


def test_a_long_message_is_told_in_one_line(tmp_path: Path) -> None:
    program = tmp_path / "says.py"
    program.write_text("raise RuntimeError('one\\n\\n  two ' + 'word ' * 100)\n")
    report = tmp_path / "report.json"
    assert ipcsim("run", "--report", report, program).returncode == 1
    told = json.loads(report.read_text(encoding="utf-8"))
    assert told["processes"][0]["exception"].startswith("RuntimeError: one\n\n  two word")
    (finding,) = told["findings"]
    assert "RuntimeError: one two word word" in finding["sentence"]
    assert len(finding["sentence"]) < 250
