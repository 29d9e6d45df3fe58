"""The status queue: the one way by which a process's state reaches its card."""

from __future__ import annotations

import multiprocessing
import queue
import time
from collections.abc import Iterator
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from ipcsim.gui.session.instants import SILENCE_NS
from ipcsim.gui.session.status_board import StatusBoard
from ipcsim.gui.window import Window
from ipcsim.run.spec import RunSpec
from ipcsim.supervisor.messages import Ended, Message, State, Status
from ipcsim.trace.moment import ActorAt, Moment, ProcessAt
from ipcsim.trace.trace import Trace


class QueueSession:
    """A session that is nothing but its queue."""

    def __init__(self, statuses: Any) -> None:
        self.trace = Trace()
        self.ended: Ended | None = None
        self.running = True
        self.paused = False
        self.behind = 0
        self.spec = RunSpec()
        self._statuses = statuses

    def poll(self) -> list[Message]:
        messages: list[Message] = []
        try:
            while True:
                messages.append(self._statuses.get_nowait())
        except queue.Empty:
            return messages

    def stop(self) -> None:
        self.running = False

    def close(self) -> None:
        self.running = False


@pytest.fixture
def statuses() -> Iterator[Any]:
    made = multiprocessing.get_context("spawn").Queue()
    yield made
    made.close()
    made.join_thread()


def status(ring: int, state: State, since: int = 1, **more: Any) -> Status:
    return Status(ring, 100 + ring, 0, f"worker-{ring}", state, since, **more)


def test_a_status_changes_the_card_at_the_next_tick(
    window: Window, qtbot: QtBot, statuses: Any
) -> None:
    driver, stage = window.conductor.driver, window.layout_.stage
    driver.adopt(QueueSession(statuses))  # type: ignore[arg-type]

    def shows(process: int, state: State) -> bool:
        card = stage.scene_shown.processes.get(process)
        return card is not None and card.state is state

    statuses.put(status(1, State.STARTING))
    qtbot.waitUntil(lambda: shows(1, State.STARTING))
    statuses.put(status(1, State.RUNNING, 2))
    qtbot.waitUntil(lambda: shows(1, State.RUNNING))
    statuses.put(status(1, State.CRASHED, 3, exit_code=1, detail="ValueError: empty"))
    qtbot.waitUntil(lambda: shows(1, State.CRASHED))
    assert stage.scene_shown.processes[1].detail == "ValueError: empty"


def test_nothing_else_changes_it(window: Window, qtbot: QtBot, statuses: Any) -> None:
    driver, stage = window.conductor.driver, window.layout_.stage
    driver.adopt(QueueSession(statuses))  # type: ignore[arg-type]
    statuses.put(status(1, State.WAITING))
    qtbot.waitUntil(lambda: 1 in stage.scene_shown.processes)
    with qtbot.waitSignals([driver.beat] * 5):
        pass
    assert stage.scene_shown.processes[1].state is State.WAITING


def test_who_has_ended_stays_ended(window: Window) -> None:
    board = window.conductor.driver.board
    board.take(status(1, State.KILLED, 5))
    board.take(status(1, State.RUNNING, 4))
    assert board.state(1) is State.KILLED
    assert board.alive == 0


def test_the_clock_does_not_run_ahead_of_what_is_known(window: Window, statuses: Any) -> None:
    """On a machine too busy to tell at once, lanes and stage stay together."""
    driver = window.conductor.driver
    driver.adopt(QueueSession(statuses))  # type: ignore[arg-type]
    known = time.perf_counter_ns() - 5_000_000_000
    driver.trace.cut = known
    assert driver._instants.now(False, None) == known + SILENCE_NS
    driver.trace.cut = time.perf_counter_ns()
    assert driver._instants.now(False, None) >= driver.trace.end


def test_of_a_pool_s_worker_the_recording_knows_that_it_has_no_task() -> None:
    board = StatusBoard()
    board.take(Status(1, 4001, 0, "ForkPoolWorker-1", State.RUNNING, 10))
    idle = ActorAt(
        1, 1, 0, "MainThread", State.WAITING, 5, "", None, None, "waits for a task", idle=True
    )
    card = ProcessAt(
        1, "ForkPoolWorker-1", "", 4001, 0, True, False, State.WAITING, 5, None, "", (idle,)
    )
    (shown,) = board.moment(Moment(20, (card,))).processes
    assert (shown.state, shown.actors[0].state) == (State.WAITING, State.WAITING)
    board.take(Status(1, 4001, 0, "ForkPoolWorker-1", State.ASLEEP, 15))
    (shown,) = board.moment(Moment(20, (card,))).processes
    assert (shown.state, shown.actors[0].state) == (State.ASLEEP, State.ASLEEP)
