"""Moments for the tests of the stage, built by hand: each mechanism in the states it can be in."""

from __future__ import annotations

from collections.abc import Callable

from tests.gui.stage.scenes.builder import NOW, Made, S, Stage, later
from tests.gui.stage.scenes.gates import condition, deadlock, events, locks
from tests.gui.stage.scenes.messages import (
    chain,
    many_queues,
    pipeline,
    pipes,
    producers,
    queues,
    ring,
)
from tests.gui.stage.scenes.processes import crowd, huge, long_names, states, threads, tiles
from tests.gui.stage.scenes.sharing import arrays, lost_update, manager, pool, wrong_write

ALL: dict[str, Callable[[], Made]] = {
    "lost_update": lost_update,
    "two_workers": lambda: lost_update(2),
    "wrong_write": wrong_write,
    "producers": producers,
    "unbounded": lambda: producers(None),
    "queues": queues,
    "pipeline": pipeline,
    "pipes": pipes,
    "locks": locks,
    "deadlock": deadlock,
    "condition": condition,
    "unheard": lambda: condition(False),
    "events": events,
    "arrays": arrays,
    "manager": manager,
    "pool": pool,
    "pool_24": lambda: pool(24),
    "states": states,
    "crowd": crowd,
    "tiles": tiles,
    "tiles_24": lambda: tiles(24),
    "tiles_200": lambda: tiles(200),
    "many_queues": many_queues,
    "chain": chain,
    "ring": ring,
    "threads": threads,
    "long_names": long_names,
    "huge": huge,
}

__all__ = [
    "ALL",
    "NOW",
    "Made",
    "S",
    "Stage",
    "arrays",
    "chain",
    "condition",
    "crowd",
    "deadlock",
    "events",
    "huge",
    "later",
    "locks",
    "long_names",
    "lost_update",
    "manager",
    "many_queues",
    "pipeline",
    "pipes",
    "pool",
    "producers",
    "queues",
    "ring",
    "states",
    "threads",
    "tiles",
    "wrong_write",
]
