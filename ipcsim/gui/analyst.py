"""Works the findings out: now and then while a program runs, and once more when it has ended."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor

from PySide6.QtCore import QObject, QTimer, Signal

from ipcsim.analysis import Finding, advance, findings
from ipcsim.gui.driver import Driver
from ipcsim.gui.failures import log

EVERY_MS = 1000
AT_ONCE = 10_000
"""Events that may be looked through in one go: that takes less than a frame or two."""
PART = 1_500
"""Where there are more, so many are looked through at a time."""
PART_MS = 16
SHARE = 40
"""And at most this part of the time: one fortieth."""


class Analyst(QObject):
    """Tells the findings of the trace on show."""

    found = Signal(object, bool)
    """A list of :class:`Finding`, and whether it is the last word on this run."""
    _done = Signal(object, object)

    def __init__(self, driver: Driver) -> None:
        super().__init__(driver)
        self._driver = driver
        self._aside = ThreadPoolExecutor(1, thread_name_prefix="findings")
        self._done.connect(self._hand_over)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self._parts = QTimer(self)
        self._parts.setInterval(PART_MS)
        self._parts.timeout.connect(self._look_on)
        self._seen = 0
        driver.started.connect(self._begin)
        driver.ended.connect(lambda _ended: self.conclude())

    def conclude(self) -> None:
        """Look through a whole history, beside the window: a long one takes its time."""
        self._timer.stop()
        self._parts.stop()
        trace = self._driver.trace
        future = self._aside.submit(findings, trace)
        # This is called in the other thread; the signal is queued to the window's.
        future.add_done_callback(lambda done: self._done.emit(trace, done))

    def close(self) -> None:
        """No more."""
        self._timer.stop()
        self._parts.stop()
        self._aside.shutdown(wait=False, cancel_futures=True)

    def _begin(self) -> None:
        self._seen = 0
        self._parts.stop()
        self._timer.start(EVERY_MS)

    def _look(self) -> None:
        trace = self._driver.trace
        if not self._driver.running or not trace.event_count or self._parts.isActive():
            return
        if trace.event_count - self._seen > AT_ONCE:
            self._parts.start()
            return
        self._tell()

    def _look_on(self) -> None:
        """Some more of what has come, a little at a time."""
        trace = self._driver.trace
        if not self._driver.running:
            self._parts.stop()
        elif advance(trace, PART):
            self._parts.stop()
            self._tell()

    def _tell(self) -> None:
        trace = self._driver.trace
        began = time.perf_counter()
        self._seen = trace.event_count
        self.found.emit(findings(trace), False)
        spent = time.perf_counter() - began
        self._timer.setInterval(max(EVERY_MS, round(spent * 1000 * SHARE)))

    def _hand_over(self, trace: object, done: Future[list[Finding]]) -> None:
        if trace is not self._driver.trace or done.cancelled():
            return
        error = done.exception()
        if error is not None:
            log.error("findings", exc_info=error)
            self._driver.problem.emit(str(error))
            return
        self.found.emit(done.result(), True)
