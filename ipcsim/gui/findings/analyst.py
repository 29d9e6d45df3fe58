"""Works the findings out: now and then while a program runs, and once more when it has ended."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from PySide6.QtCore import QObject, QTimer, Signal

from ipcsim.analysis import Finding, advance, asked, findings, ranked
from ipcsim.gui.failures import log
from ipcsim.gui.session.driver import Driver
from ipcsim.trace.history import History

FIRST_MS = 100
"""After so long it is looked for the first time whether there is much."""
EVERY_MS = 1000
AT_ONCE = 10_000
"""Events that may be looked through in one go: that takes less than a frame or two."""
PART, MOST = 1_500, 12_000
"""Where there are more, so many are looked through at a time: what takes about PART_S."""
PART_S = 0.0015
PART_MS = 16
REST, REST_PRESSED = 9, 19
"""After a part so many times as long is left to others; the second while frames are late."""
SHARE = 40
"""And at most this part of the time: one fortieth."""
TIMED = frozenset(("back_pressure", "convoy", "passed_over", "serialised", "unfair"))
"""Findings from how long was waited: in a stepped run the waits are the person's."""


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
        self._part = PART
        self._told = 0.0
        self._questions: Iterator[list[Finding]] | None = None
        """Those still to be asked, while the findings so far are worked out."""
        self._answers: list[Finding] = []
        self._asking = 0.0
        """For how long they have been asked, seconds."""
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
        self._told = time.perf_counter()
        self._questions = None
        self._parts.stop()
        self._timer.start(FIRST_MS)

    def _look(self) -> None:
        trace = self._driver.trace
        self._timer.setInterval(max(EVERY_MS, self._timer.interval()))
        if not self._driver.running or not trace.event_count or self._parts.isActive():
            return
        if trace.event_count - self._seen > AT_ONCE:
            self._parts.start()
            return
        self._tell()

    def _look_on(self) -> None:
        """Some more of what has come, a little at a time."""
        if not self._driver.running:
            self._parts.stop()
            return
        began = time.perf_counter()
        if self._questions is not None:
            self._ask_on(began)
        elif (began - self._told) * 1000 >= self._timer.interval():
            self._begin_to_ask()
        else:
            self._advance(began)
        spent = time.perf_counter() - began
        rest = REST_PRESSED if self._driver.pressed else REST
        self._parts.setInterval(max(PART_MS, round(spent * 1000 * rest)))

    def _advance(self, began: float) -> None:
        spent, over = 0.0, False
        while spent < PART_S and not over:
            over = advance(self._driver.trace, self._part)
            before, spent = spent, time.perf_counter() - began
            if spent - before < PART_S / 2:
                self._part = min(2 * self._part, MOST)
            elif spent - before > 2 * PART_S:
                self._part = max(self._part // 2, PART)

    def _begin_to_ask(self) -> None:
        trace = self._driver.trace
        if trace.event_count - self._seen <= AT_ONCE and advance(trace, 0):
            self._parts.stop()
            self._tell()
            return
        self._seen = trace.event_count
        self._questions, self._answers, self._asking = asked(trace, so_far=True), [], 0.0

    def _ask_on(self, began: float) -> None:
        assert self._questions is not None
        for answer in self._questions:
            self._answers += answer
            if time.perf_counter() - began > PART_S:
                self._asking += time.perf_counter() - began
                return
        self._questions = None
        self._emit(
            ranked(self._driver.trace, self._answers), self._asking + time.perf_counter() - began
        )

    def _tell(self) -> None:
        """Ask everything at once: there is little to look through."""
        trace = self._driver.trace
        began = time.perf_counter()
        self._seen = trace.event_count
        self._emit(findings(trace, so_far=True), time.perf_counter() - began)

    def _emit(self, found: list[Finding], spent: float) -> None:
        self._told = time.perf_counter()
        self.found.emit(meaningful(self._driver.trace, found), False)
        self._timer.setInterval(max(EVERY_MS, round(spent * 1000 * SHARE)))

    def _hand_over(self, trace: object, done: Future[list[Finding]]) -> None:
        if trace is not self._driver.trace or done.cancelled():
            return
        error = done.exception()
        if error is not None:
            log.error("findings", exc_info=error)
            self._driver.problem.emit(str(error))
            return
        self.found.emit(meaningful(self._driver.trace, done.result()), True)


def meaningful(trace: History, found: list[Finding]) -> list[Finding]:
    """Of the findings those that say something of the program, however its run came about."""
    if not trace.head.get("stepped"):
        return found
    return [finding for finding in found if finding.kind not in TIMED]
