"""Puts this process, and through it its children, under control."""

from __future__ import annotations

import gc
from importlib import import_module

from ipcsim.probe.control import actors, asking, deferring, naming
from ipcsim.probe.instruments import under_control
from ipcsim.probe.type_words import Any

LEAVES = (
    "chance",
    "clock",
    "signals",
    "showing",
    "orders",
    "semaphores",
    "cells",
    "processes",
    "os_children",
    "thread_locks",
    "threads",
    "thread_queues",
    "queue_items",
    "connections",
    "waits",
    "sockets",
    "pools",
    "shareable_lists",
    "block_names",
    "shared_blocks",
    "temporary_names",
    "descriptors",
    "file_names",
    "file_locks",
    "files",
    "databases",
    "event_loops",
    "outside_waits",
    "unwatched",
    "outputs",
)
"""Modules of this package, each with ``install()``: the leaf operations."""

_installed: list[str] = []


def install(address: str, secret: str, actor: str = "", ignoring: bool = False) -> None:
    """Make every leaf operation ask the controller at ``address`` from now on.

    To be called before the instruments are installed, which then stand above the leaves.
    ``actor`` is this process's name where it was started as a new interpreter; ``ignoring``:
    something that orders the actors is left open.
    """
    actors.set_up(address, secret, ignoring)
    under_control.begin(asking.passing)
    deferring.install()
    # A collection comes at a moment of its own, and closes pipes: steps that differ between runs.
    gc.disable()
    for name in (*LEAVES, "barriers") if ignoring else LEAVES:
        if name not in _installed:
            _installed.append(name)
            import_module(f"ipcsim.probe.control.{name}").install()
    if actor:
        from ipcsim.probe.control.processes import arrived

        naming.expect_process(actor)
        arrived.append(actor)


def travelling() -> dict[str, Any]:
    """What goes along to a child that is a new interpreter."""
    from ipcsim.probe.control.processes import next_child

    return {**actors.settings(), "actor": next_child()}
