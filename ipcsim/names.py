"""What a program calls the things that it makes, read from the calls that make them."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import lru_cache

from ipcsim.parsing import parse

_MOST_CHARACTERS = 60
_MAKERS = {"Connection": "Pipe"}
"""What is called for something that isn't named after its call."""
_CALLS = {"args": "target", "initargs": "initializer"}
"""Arguments for another function, and which one says what function."""


@dataclass(frozen=True, slots=True)
class Given:
    """How a call's result is named: one name, one for each of several results, or a series."""

    names: tuple[str, ...]
    series: bool = False

    def name(self, count: int) -> str:
        """The name of the ``count``-th object (from 0) made by this call."""
        if self.series:
            return f"{self.names[0]}[{count}]"
        return self.names[count % len(self.names)]


@lru_cache(maxsize=256)
def calls_of(text: str) -> Calls:
    """The calls of a source text."""
    return Calls(text)


class Calls:
    """The calls of a source file, by line."""

    def __init__(self, text: str) -> None:
        self._by_line: dict[int, list[ast.Call]] = {}
        self._parents: dict[ast.AST, ast.AST] = {}
        self._functions: dict[str, ast.arguments] = {}
        stack: list[ast.AST] = [parse(text)]
        while stack:
            node = stack.pop()
            if isinstance(node, ast.Call):
                for line in range(node.lineno, (node.end_lineno or node.lineno) + 1):
                    self._by_line.setdefault(line, []).append(node)
            elif isinstance(node, ast.FunctionDef):
                self._functions[node.name] = node.args
            for child in ast.iter_child_nodes(node):
                self._parents[child] = node
                stack.append(child)
        for calls in self._by_line.values():
            calls.sort(key=lambda call: (call.lineno, call.col_offset))

    def given(
        self, line: int, kind: str, extent: tuple[int | None, int | None] = (None, None)
    ) -> Given | None:
        """How what is made on a line is named; None if it isn't.

        ``kind`` is what is made, e.g. ``Lock``; ``extent`` the call's first and last column. Python
        3.10 doesn't tell those: there, of several calls alike, one makes its things after another.
        """
        found = self._by_line.get(line, [])
        for call in found:
            if (call.lineno, call.col_offset, call.end_col_offset) == (line, *extent):
                return self._named(call)
        maker = _MAKERS.get(kind, kind).lower()
        alike = [c for c in found if _callee(c).lower() == maker]
        alike = alike or [c for c in found if _callee(c).lower().endswith(maker)]
        alike = alike or [c for c in found if _callee(c)[:1].isupper() or len(found) == 1][:1]
        given = [self._named(call) for call in alike]
        if len(given) > 1 and all(each and not each.series for each in given):
            return Given(tuple(name for each in given if each for name in each.names))
        return given[0] if given else None

    def _named(self, call: ast.Call) -> Given | None:
        above = self._above(call)
        return _started(call) or self._handed_over(call, above) or _given(call, above)

    def _handed_over(self, made: ast.Call, above: list[ast.AST]) -> Given | None:
        """``Process(target=work, args=(Lock(),))`` makes what ``work`` calls its parameter."""
        for keyword, outer in zip(above[::-1], above[-2::-1], strict=False):
            if not isinstance(keyword, ast.keyword) or keyword.arg is None:
                continue
            values = keyword.value
            if isinstance(values, ast.Dict):
                keys = zip(values.keys, values.values, strict=True)
                said = next((key for key, value in keys if value is made), None)
                return Given((str(said.value),)) if isinstance(said, ast.Constant) else None
            if keyword.arg not in _CALLS:
                return None
            if not isinstance(outer, ast.Call) or not isinstance(values, (ast.Tuple, ast.List)):
                return None
            called = next((k.value for k in outer.keywords if k.arg == _CALLS[keyword.arg]), None)
            known = self._functions.get(_text(called).rpartition(".")[2])
            place = next((n for n, value in enumerate(values.elts) if value is made), None)
            if known is None or place is None:
                return None
            names = [argument.arg for argument in (*known.posonlyargs, *known.args)]
            names = names[1:] if isinstance(called, ast.Attribute) else names
            return Given((names[place],)) if place < len(names) else None
        return None

    def _above(self, node: ast.AST) -> list[ast.AST]:
        """What a node stands in, from the outside."""
        above = []
        while node in self._parents:
            node = self._parents[node]
            above.append(node)
        return above[::-1]


def _callee(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _started(call: ast.Call) -> Given | None:
    """``manager.start()`` makes its server, which has the manager's name."""
    name = _text(call.func.value) if isinstance(call.func, ast.Attribute) else ""
    return Given((name,)) if name and _callee(call) == "start" else None


def _given(call: ast.Call, above: list[ast.AST]) -> Given | None:
    node: ast.AST = call
    series = False
    for outer in reversed(above):
        if isinstance(outer, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
            target = outer.targets[0] if isinstance(outer, ast.Assign) else outer.target
            return _from_target(target, node, series)
        if isinstance(outer, ast.withitem):
            return _from_target(outer.optional_vars, node, series)
        if isinstance(outer, ast.keyword) and outer.arg:
            return None if outer.arg in _CALLS else Given((outer.arg,), series)
        if isinstance(outer, (ast.ListComp, ast.GeneratorExp, ast.SetComp, ast.DictComp)):
            series = True
        elif isinstance(outer, (ast.List, ast.Tuple, ast.Dict)):
            given = _from_display(outer, node, above)
            if given is not None:
                return Given(given.names, given.series or series)
        elif isinstance(outer, ast.Call):
            name = _appended(outer, node)
            if name:
                return Given((name,), True)
            if _callee(outer) not in ("list", "tuple", "enter_context", "set", "closing"):
                return None
        elif isinstance(outer, (ast.stmt, ast.Lambda)):
            return None
        node = outer
    return None


def _from_target(target: ast.AST | None, value: ast.AST, series: bool) -> Given | None:
    if isinstance(target, (ast.Tuple, ast.List)) and not series:
        names = tuple(_text(part) for part in target.elts)
        return Given(names) if names and all(names) else None
    if isinstance(target, (ast.Tuple, ast.List)):
        names = tuple(_text(part) for part in target.elts)
        return Given(names) if names and all(names) else None
    name = _text(target)
    return Given((name,), series) if name else None


def _from_display(
    display: ast.List | ast.Tuple | ast.Dict, part: ast.AST, above: list[ast.AST]
) -> Given | None:
    """A call inside a list, tuple or dictionary that is assigned."""
    outer = above[above.index(display) - 1] if display in above else None
    if not isinstance(outer, (ast.Assign, ast.AnnAssign)):
        return None
    target = outer.targets[0] if isinstance(outer, ast.Assign) else outer.target
    if isinstance(display, ast.Dict):
        for key, value in zip(display.keys, display.values, strict=True):
            if value is part and key is not None:
                return Given((f"{_text(target)}[{_text(key)}]",))
        return None
    place = next((n for n, element in enumerate(display.elts) if element is part), None)
    if place is None:
        return None
    if isinstance(target, (ast.Tuple, ast.List)) and place < len(target.elts):
        return Given((_text(target.elts[place]),))
    return Given((f"{_text(target)}[{place}]",)) if _text(target) else None


def _appended(call: ast.Call, part: ast.AST) -> str:
    if (
        isinstance(call.func, ast.Attribute)
        and call.func.attr in ("append", "add")
        and part in call.args
    ):
        return _text(call.func.value)
    return ""


def _text(node: ast.AST | None) -> str:
    if not isinstance(node, (ast.Name, ast.Attribute, ast.Subscript, ast.Constant, ast.Starred)):
        return ""
    text = ast.unparse(node)
    return text if len(text) <= _MOST_CHARACTERS else ""
