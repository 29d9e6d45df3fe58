"""Errors of our own: said in the status line and logged, never lost, never a dialog.

An exception in a slot would otherwise be printed where nobody looks, and Qt goes on.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable
from types import TracebackType

from ipcsim.language import _

log = logging.getLogger("ipcsim")

_Hook = Callable[[type[BaseException], BaseException, TracebackType | None], object]


class Failures:
    """Takes exceptions that nobody caught."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        """Args:
        tell: gets a sentence for the status line; called in the thread of the window.
        """
        self._tell = tell
        self._before: _Hook = sys.excepthook
        self._thread = threading.get_ident()
        self._telling = False
        self.count = 0

    def install(self) -> None:
        """Begin to listen."""
        sys.excepthook = self._caught

    def remove(self) -> None:
        """Leave everything as it was."""
        sys.excepthook = self._before

    def _caught(
        self,
        kind: type[BaseException],
        error: BaseException,
        traceback: TracebackType | None,
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._before(kind, error, traceback)
            return
        self.count += 1
        log.error("not caught", exc_info=(kind, error, traceback))
        # Telling may fail for the same reason; then the log has both.
        if threading.get_ident() == self._thread and not self._telling:
            self._telling = True
            try:
                sentence = _("Something went wrong in ipcsim itself: {error} (see the log)")
                self._tell(sentence.format(error=str(error) or kind.__name__))
            finally:
                self._telling = False
