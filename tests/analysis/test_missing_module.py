"""A program that imports what its Python doesn't have is told what to do."""

from __future__ import annotations

from pathlib import Path

from tests.test_cli import ipcsim


def test_the_missing_module_is_named_with_a_remedy(tmp_path: Path) -> None:
    program = tmp_path / "wants.py"
    program.write_text("import no_such_module_anywhere\n")
    result = ipcsim("run", program)
    assert result.returncode == 1
    assert "no_such_module_anywhere" in result.stderr
    assert "--python PATH" in " ".join(result.stderr.split())
