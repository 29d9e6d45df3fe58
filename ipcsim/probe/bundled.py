"""Finds the probe's modules in what :mod:`ipcsim.probe.bundle` has written, in a spawned child.

The first of ours that runs there, before any other can be found: so it imports what is in every
interpreter, and nothing else.
"""

import gc
import os
import sys
from _frozen_importlib import ModuleSpec
from marshal import loads
from mmap import ACCESS_READ, ACCESS_WRITE, mmap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import CodeType, ModuleType

keep: "list[mmap]" = []
"""Mappings whose descriptor is closed: dropping one would close that number again, which may be
the program's by then. The list is held by an at-fork function too (see ``forks``), so that it
outlives the modules when the interpreter ends."""


def map_quietly(descriptor: int, size: int, access: int = ACCESS_WRITE) -> mmap:
    """Map ``size`` bytes of a file, all if 0, so that no descriptor stays open; see ``keep``."""
    if os.name == "nt":
        return mmap(descriptor, size, access=access)
    if sys.version_info >= (3, 13):
        return mmap(descriptor, size, access=access, trackfd=False)
    # mmap duplicates the descriptor onto the lowest free number; find out which, and close it.
    number = os.dup(descriptor)
    os.close(number)
    mapping = mmap(descriptor, size, access=access)
    try:
        if os.path.sameopenfile(number, descriptor):
            os.close(number)
    except OSError:
        pass  # another thread was quicker: the descriptor stays open, which does no harm
    keep.append(mapping)
    return mapping


class Finder:
    """Finds modules in a bundle, and is their loader.

    The bundle is mapped: each page of it that is read into memory of its own costs a new process
    two microseconds.
    """

    def __init__(self, descriptor: int, where: "dict[str, int]") -> None:
        self._content = memoryview(map_quietly(descriptor, 0, ACCESS_READ))
        self.where = where
        """How far from the bundle's end a module stands, with others that it needs."""
        # A module's file, a package's folders, and its code.
        self._modules: dict[str, tuple[str, list[str] | None, CodeType]] = {}

    def load(self) -> None:
        """Load what every child needs, each module after what it imports.

        No other thread runs yet. The import system, which looks for each module and sees to other
        threads, would take twice as long. What is loaded stays, so it counts as old at once: to
        look through it for garbage again and again would take a third as long once more.
        """
        collecting = gc.isenabled()
        gc.disable()
        try:
            self._load()
        finally:
            gc.freeze()
            gc.unfreeze()
            if collecting:
                gc.enable()

    def _load(self) -> None:
        sys.meta_path.insert(0, self)
        self.find_spec("ipcsim", None)
        for name in list(self._modules):
            if name in sys.modules:
                continue
            module = type(sys)(name)
            spec = self.find_spec(name, None)
            assert spec is not None
            module.__spec__, module.__loader__ = spec, spec.loader
            package, _, last = name.rpartition(".")
            folders = spec.submodule_search_locations
            module.__package__ = package if folders is None else name
            if folders is not None:
                module.__path__ = folders
            sys.modules[name] = module
            if package:
                setattr(sys.modules[package], last, module)
            self.exec_module(module)

    def find_spec(
        self, name: str, path: "Sequence[str] | None", target: "ModuleType | None" = None
    ) -> "ModuleSpec | None":
        if name not in self._modules:
            if name not in self.where:
                return None
            self._modules.update(loads(self._content[-self.where[name] :]))
        file, folders, _code = self._modules[name]
        spec = ModuleSpec(name, self, origin=file)  # type: ignore[arg-type]
        spec.submodule_search_locations = folders
        return spec

    def create_module(self, spec: ModuleSpec) -> "ModuleType | None":
        """An ordinary one."""

    def exec_module(self, module: "ModuleType") -> None:
        module.__file__, _folders, code = self._modules[module.__name__]
        exec(code, vars(module))

    def get_code(self, name: str) -> "CodeType":
        """A module's code; a child writes no bundle, but its own children might need one."""
        return self._modules[name][2]
