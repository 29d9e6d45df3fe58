"""What passes between two frames of the window is known in it all the same."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from ipcsim.gui.window import Window
from ipcsim.supervisor.messages import State
from tests.gui.conftest import WAIT_MS
from tests.gui.session.test_running import HANG

BURST = """
import multiprocessing as mp
import pathlib, time

def consume(mail, ready):
    ready.set()
    for item in range(501):
        mail.get()

def produce(mail):
    for item in range(500):
        mail.put(item)

def main():
    mail, ready = mp.Queue(), mp.Event()
    one = mp.Process(target=consume, args=(mail, ready))
    two = mp.Process(target=produce, args=(mail,))
    one.start()
    ready.wait()
    two.start()
    two.join()
    while not mail.empty():
        time.sleep(0.01)
    time.sleep(1)
    pathlib.Path("gone.txt").touch()
    one.join()

if __name__ == "__main__":
    main()
"""


MANAGED = """
import multiprocessing as mp
import pathlib, time

if __name__ == "__main__":
    manager = mp.Manager()
    lock = manager.Lock()
    with lock:
        pass
    time.sleep(1)
    pathlib.Path("gone.txt").touch()
    mp.Event().wait()
"""


def run_unseen(window: Window, until: Path) -> None:
    """Run until the program has made a file, without a frame."""
    window.conductor.run()
    deadline = time.monotonic() + WAIT_MS / 1000
    while not until.exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_burst_that_no_frame_has_seen_tells_who_sends_to_whom(
    window: Window,
    qtbot: QtBot,
    program: Callable[[str], Path],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    window.open_file(program(BURST))
    monkeypatch.chdir(tmp_path)
    driver, stage = window.conductor.driver, window.layout_.stage
    run_unseen(window, tmp_path / "gone.txt")

    def all_known() -> bool:
        consumer = stage.scene_shown.processes.get(1)
        return consumer is not None and consumer.state is State.WAITING

    qtbot.waitUntil(all_known, timeout=WAIT_MS)

    def opposite() -> bool:
        # What has been learned of the messages is shown with the next frame.
        slots = stage.plan.cards
        return slots[2].rect.right < slots[1].rect.x

    qtbot.waitUntil(opposite, timeout=WAIT_MS)
    assert driver.running


def test_what_was_asked_between_two_frames_stands_in_its_manager(
    window: Window,
    qtbot: QtBot,
    program: Callable[[str], Path],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    window.open_file(program(MANAGED))
    monkeypatch.chdir(tmp_path)
    run_unseen(window, tmp_path / "gone.txt")

    def inside() -> bool:
        things = window.layout_.stage.scene_shown.structure.things
        return any(thing.name == "lock" and thing.within is not None for thing in things)

    qtbot.waitUntil(inside, timeout=WAIT_MS // 4)


def test_between_frames_is_read_but_not_shown(
    window: Window, qtbot: QtBot, program: Callable[[str], Path]
) -> None:
    """What a card shows changes with a frame; what is known needn't wait for one."""
    window.open_file(program(HANG))
    driver = window.conductor.driver
    driver._timer.setInterval(3_600_000)
    window.conductor.run()

    def read() -> bool:
        # As each frame does.
        driver._pacing.begin(time.perf_counter())
        driver._reader.start()
        return driver.trace.event_count > 0

    qtbot.waitUntil(read, timeout=WAIT_MS)
    assert driver.board.alive == 0
    assert not window.layout_.stage.scene_shown.processes
    driver.tick()
    assert driver.board.alive == 1
