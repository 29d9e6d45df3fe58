"""Ready recordings: small programs, as a probe would have recorded them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.trace.scenes import gates, messages, services, sharing

SCENES: dict[str, Callable[[Path], None]] = {
    "lost_update": sharing.lost_update,
    "lost_update_repaired": sharing.lost_update_repaired,
    "workers_1": lambda path: sharing.lost_update(path, workers=1, rounds=40),
    "workers_64": lambda path: sharing.lost_update(path, workers=64, rounds=20),
    "workers_200": lambda path: sharing.lost_update(path, workers=200, rounds=8),
    "array": sharing.array,
    "bounded_queue": messages.bounded_queue,
    "queue_at_speed": messages.queue_at_speed,
    "twenty_queues": messages.twenty_queues,
    "feeder_stuck": messages.feeder_stuck,
    "never_received": messages.never_received,
    "ping_pong": messages.ping_pong,
    "lock_contention": gates.lock_contention,
    "semaphore": gates.semaphore,
    "deadlock": gates.deadlock,
    "signals": gates.signals,
    "orphaned_lock": gates.orphaned_lock,
    "crash": gates.crashing,
    "pool": services.pool,
    "manager": services.manager,
}
