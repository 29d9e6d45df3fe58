"""The program's own text round an event: which call it is, and what stands about it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ipcsim.parsing import parse
from ipcsim.trace.history import History
from ipcsim.trace.moment import Place

Function = ast.FunctionDef | ast.AsyncFunctionDef
_FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
_NESTED = (*_FUNCTION, ast.ClassDef, ast.Lambda)


class Source:
    """One program file as a tree whose nodes know what they stand in."""

    def __init__(self, text: str) -> None:
        self.parents: dict[ast.AST, ast.AST] = {}
        self._by_line: dict[int, list[ast.AST]] = {}
        self.lines = text.splitlines()
        self.tree = parse(text)
        for node in ast.walk(self.tree):
            for child in ast.iter_child_nodes(node):
                self.parents[child] = node
            line = getattr(node, "lineno", None)
            if line is not None:
                self._by_line.setdefault(line, []).append(node)

    def node(self, place: Place) -> ast.AST | None:
        """What runs at a place: the expression of that extent, else the first on its line."""
        here = self._by_line.get(place.line, [])
        extent = (place.column, place.end_line, place.end_column)
        if place.column >= 0:
            for node in reversed(here):
                if isinstance(node, ast.expr) and self._extent(node) == extent:
                    return node
        calls = [node for node in here if isinstance(node, ast.Call)]
        statements = [node for node in here if isinstance(node, ast.stmt)]
        return (calls or statements or [None])[0]

    def above(self, node: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
        """What a node stands in, from the inside to its function: (outer, part it is in)."""
        part = node
        while part in self.parents:
            outer = self.parents[part]
            yield outer, part
            if isinstance(outer, _NESTED):
                return
            part = outer

    def statement(self, node: ast.AST) -> ast.stmt | None:
        """The statement that a node belongs to."""
        if isinstance(node, ast.stmt):
            return node
        for outer, _part in self.above(node):
            if isinstance(outer, ast.stmt):
                return outer
        return None

    def function(self, node: ast.AST) -> Function | None:
        """The function that a node stands in."""
        for outer, _part in self.above(node):
            if isinstance(outer, (ast.FunctionDef, ast.AsyncFunctionDef)):
                return outer
        return None

    def functions(self, name: str) -> list[Function]:
        """The functions of a qualified name; of a method, those of its name if it is inherited."""
        within, _, last = name.rpartition(".")
        scope = within.removesuffix(".<locals>").rpartition(".")[2]
        nodes = list(ast.walk(self.tree))
        named = [node for node in nodes if isinstance(node, _FUNCTION) and node.name == last]
        exact = [node for node in named if self._scope(node) == scope]
        is_class = any(isinstance(node, ast.ClassDef) and node.name == scope for node in nodes)
        return exact or (named if is_class or not scope else [])

    def _scope(self, node: ast.AST) -> str:
        """Name of the class or function that a definition stands in."""
        for outer, _part in self.above(node):
            if isinstance(outer, (*_FUNCTION, ast.ClassDef)):
                return outer.name
        return ""

    @staticmethod
    def _extent(node: ast.AST) -> tuple[int, int, int]:
        return (
            getattr(node, "col_offset", -1),
            getattr(node, "end_lineno", None) or -1,
            getattr(node, "end_col_offset", None) or -1,
        )


class Syntax:
    """The program's own files, parsed when they are asked for."""

    def __init__(self, trace: History) -> None:
        self.trace = trace
        self._sources: dict[str, Source] = {}

    def source(self, path: str) -> Source | None:
        """A program file; None if its text isn't known, or if it is a package's."""
        found = self._sources.get(path)
        if found is None and path in self.trace.sources and path not in self.trace.packages:
            found = self._sources[path] = Source(self.trace.sources[path])
        return found

    def sources(self) -> list[tuple[str, Source]]:
        """All of them."""
        found = [(path, self.source(path)) for path in list(self.trace.sources)]
        return [(path, source) for path, source in found if source is not None]

    def at(self, place: Place | None) -> tuple[Source, ast.AST] | None:
        """The file and the node of a place; None if they aren't known."""
        source = None if place is None else self.source(place.file)
        if source is None or place is None:
            return None
        node = source.node(place)
        return None if node is None else (source, node)


def own_nodes(function: ast.AST) -> Iterator[ast.AST]:
    """A function's nodes without those of functions and classes inside it."""
    todo = list(ast.iter_child_nodes(function))
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, _NESTED):
            todo.extend(ast.iter_child_nodes(node))


def syntax(trace: History) -> Syntax:
    """The trace's program files, made once."""
    found: Syntax = trace.remembered("syntax", lambda: Syntax(trace))
    return found
