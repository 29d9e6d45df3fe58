"""A program's own ``json.py`` comes before the library's, though the probe has loaded that."""

from __future__ import annotations

import os
import sys
from _frozen_importlib_external import PathFinder
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import ModuleType

_given: dict[str, ModuleType] = {}


def to_modules_in(folder: str, loaded: frozenset[str]) -> None:
    """Forget what the probe has loaded and the program would have found in its folder instead.

    Args:
        folder: the first place where the program looks for modules.
        loaded: what the interpreter loads by itself; that comes first for a bare program, too.
    """
    with suppress(OSError):
        here = {entry.partition(".")[0] for entry in os.listdir(folder)}
        ours = here.difference(loaded, sys.builtin_module_names, ["ipcsim"])
        for name in ours.intersection(sys.modules):
            spec = PathFinder.find_spec(name, [folder])
            if spec is not None and spec.loader is not None:
                for module in [one for one in sys.modules if one.partition(".")[0] == name]:
                    _given[module] = sys.modules.pop(module)


@contextmanager
def taken_back() -> Iterator[None]:
    """For the time of the block, in which more of the probe is loaded, the library's are there."""
    theirs = [(name, sys.modules.get(name)) for name in _given]
    sys.modules.update(_given)
    try:
        yield
    finally:
        for name, module in theirs:
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module
