"""Instrument a module when the program imports it, and not before.

A watched process must not load ``multiprocessing.managers`` or ``concurrent.futures`` because of
the probe: it would cost memory and start-up time, and exit functions would run in another order.
"""

from __future__ import annotations

import os
import sys
from _frozen_importlib_external import PathFinder
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType

from ipcsim.probe.giving_way import taken_back
from ipcsim.probe.type_words import Any

LIBRARY = os.path.dirname(os.__file__) + os.sep
"""Where the standard library lies."""
_waiting: dict[str, list[Callable[[Any], None]]] = {}


def when_imported(name: str, instrument: Callable[[Any], None]) -> None:
    """Call ``instrument(module)`` as soon as the module is loaded; now, if it is loaded already."""
    module = sys.modules.get(name)
    if module is not None:
        instrument(module)
        return
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
    _waiting.setdefault(name, []).append(instrument)


class _Finder:
    """Stands before the ordinary finders and steps in only for the modules waited for."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in _waiting:
            return None
        for finder in sys.meta_path:
            if finder is not self:
                spec = finder.find_spec(name, path, target)
                if spec is not None:
                    if spec.loader is not None and _is_meant(name, spec.origin):
                        spec.loader = _Loader(spec.loader)  # type: ignore[assignment]
                    return spec
        return None


def _is_meant(name: str, origin: str | None) -> bool:
    """Not a program's own ``queue.py``, which stands in the library's stead."""
    library = name.partition(".")[0] in sys.stdlib_module_names
    return not library or origin is None or origin.startswith((LIBRARY, "frozen", "built-in"))


class _Loader:
    """The module's own loader, with the instruments called after it."""

    def __init__(self, loader: Any) -> None:
        self._loader = loader

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        module: ModuleType | None = self._loader.create_module(spec)
        return module

    def exec_module(self, module: ModuleType) -> None:
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        with taken_back():
            for instrument in _waiting.pop(module.__name__, ()):
                instrument(module)


# The interpreter takes the frames of its own importing out of tracebacks, as far as they lie
# together; ours among them would leave them there.
_Loader.exec_module.__code__ = _Loader.exec_module.__code__.replace(
    co_filename=PathFinder.find_spec.__code__.co_filename
)
