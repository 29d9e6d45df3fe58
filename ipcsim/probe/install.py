"""The instruments, all in one place."""

from __future__ import annotations

import gc
import sys
from functools import partial
from importlib import import_module
from typing import Any

from ipcsim.probe.instruments.imports import when_imported

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

    It counts as old at once: who looks through it for garbage gets pages of its own.
    """
    bundled = getattr(sys.modules["ipcsim"].__loader__, "where", {})
    for _, instrument in LATE:
        name = f"ipcsim.probe.instruments.{instrument}"
        if name in bundled:
            import_module(name)
    gc.freeze()
    gc.unfreeze()


def _install_late(name: str, _: Any) -> None:
    # The next child is to find it compiled, whatever the program wants.
    written, sys.dont_write_bytecode = sys.dont_write_bytecode, False
    try:
        instrument = import_module(f"ipcsim.probe.instruments.{name}")
    finally:
        sys.dont_write_bytecode = written
    instrument.install()
