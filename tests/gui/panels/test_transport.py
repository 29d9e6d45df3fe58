"""The row of buttons beside the tabs: what each does, when it is there, and what it tells."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from ipcsim.gui.look.theme import Theme
from ipcsim.gui.panels.player import paces
from ipcsim.gui.panels.player.playback import Manner, Player
from ipcsim.gui.panels.tabs import PanelTabs
from ipcsim.gui.panels.time_axis import TimeAxis
from ipcsim.trace.trace import Trace
from tests.gui.panels.conftest import Open


def press(qtbot: QtBot, tabs: PanelTabs, word: str) -> None:
    button = next(b for b in tabs.transport.findChildren(QToolButton) if word in b.accessibleName())
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_buttons_walk_over_a_recording(qtbot: QtBot, panel: Open) -> None:
    tabs = panel("bounded_queue")
    assert tabs.transport.isVisible()
    axis = tabs.axis
    press(qtbot, tabs, "beginning")
    assert axis.cursor == axis.begin
    press(qtbot, tabs, "Next")
    first = axis.cursor
    press(qtbot, tabs, "Next")
    press(qtbot, tabs, "Previous")
    assert axis.cursor == first > axis.begin
    press(qtbot, tabs, "To the end")
    assert axis.following


def test_it_asks_to_be_played_both_ways(qtbot: QtBot, panel: Open) -> None:
    tabs = panel("bounded_queue")
    with qtbot.waitSignal(tabs.transport.play_wanted) as asked:
        press(qtbot, tabs, "Play slowly")
    assert asked.args == [1]
    with qtbot.waitSignal(tabs.transport.play_wanted) as asked:
        press(qtbot, tabs, "backwards")
    assert asked.args == [-1]


def test_backwards_goes_on_from_where_it_is_and_stays_when_asked_again(panel: Open) -> None:
    player = panel("bounded_queue").player
    player.toggle(-1)
    assert (player.playing, player.direction) == (True, -1)
    player.toggle(1)
    assert (player.playing, player.direction) == (True, 1)
    player.toggle(1)
    assert not player.playing


def test_it_is_there_when_there_is_something_to_play(panel: Open) -> None:
    tabs = panel("bounded_queue")
    assert tabs.transport.isVisible()
    tabs.set_run(Trace())
    assert not tabs.transport.isVisible()


def test_where_time_is_is_told_as_soon_as_it_is_seen(panel: Open) -> None:
    tabs = panel("bounded_queue")
    tabs.hide()
    tabs.axis.set_cursor(tabs.axis.begin)
    before = tabs.transport.position.toolTip()
    tabs.show()
    assert tabs.transport.position.toolTip() != before


def test_a_hall_has_keys_for_it(panel: Open) -> None:
    assert not panel("bounded_queue", theme=Theme(presenting=True)).transport.isVisible()


def test_what_has_no_room_is_left_out(qtbot: QtBot, panel: Open) -> None:
    tabs = panel("bounded_queue", size=(1000, 300))
    transport = tabs.transport
    # As the window's layout has it.
    tabs.setMinimumSize(200, 80)
    tabs.axis.set_cursor(tabs.axis.begin)
    parts = (transport.position, transport.slider, transport.pace)
    counts = []
    for width in range(1000, 300, -20):
        tabs.resize(width, 300)
        shown = [w for w in parts if w.isVisible()]
        counts.append(len(shown) if transport.isVisible() else -1)
        for widget in (w for w in shown if w is not transport.position):
            right = widget.mapTo(tabs, widget.rect().topRight()).x()
            assert right < tabs.width()
    assert counts == sorted(counts, reverse=True)
    assert set(counts) == {3, 2, 1, 0, -1}


def test_paces_go_step_by_step_from_end_to_end(qapp: object) -> None:
    player = Player(TimeAxis(0, 1_000_000_000))
    for manner in Manner:
        player.set_manner(manner)
        paces.choose(player, 0)
        told = [paces.sentence(player)]
        for _step in paces.ladder(manner)[1:]:
            paces.change(player, -1)
            told.append(paces.sentence(player))
        assert len(set(told)) == len(paces.ladder(manner))
        paces.change(player, -1)
        assert paces.sentence(player) == told[-1]


def test_in_proportion_begins_with_a_pace_that_can_be_waited_for(
    recorded: Callable[[str], Trace], panel: Open
) -> None:
    tabs = panel("bounded_queue")
    tabs.transport.set_manner(Manner.PROPORTION)
    seconds = (tabs.axis.end - tabs.axis.begin) / 1e9 / tabs.player.speed
    assert 10 < seconds < 40
