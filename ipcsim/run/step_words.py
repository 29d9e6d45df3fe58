"""Steps in the words of the program: the literal call, and who is who."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from ipcsim.control.objects import Objects
from ipcsim.control.steps import Line, Operation
from ipcsim.language import _
from ipcsim.operations import Op
from ipcsim.parsing import parse

_ACCESS: Final = {"getvalue": "read {}", "setvalue": "write {}"}
_BY_NAME: Final = {"acquire", "release", "__enter__", "__exit__"}
_LOCKS: Final = {Op.ACQUIRE, Op.TRY_ACQUIRE, Op.RELEASE}
_TO_ACTORS: Final = {Op.START: "start", Op.JOIN: "join"}
_LONGEST: Final = 40


def literal_call(operation: Operation, objects: Objects, whole: bool = True) -> str:
    """What an actor is about to do, as the program writes it.

    ``whole``: the public call that the operation is the first part of, else the operation alone.
    """
    op = operation.op
    if op is Op.BEGIN:
        return _("begins")
    if op is Op.END:
        return _("ends")
    if op is Op.WRITE:
        return _with_value(operation)
    if op in _TO_ACTORS and operation.object:
        name = re.split(r"[/:]", operation.object)[-1]
        return f"{name}.{_TO_ACTORS[op]}()"
    if not whole or op is Op.READ:
        return operation.call
    title = objects.title(operation.object).removesuffix(".lock") if operation.object else ""
    if operation.inside in _ACCESS:
        return _ACCESS[operation.inside].format(title)
    if operation.inside in _BY_NAME and op in _LOCKS:
        return f"{title}.{'release' if op is Op.RELEASE else 'acquire'}()"
    if operation.is_target:
        # Its own parts, as a queue's lock, are named after it.
        return f"{title.partition('.')[0]}.{operation.inside}()"
    if operation.line is not None:
        found = _source_of(operation.line, operation.inside)
        if found:
            return found
    return operation.call


def _with_value(operation: Operation) -> str:
    """A write with the value, where the digest is the value: a small int."""
    value = operation.arg
    if -(1 << 31) <= value < 1 << 31:
        return f"{operation.call} = {value}"
    return operation.call


def _source_of(line: Line, called: str) -> str:
    """The call of ``called`` in a program's line, as it is written there."""
    if called in ("__enter__", "__exit__") and line.text.startswith("with "):
        return line.text if called == "__enter__" else _("end of {call}").format(call=line.text)
    name = called if called.startswith("__") else called.lstrip("_")
    if called == "write":
        # Prints are written in parts.
        name = "print"
    calls = _calls(line.path).get(line.number, ())
    for text, function in calls:
        if function == name:
            return shortened(text)
    # The library calls it otherwise inside: it can only be the call that holds the others.
    own = [text for text, function in calls if not function.startswith("__")]
    return shortened(max(own, key=len, default="")) if name == called and name else ""


def shortened(text: str, length: int = _LONGEST) -> str:
    """A call on one line, its arguments cut if it is long."""
    text = re.sub(r"\s+", " ", text)
    return text if len(text) <= length else f"{text[: length - 2]}…)"


@lru_cache(maxsize=64)
def _calls(path: str) -> Mapping[int, tuple[tuple[str, str], ...]]:
    """Calls of a file by line: their source, and the name of what they call."""
    try:
        with open(path, encoding="utf-8") as file:
            source = file.read()
    except (OSError, ValueError):
        return {}
    tree = parse(source)
    found: dict[int, list[tuple[str, str]]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            name = function.attr if isinstance(function, ast.Attribute) else ""
            if isinstance(function, ast.Name):
                name = function.id
            text = ast.get_source_segment(source, node) or ""
            for number in range(node.lineno, (node.end_lineno or node.lineno) + 1):
                found.setdefault(number, []).append((text, name))
        elif isinstance(node, ast.Subscript):
            text = ast.get_source_segment(source, node) or ""
            accesses = found.setdefault(node.lineno, [])
            accesses += [(f"read {text}", "__getitem__"), (f"write {text}", "__setitem__")]
    return {number: tuple(calls) for number, calls in found.items()}


def short_names(actors: Iterable[str]) -> dict[str, str]:
    """What actors are called on screen: the last part of their name, if it is one's own."""
    names = list(actors)
    last = {name: re.split(r"[/:]", name)[-1] for name in names}
    counts: dict[str, int] = {}
    for short in last.values():
        counts[short] = counts.get(short, 0) + 1
    return {name: short if counts[short] == 1 else name for name, short in last.items()}


def with_short_names(sentence: str, names: Mapping[str, str]) -> str:
    """A sentence that speaks of actors as the screen does."""
    for name in sorted(names, key=len, reverse=True):
        if name != names[name]:
            sentence = re.sub(rf"(?<![\w/]){re.escape(name)}(?![\w/#])", names[name], sentence)
    return sentence
