"""The parameters of a program's ``main``: what they are, and other defaults for them.

A program is a form: ``def main(workers: int = 4)`` gives it a field. It is read as a tree, never
imported; other defaults are put into the tree before it is compiled, so lines stay where they are.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from types import CodeType

from ipcsim.probe.type_words import Any, Final


class ParameterError(ValueError):
    """A parameter can't be set; the message says why and what can be."""


@dataclass(frozen=True)
class Parameter:
    """A parameter of ``main``."""

    name: str
    annotation: str
    """As written; empty if there is none."""
    default: Any
    """The default's value; NO_DEFAULT if it has none, or one that isn't a literal."""
    settable: bool
    """Whether another default would reach ``main``: it has one, and no call passes a value."""


NO_DEFAULT: Final = object()


def parameters_of(source: bytes | str) -> list[Parameter]:
    """Parameters of the program's ``main``, in order; empty if it has none.

    Raises SyntaxError if the source isn't Python.
    """
    tree = ast.parse(source)
    main = _main_of(tree)
    if main is None:
        return []
    passed = _passed(tree, main)
    return [
        Parameter(
            argument.arg,
            "" if argument.annotation is None else ast.unparse(argument.annotation),
            NO_DEFAULT if default is None else _literal(default),
            default is not None and argument.arg not in passed,
        )
        for argument, default in _arguments(main)
    ]


def value_of(parameter: Parameter, text: Any) -> Any:
    """A value for the parameter from what was typed, by its annotation or its default's type.

    What isn't text is taken as it is. Raises ParameterError.
    """
    if not isinstance(text, str):
        return text
    kinds = {part.strip() for part in parameter.annotation.split("|")}
    if not parameter.annotation and parameter.default is not NO_DEFAULT:
        kinds = {type(parameter.default).__name__}
    if text == "None" and ("None" in kinds or "NoneType" in kinds):
        return None
    try:
        if "bool" in kinds and text.lower() in _TRUTHS:
            return _TRUTHS[text.lower()]
        if "int" in kinds and kinds.isdisjoint({"float", "str"}):
            return int(text)
        if "float" in kinds and "str" not in kinds:
            return float(text)
        if "str" in kinds:
            return text
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        wanted = parameter.annotation or " or ".join(sorted(kinds)) or "a literal"
        raise ParameterError(f"{parameter.name} wants {wanted}, not {text!r}") from None


_TRUTHS: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def checked(source: bytes | str, values: dict[str, Any]) -> dict[str, Any]:
    """The values by which main's defaults are to be replaced.

    Raises ParameterError if a name is unknown, can't reach ``main`` or its value doesn't fit.
    """
    found = {parameter.name: parameter for parameter in parameters_of(source)}
    result = {}
    for name, text in values.items():
        parameter = found.get(name)
        if parameter is None:
            if not found:
                raise ParameterError(
                    f"{name} can't be set: the program has no main() with parameters"
                )
            raise ParameterError(f"main() has no parameter {name}; it has {', '.join(found)}")
        if not parameter.settable:
            raise ParameterError(
                f"{name} can't be set: the program itself passes it when it calls main(), "
                "or it has no default"
            )
        result[name] = value_of(parameter, text)
    return result


def with_defaults(source: bytes | str, path: str, values: dict[str, Any]) -> CodeType:
    """The program's code with other defaults of main's parameters."""
    tree = ast.parse(source, path)
    main = _main_of(tree)
    if main is not None:
        arguments = main.args
        positional = [*arguments.posonlyargs, *arguments.args]
        for names, defaults in (
            (positional[len(positional) - len(arguments.defaults) :], arguments.defaults),
            (arguments.kwonlyargs, arguments.kw_defaults),
        ):
            for at, argument in enumerate(names):
                old = defaults[at]
                if argument.arg in values and old is not None:
                    new = ast.parse(repr(values[argument.arg]), mode="eval").body
                    for node in ast.walk(new):
                        ast.copy_location(node, old)
                    defaults[at] = new
    return compile(tree, path, "exec", dont_inherit=True)


def _main_of(tree: ast.Module) -> ast.FunctionDef | None:
    mains = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "main"]
    return mains[-1] if mains else None


def _arguments(main: ast.FunctionDef) -> list[tuple[ast.arg, ast.expr | None]]:
    arguments = main.args
    positional = [*arguments.posonlyargs, *arguments.args]
    bare = len(positional) - len(arguments.defaults)
    return [
        *zip(positional, [*[None] * bare, *arguments.defaults], strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]


def _passed(tree: ast.Module, main: ast.FunctionDef) -> set[str]:
    """Names of the parameters that calls at the program's own level pass."""
    names = [argument.arg for argument, _ in _arguments(main)]
    positional = [a.arg for a in (*main.args.posonlyargs, *main.args.args)]
    passed: set[str] = set()
    for statement in tree.body:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        for node in ast.walk(statement):
            called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            if not called or node.func.id != "main":  # type: ignore[attr-defined]
                continue
            call: ast.Call = node  # type: ignore[assignment]
            starred = any(isinstance(a, ast.Starred) for a in call.args)
            passed.update(positional if starred else positional[: len(call.args)])
            for keyword in call.keywords:
                passed.update(names if keyword.arg is None else (keyword.arg,))
    return passed


def _literal(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except ValueError:
        return NO_DEFAULT
