"""The panel as the window uses it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from ipcsim.gui.look.identity import identities
from ipcsim.gui.look.theme import Theme
from ipcsim.gui.panels.tabs import PANELS, PanelTabs
from ipcsim.gui.panels.timeline.selection import sentence, statistic
from ipcsim.trace.kinds import WAITING
from ipcsim.trace.trace import Trace
from tests.gui.panels.conftest import Open

Recorded = Callable[[str], Trace]


def test_pages_by_name_and_in_turn(panel: Open) -> None:
    tabs = panel("lost_update")
    seen = [tabs.current]
    for _turn in PANELS:
        tabs.next_page()
        seen.append(tabs.current)
    assert seen == [*PANELS, PANELS[0]]
    with pytest.raises(ValueError, match="no page 'nothing'"):
        tabs.show_page("nothing")


def test_a_page_from_elsewhere_comes_and_goes(panel: Open) -> None:
    tabs = panel("lost_update", (520, 300))
    page = QLabel("program")
    tabs.add_page("program", "Program", page)
    # The buttons beside the tabs make room for them, in the very next picture.
    tabs.grab()
    assert tabs.tabs.width() >= tabs.tabs.sizeHint().width() - 2
    tabs.show_page("program")
    assert page.isVisible()
    tabs.remove_page("program")
    assert tabs.current in PANELS
    page.deleteLater()


def test_an_empty_run_says_so_on_every_page(qtbot: QtBot) -> None:
    tabs = PanelTabs(Theme())
    tabs.resize(792, 300)
    tabs.show()
    qtbot.waitExposed(tabs)
    tabs.set_run(Trace())
    for name in PANELS:
        tabs.show_page(name)
        tabs.refresh({})
        tabs.grab()
    assert tabs.events.empty.isVisible()
    tabs.show_page("interleaving")
    assert tabs.interleaving.empty.isVisible()
    tabs.player.toggle()
    assert not tabs.player.playing
    tabs.hide()
    tabs.deleteLater()


def test_playing_moves_the_cursor_by_itself(qtbot: QtBot, panel: Open) -> None:
    tabs = panel("bounded_queue")
    tabs.player.set_beat(0.02)
    tabs.player.toggle()
    assert tabs.axis.cursor == tabs.axis.begin
    moved = tabs.axis.begin + 1_000_000
    qtbot.waitUntil(lambda: tabs.axis.cursor > moved, timeout=5000)
    tabs.player.toggle()
    assert not tabs.player.playing


def test_keys_of_time(panel: Open) -> None:
    tabs = panel("bounded_queue")
    tabs.to_begin()
    assert tabs.axis.cursor == tabs.axis.begin
    tabs.step(1, 3)
    first = tabs.axis.cursor
    tabs.step(1, 3)
    tabs.step(-1, 3)
    assert tabs.axis.cursor == first > tabs.axis.begin
    tabs.to_end()
    assert tabs.axis.following


def test_the_statistic_agrees_with_the_lane(recorded: Recorded) -> None:
    trace = recorded("bounded_queue")
    extent = trace.end - trace.begin
    t0, t1 = trace.begin + extent // 4, trace.begin + extent // 2
    found = statistic(trace, t0, t1, 1)
    states, _holding = trace.lane(1).view(t0, t1, 20_000)
    assert found.waited / found.alive == pytest.approx((states == WAITING).mean(), abs=0.01)
    text = sentence(trace, (t0, t1), identities(trace.processes), 1)
    share = round(100 * found.waiting["put"] / found.alive)
    assert f"{share} % waiting in put between the marks" in text


def test_while_presenting_one_panel_is_alone(panel: Open) -> None:
    tabs = panel("lost_update", (1200, 520), Theme(presenting=True))
    assert not tabs.tabs.isVisible()
    tabs.show_page("interleaving")
    assert tabs.interleaving.table.row_height >= 54
    assert not tabs.header.copy.isVisible()
    font = tabs.interleaving.model.theme.font(13)
    assert font.pixelSize() >= 28


def test_who_is_not_in_the_recording_yet_has_no_lane(panel: Open, recorded: Recorded) -> None:
    tabs = panel("lost_update")
    known = identities(recorded("lost_update").processes)
    stranger = max(known) + 7
    tabs.refresh(known | {stranger: known[1]})
    tabs.grab()
    assert stranger not in tabs.timeline.lanes.processes
    for name in PANELS:
        tabs.show_page(name)
        tabs.refresh(known | {stranger: known[1]})
        tabs.grab()


def test_a_statistic_without_room_ends_early(panel: Open) -> None:
    tabs = panel("bounded_queue", (740, 300))
    tabs.axis.set_cursor(tabs.axis.end)
    assert tabs.header.transport.slider.isVisible()
    extent = tabs.axis.end - tabs.axis.begin
    tabs.axis.set_marks(tabs.axis.begin + extent // 4, tabs.axis.begin + extent // 2)
    label = tabs.header.statistic
    said = label.text()
    assert said.rstrip("…")
    assert label.toolTip().startswith(said.rstrip("…"))
    assert label.fontMetrics().horizontalAdvance(said) <= label.width()
    assert tabs.header.transport.isVisible()
    tabs.resize(1400, 300)
    assert label.text() == label.toolTip()
    assert tabs.header.transport.slider.isVisible()
