"""At full speed a picture may stand for a tenth of a second; what stands still is exact."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from ipcsim.gui.session.instants import MUCH, ONCE_IN_NS, Instants
from ipcsim.gui.session.status_board import StatusBoard
from ipcsim.gui.window import Window
from ipcsim.supervisor.messages import State, Status
from ipcsim.trace.moment import Moment
from ipcsim.trace.recording import RecordingReader
from ipcsim.trace.trace import Trace
from ipcsim.trace.world import World
from tests.gui.conftest import WAIT_MS

COUNTERS = """
import multiprocessing as mp

def work(counter):
    while True:
        with counter.get_lock():
            counter.value += 1

def main():
    counter = mp.Value("i", 0)
    for _ in range(3):
        mp.Process(target=work, args=(counter,), daemon=True).start()
    work(counter)

if __name__ == "__main__":
    main()
"""


class Growing:
    """A recording of many events that is read little by little."""

    def __init__(self, path: Path) -> None:
        self.trace, self.board = Trace(), StatusBoard()
        self._reader, self._read = RecordingReader(path), 0
        self._whole = path.stat().st_size
        self.instants = Instants(self.trace, self.board)
        self.t = 0

    def grow(self, events: int) -> None:
        """Read on until there are so many events more."""
        until = self.trace.event_count + events
        while self.trace.event_count < until:
            self._read += 32
            assert self._read < self._whole
            self._reader.feed(self.trace, self._read)
        self.t = max(self.t, self.trace.end)

    def look(self, *, each: bool = False) -> Moment:
        """The moment that is drawn now."""
        found = self.instants.at(self.t, live=True, following=True, each=each, director=None)
        assert found is not None
        assert found.t == self.t
        return found


@pytest.fixture
def growing(scene: Callable[[str], Path]) -> Growing:
    growing = Growing(scene("queue_at_speed"))
    growing.grow(1000)
    return growing


def test_a_picture_stands_while_much_happens(growing: Growing) -> None:
    first = growing.look()
    growing.grow(MUCH + 1)
    growing.t = first.t + ONCE_IN_NS - 1
    second = growing.look()
    assert second.processes is first.processes
    assert second.moves != first.moves
    growing.t = first.t + ONCE_IN_NS
    assert growing.look().processes is not first.processes


def test_single_events_are_shown_at_once(growing: Growing) -> None:
    first = growing.look()
    growing.t += 1
    assert growing.look().processes is not first.processes


def test_each_is_each(growing: Growing) -> None:
    first = growing.look()
    growing.grow(MUCH + 1)
    assert growing.look(each=True).processes is not first.processes


def test_who_comes_or_goes_is_seen_at_once(growing: Growing) -> None:
    first = growing.look()
    growing.board.take(Status(99, 4711, 0, "late", State.RUNNING, growing.t))
    growing.grow(MUCH + 1)
    second = growing.look()
    assert len(second.processes) == len(first.processes) + 1


def test_what_is_paused_is_shown_as_it_is(
    window: Window, qtbot: QtBot, program: Callable[[str], Path]
) -> None:
    window.open_file(program(COUNTERS))
    driver = window.conductor.driver
    window.conductor.run()
    qtbot.waitUntil(lambda: driver.trace.event_count > 20_000, timeout=WAIT_MS)
    driver.pause()
    stage = window.layout_.stage

    def shown() -> Moment:
        return stage.scene_shown.moment

    def stands() -> bool:
        before = driver.trace.event_count
        qtbot.wait(200)
        return driver.trace.event_count == before

    qtbot.waitUntil(stands, timeout=WAIT_MS)
    truth = World(driver.trace).at(shown().t, 0, True)
    assert shown().t == driver.trace.end
    assert (shown().cells, shown().gates, shown().caption) == (
        truth.cells,
        truth.gates,
        truth.caption,
    )
    driver.stop()
