"""What runs a program under a scheduler; explorers, replay and the window see only this."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Protocol

from ipcsim.control.steps import Choice, Execution, State

Decide = Callable[[State], Choice | None]
"""A scheduler: chooses one of the enabled candidates; None ends the execution there."""


class Executor(Protocol):
    """Runs one program again and again, each time from its start, on real processes."""

    until: float
    """Of ``time.monotonic``: a run that goes on for longer is ended, as one that says nothing."""

    def run(self, decide: Decide, limit: int = 10_000) -> Execution:
        """Run the program once, asking ``decide`` before each step, at most ``limit`` steps.

        ``decide`` is called only with at least one enabled candidate; it may also choose somebody
        outside control, who is then waited for. When nobody is enabled the
        virtual clock advances to the next sleeper or timeout; where there is none, the execution
        has ended: ``clean``, or a deadlock.

        Raises:
            ControlError: control was lost; the message says how and what to do.
            OutOfTime: it went on after :attr:`until`.
        """

    def close(self) -> None:
        """End every process and remove what was made."""

    def __enter__(self) -> Executor: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...


class ControlError(RuntimeError):
    """Control of a program was lost or couldn't be taken; the message says what to do."""


class OutOfTime(ControlError):
    """A run was ended since there was no time left: nothing is known of it."""
