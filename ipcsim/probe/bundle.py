"""The probe's modules in one file, for the interpreters that a program starts.

A spawned child imports some fifty of them. To look for a module, to check and to read its file
takes longer than to run it; so the first process that spawns writes what it has imported into one
file of the session's private directory, and children take it from there. What isn't in it, or was
written by another Python, is imported as ever.
"""

from __future__ import annotations

import marshal
import os
import sys
from _frozen_importlib import ModuleSpec
from _frozen_importlib_external import MAGIC_NUMBER
from collections.abc import Sequence
from types import CodeType, ModuleType
from typing import Any, Final

FILE: Final = "probe"
"""Name of the file in the session's directory."""
_NAME: Final = __name__
_WORDS: Final = "ipcsim.events"
_PLAIN: Final = "ipcsim.probe.plain_events"

Bundled = tuple[str, bool, CodeType]
"""A module's file, whether it is a package, and its code."""


def write(directory: str) -> None:
    """Write the modules of ours that this process has imported; once in a session."""
    path = os.path.join(directory, FILE)
    if os.path.exists(path):
        return
    modules: dict[str, Bundled] = {}
    for name, module in list(sys.modules.items()):
        spec = getattr(module, "__spec__", None)
        if name.startswith("ipcsim.probe") and spec is not None and spec.origin:
            code = spec.loader.get_code(name)
            names = tuple(_PLAIN if used == _WORDS else used for used in code.co_names)
            is_package = spec.submodule_search_locations is not None
            modules[name] = spec.origin, is_package, code.replace(co_names=names)
    modules.setdefault(_PLAIN, (__file__, False, compile(plain_events(), _PLAIN, "exec")))
    own = f"{path}.{os.getpid()}"
    with open(own, "wb") as file:
        # Its own code comes first: the child has nothing yet that could find modules in it.
        file.write(MAGIC_NUMBER)
        marshal.dump((modules[_NAME][2], modules), file)
    os.replace(own, path)


def plain_events() -> str:
    """``ipcsim.events`` with plain numbers as kinds, in Python.

    To make an enumeration of a hundred and fifty members takes a new process a millisecond. The
    program itself, should it import ``ipcsim.events``, gets the real one.
    """
    words = vars(sys.modules[_WORDS])
    plain = [
        f"{name} = {value!r}"
        for name, value in words.items()
        if name.isupper() and type(value) in (int, str, tuple)
    ]
    kinds = (f"    {kind.name} = {int(kind)}" for kind in words["Kind"])
    objects = (
        f"    {name} = {value!r}"
        for name, value in vars(words["ObjectKind"]).items()
        if name.isupper()
    )
    return "\n".join([*plain, "class Kind:", *kinds, "class ObjectKind:", *objects])


class Finder:
    """Finds modules in a bundle, and is their loader."""

    def __init__(self, modules: dict[str, Bundled]) -> None:
        self._modules = modules

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        found = self._modules.get(name)
        if found is None:
            return None
        file, is_package, _ = found
        spec = ModuleSpec(name, self, origin=file, is_package=is_package)  # type: ignore[arg-type]
        spec.has_location = True
        if is_package:
            spec.submodule_search_locations = [os.path.dirname(file)]
        return spec

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """An ordinary one."""

    def exec_module(self, module: ModuleType) -> None:
        exec(self._modules[module.__name__][2], vars(module))

    def get_code(self, name: str) -> Any:
        """A module's code; a child writes no bundle, but its own children might need one."""
        return self._modules[name][2]
