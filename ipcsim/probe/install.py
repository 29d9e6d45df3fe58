"""The instruments, all in one place."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from functools import partial
from importlib import import_module

from ipcsim.probe.instruments.imports import LIBRARY, when_imported
from ipcsim.probe.type_words import Any

INSTRUMENTS = (
    "processes",
    "threads",
    "thread_locks",
    "sleeping",
    "tracebacks",
)
"""Modules in ``ipcsim.probe.instruments``, each with ``install()``, in the order of installing."""

LATE = (
    ("multiprocessing.connection", "pipes"),
    ("multiprocessing.synchronize", "locks"),
    ("multiprocessing.queues", "queues"),
    ("multiprocessing.sharedctypes", "shared_values"),
    ("queue", "thread_queues"),
    ("multiprocessing.pool", "pools"),
    ("multiprocessing.managers", "managers"),
    ("multiprocessing.shared_memory", "shared_memory"),
    ("concurrent.futures._base", "executors"),
)
"""Modules of the standard library, each with the instrument that is loaded only if it is."""

_installed: list[str] = []


def install() -> None:
    """Install every instrument that isn't installed yet. Nothing is recorded before ``begin``."""
    for name in INSTRUMENTS:
        if name not in _installed:
            _installed.append(name)
            import_module(f"ipcsim.probe.instruments.{name}").install()
    for module, name in LATE:
        if name not in _installed:
            _installed.append(name)
            when_imported(module, partial(_install_late, name))


def preload() -> None:
    """Load, in a fork server, what its children are going to install: what is in the bundle.

    And what CPython imports in each of them to run the main module: on 3.11 that takes a child a
    third of its start. All of it counts as old at once: who looks through it for garbage gets pages
    of its own.
    """
    bundled = getattr(sys.modules["ipcsim"].__loader__, "where", {})
    for _, instrument in LATE:
        name = f"ipcsim.probe.instruments.{instrument}"
        if name in bundled:
            import_module(name)
    _import_from_library("pkgutil")
    gc.freeze()
    gc.unfreeze()


def _import_from_library(name: str) -> None:
    """Not from where a program's own modules lie: a child may look for them in other folders."""
    # Where it can't be had so, each child imports it as ever.
    folders = sys.path[:]
    sys.path[:] = [folder for folder in folders if f"{folder}{os.sep}".startswith(LIBRARY)]
    try:
        with suppress(ImportError):
            import_module(name)
    finally:
        sys.path[:] = folders


def _install_late(name: str, _: Any) -> None:
    # The next child is to find it compiled, whatever the program wants.
    written, sys.dont_write_bytecode = sys.dont_write_bytecode, False
    try:
        instrument = import_module(f"ipcsim.probe.instruments.{name}")
    finally:
        sys.dont_write_bytecode = written
    instrument.install()
