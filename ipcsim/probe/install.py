"""The instruments, all in one place."""

from __future__ import annotations

from importlib import import_module

INSTRUMENTS = (
    "processes",
    "pipes",
    "locks",
    "queues",
    "shared_values",
    "threads",
    "thread_locks",
    "sleeping",
)
"""Modules in ``ipcsim.probe.instruments``, each with ``install()``, in the order of installing."""

_installed: list[str] = []


def install() -> None:
    """Install every instrument that isn't installed yet. Nothing is recorded before ``begin``."""
    for name in INSTRUMENTS:
        if name not in _installed:
            _installed.append(name)
            import_module(f"ipcsim.probe.instruments.{name}").install()
