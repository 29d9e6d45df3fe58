"""Program texts as syntax trees, made by one thread at a time.

CPython 3.11's ``ast.parse`` counts its depth in one place for all threads, and two of them at once
make each other fail (SystemError: AST constructor recursion depth mismatch).
"""

from __future__ import annotations

import ast
import os
import threading


class _Turn:
    """Whose turn it is to parse; a forked child begins with a lock that nobody holds."""

    lock = threading.Lock()

    @classmethod
    def renew(cls) -> None:
        cls.lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_Turn.renew)


def parse(text: str) -> ast.Module:
    """The tree of a program; an empty one if it can't be parsed."""
    with _Turn.lock:
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError, SystemError):
            return ast.Module([], [])
