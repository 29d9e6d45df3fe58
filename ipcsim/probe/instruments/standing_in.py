"""Functions that stand for others of the same name: seen, kept and pickled as those."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from types import BuiltinFunctionType

from ipcsim.probe.type_words import Any


class _Builtin(staticmethod):  # type: ignore[type-arg]
    """A function in Python that passes for one in C: no method of the class that keeps it."""

    __class__ = property(lambda _: BuiltinFunctionType)

    @property
    def __dict__(self) -> Any:  # type: ignore[override]
        # xmlrpc, for one, writes what has attributes.
        raise AttributeError("__dict__")

    def __reduce__(self) -> str:
        return str(self.__qualname__)

    def __repr__(self) -> str:
        return f"<built-in function {self.__name__}>"


def like(real: Callable[..., Any], function: Callable[..., Any]) -> Any:
    """What goes in the place of ``real`` and calls ``function``, with no frame of its own."""
    wraps(real)(function)
    return _Builtin(function) if isinstance(real, BuiltinFunctionType) else function


def stand_in(module: Any, function: Callable[..., Any]) -> None:
    """Put ``function`` in the place of the function of the same name in ``module``.

    Where that comes from another module (``os.kill`` from ``posix``), there too: a pickle names it
    by that one.
    """
    name = function.__name__
    real = getattr(module, name)
    stands = like(real, function)
    for place in (module, sys.modules.get(real.__module__, module)):
        setattr(place, name, stands)
