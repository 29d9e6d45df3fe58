"""Programs are parsed by several threads, and none of them fails."""

from __future__ import annotations

import ast
import sys
from concurrent.futures import ThreadPoolExecutor

from ipcsim.parsing import parse

TEXT = "\n".join(f"def f{n}(a, b):\n    return [a + b * {n} for a in b if a]" for n in range(200))


def test_by_several_threads_at_once() -> None:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            trees = list(pool.map(parse, [TEXT] * 40))
    finally:
        sys.setswitchinterval(before)
    assert {len(tree.body) for tree in trees} == {200}


def test_what_is_no_program_is_empty() -> None:
    for text in ("def", "\0", "(" * 1000):
        assert ast.dump(parse(text)) == ast.dump(ast.parse(""))
