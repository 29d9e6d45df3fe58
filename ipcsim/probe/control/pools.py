"""A Pool's worker handler under control: it waits for what it acts upon.

CPython's also wakes for every result that is there, whoever takes it, looks at its workers, and
wakes again until the result is gone: a loop whose length is up to the scheduler. That the last
result has been taken is told to it by a message of its own.
"""

from __future__ import annotations

from ipcsim.probe.instruments.imports import when_imported
from ipcsim.probe.type_words import Any


def install() -> None:
    """Let worker handlers wait so from now on."""
    when_imported("multiprocessing.pool", _instrument)


def _instrument(module: Any) -> None:
    def _get_sentinels(self: Any) -> list[Any]:
        return [self._change_notifier._reader]

    module.Pool._get_sentinels = _get_sentinels
