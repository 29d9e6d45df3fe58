"""The parameters of a program's ``main``, for the form of the window."""

from __future__ import annotations

from pathlib import Path

from ipcsim.probe.defaults import Parameter, checked, parameters_of, value_of

__all__ = ["Parameter", "check_parameters", "counts_processes", "parameters", "value_of"]

_COUNTS = ("workers", "producers", "consumers", "processes", "readers", "writers", "philosophers")


def parameters(program: Path) -> list[Parameter]:
    """The parameters of ``main`` that can be set, in order.

    Raises:
        OSError: the program can't be read.
        SyntaxError: it isn't Python.
    """
    return [each for each in parameters_of(program.read_bytes()) if each.settable]


def counts_processes(parameter: Parameter) -> bool:
    """Whether a parameter counts processes, by its name and type."""
    return parameter.name in _COUNTS and isinstance(parameter.default, int)


def check_parameters(program: Path, values: dict[str, object]) -> dict[str, object]:
    """The values with the types of their parameters.

    Raises:
        ValueError: a name is unknown, a value doesn't fit, or the program passes its own.
        OSError: the program can't be read.
        SyntaxError: it isn't Python.
    """
    return checked(program.read_bytes(), values)
