"""A barrier that the controller leaves open: whoever comes goes on, without having met anybody.

Only installed where something is left open. Its number among those who arrive is 0 for everybody,
and what it does when all have come isn't done.
"""

from __future__ import annotations

from functools import wraps

from ipcsim.operations import Op
from ipcsim.probe.control.actors import current
from ipcsim.probe.control.asking import ask
from ipcsim.probe.control.protocol import Answer
from ipcsim.probe.instruments.imports import when_imported
from ipcsim.probe.type_words import Any


def install() -> None:
    """Let multiprocessing's barriers ask whether they are open."""
    when_imported("multiprocessing.synchronize", _replace)


def _replace(synchronize: Any) -> None:
    real = synchronize.Barrier.wait

    @wraps(real)
    def wait(self: Any, timeout: Any = None) -> Any:
        key = self._cond._lock._semlock._key
        if current() is not None and ask(Op.COUNT, key) == Answer.SKIP:
            return 0
        return real(self, timeout)

    synchronize.Barrier.wait = wait
