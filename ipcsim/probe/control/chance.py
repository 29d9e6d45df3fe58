"""Chance under control: ``random`` begins the same in every run of a schedule.

Each process's generator is seeded with the name of its actor, where a free run would seed it with
the system's entropy. A program's own ``random.seed`` holds as ever. ``os.urandom`` and ``secrets``
stay true chance; who lets them decide is not the same twice.
"""

from __future__ import annotations

import sys
from typing import Any

from ipcsim.probe.control import asking
from ipcsim.probe.instruments.imports import when_imported


def install() -> None:
    """Seed ``random`` when it is imported, and whenever a process begins."""
    when_imported("random", _seed)
    asking.at_begin.append(lambda: _seed(sys.modules.get("random")))


def _seed(random: Any) -> None:
    if random is not None:
        random.seed(asking.process_name())
