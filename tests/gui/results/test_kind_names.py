"""Each kind of finding has a name of its own, and nothing else has."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import ipcsim.analysis
from ipcsim.gui.results.kind_names import _names, name_of_kind

FOLDER = Path(ipcsim.analysis.__file__).parent


def nodes() -> Iterator[ast.AST]:
    """All syntax of the analysis."""
    for path in FOLDER.rglob("*.py"):
        yield from ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def words(of: ast.AST) -> set[str]:
    """The strings in a piece of syntax."""
    parts = [part.value for part in ast.walk(of) if isinstance(part, ast.Constant)]
    return {part for part in parts if isinstance(part, str)}


def test_every_kind_has_a_name() -> None:
    calls = [
        n for n in nodes() if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "Finding"
    ]
    said = set().union(*(words(call.args[0]) for call in calls))
    assert len(said) > 40
    assert said <= set(_names())
    assert set(_names()) <= set().union(*map(words, nodes()))


def test_no_two_have_the_same() -> None:
    assert len({name_of_kind(kind) for kind in _names()}) == len(_names())
