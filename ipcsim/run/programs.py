"""A program as a form: the parameters of its ``main``."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from typing import Any

from ipcsim.language import _
from ipcsim.probe.defaults import (
    NO_DEFAULT,
    Parameter,
    ParameterError,
    checked,
    parameters_of,
    value_of,
)

__all__ = [
    "NO_DEFAULT",
    "Parameter",
    "ParameterError",
    "checked_parameters",
    "default_text",
    "file_of",
    "fits",
    "read_parameters",
]
__all__ += ["value_of"]


def read_parameters(program: Path) -> list[Parameter]:
    """Parameters of the program's ``main``; empty if it has none or isn't valid Python.

    Raises OSError if it can't be read.
    """
    try:
        return parameters_of(program.read_bytes())
    except (SyntaxError, ValueError):
        return []


def checked_parameters(
    program: Path | None, module: str | None, values: dict[str, Any]
) -> dict[str, Any]:
    """Values for main's parameters, read by their annotations.

    Raises ParameterError, whose message is a sentence, or OSError.
    """
    if not values:
        return {}
    path = program if program is not None else file_of(module or "")
    try:
        return checked(path.read_bytes(), values)
    except SyntaxError as error:
        raise ParameterError(
            _("{file} is not valid Python (line {line})").format(file=path.name, line=error.lineno)
        ) from error


def fits(parameter: Parameter, text: str) -> bool:
    """Whether a parameter can have the value that was typed."""
    if text == default_text(parameter):
        return True
    try:
        value_of(parameter, text)
    except ParameterError:
        return False
    return True


def default_text(parameter: Parameter) -> str:
    """A parameter's default as a person would type it."""
    default = parameter.default
    if default is NO_DEFAULT:
        return ""
    return default if isinstance(default, str) else repr(default)


def file_of(module: str) -> Path:
    """The file that ``python -m MODULE`` runs. Raises ParameterError if there is none."""
    # -m looks in the working directory first, which a console script doesn't have on its path.
    sys.path.insert(0, os.getcwd())
    try:
        for name in (module, f"{module}.__main__"):
            try:
                spec = importlib.util.find_spec(name)
            except (ImportError, ValueError):
                continue
            if spec is not None and spec.origin is not None and not spec.submodule_search_locations:
                return Path(spec.origin)
    finally:
        del sys.path[0]
    raise ParameterError(_("there is no module {name}").format(name=module))
