"""One moment is written alike wherever it is on show at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pytestqt.qtbot import QtBot

from ipcsim.gui.panels.timeline.ruler import Pill
from ipcsim.gui.stage.foot import compose_foot
from ipcsim.gui.stage.motion.flights import flights
from ipcsim.gui.window import Window
from tests.gui.conftest import WAIT_MS

COUNTING = """
import time

def main():
    time.sleep(60)

if __name__ == "__main__":
    main()
"""

LAST_MESSAGE = """
import multiprocessing as mp

def main():
    one, other = mp.Pipe()
    for number in range(10):
        one.send(number)

if __name__ == "__main__":
    main()
"""


def on_stage(window: Window) -> str:
    """What the stage's foot says."""
    (item,) = compose_foot(window.layout_.stage.scene_shown)
    return str(item.args[0]).removeprefix("t = ").replace("\N{NO-BREAK SPACE}", " ")


def at_cursor(window: Window) -> str:
    """What stands on the axis of time."""
    items = window.layout_.panels.timeline.scene().items()
    (pill,) = (item for item in items if isinstance(item, Pill))
    return pill.text.replace("\N{NO-BREAK SPACE}", " ")


def at_player(window: Window) -> str:
    """What stands beside the player's buttons."""
    told = window.layout_.panels.transport.position.toolTip()
    return told.split(" of ")[0].replace("\N{NO-BREAK SPACE}", " ")


def test_stage_cursor_and_player_agree(
    window: Window, qtbot: QtBot, scene: Callable[[str], Path]
) -> None:
    window.open_file(scene("lost_update"))
    axis = window.layout_.panels.axis
    qtbot.waitUntil(lambda: axis.end > axis.begin, timeout=WAIT_MS)
    extent = axis.end - axis.begin
    for part in (3, 7, 10):
        axis.set_cursor(axis.begin + extent * part // 10)
        shown = at_cursor(window)
        qtbot.waitUntil(lambda shown=shown: on_stage(window) == shown)  # type: ignore[misc]
        assert at_player(window) == shown


def test_a_moment_that_passes_is_told_in_tenths_everywhere(
    window: Window, qtbot: QtBot, program: Callable[[str], Path]
) -> None:
    window.open_file(program(COUNTING))
    window.conductor.run()
    axis = window.layout_.panels.axis

    def flows() -> bool:
        return axis.end > axis.begin and len(on_stage(window)) == 5

    qtbot.waitUntil(flows, timeout=WAIT_MS)
    for _tenth in range(5):
        before = on_stage(window)
        qtbot.waitUntil(lambda before=before: on_stage(window) != before)  # type: ignore[misc]
        assert at_cursor(window) == on_stage(window)
    # Looked at more closely, it is told more exactly.
    axis.set_cursor((axis.begin + axis.end) // 2)
    qtbot.waitUntil(lambda: len(at_cursor(window)) == 7 == len(on_stage(window)))


def test_at_the_end_everything_has_arrived(
    window: Window, qtbot: QtBot, program: Callable[[str], Path]
) -> None:
    window.open_file(program(LAST_MESSAGE))
    conductor = window.conductor
    with qtbot.waitSignal(conductor.driver.ended, timeout=WAIT_MS):
        conductor.run()
    axis, stage = window.layout_.panels.axis, window.layout_.stage
    axis.set_cursor(axis.begin + 1)
    qtbot.waitUntil(lambda: stage.scene_shown.moment.t == axis.begin + 1, timeout=WAIT_MS)
    axis.set_cursor(axis.end)
    qtbot.waitUntil(lambda: stage.scene_shown.moment.t == axis.end, timeout=WAIT_MS)
    assert not axis.following
    assert len(stage.scene_shown.moment.moves) > 0
    assert not flights(stage.scene_shown).flying
