"""The timeline with real widgets, mouse and recordings."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ipcsim.events import Kind
from ipcsim.gui.look.identity import Identity
from ipcsim.gui.look.theme import Theme
from ipcsim.gui.panels.lanes.names import Names, draw_names
from ipcsim.gui.panels.lanes.order import Order, arrange
from ipcsim.gui.panels.tabs import PanelTabs
from ipcsim.gui.panels.timeline.plots import NARROWEST
from ipcsim.gui.panels.timeline.watched import Traffic, lines, long_waits, plottable, traffic_of
from ipcsim.trace.kinds import WAITS
from ipcsim.trace.objects import GATES
from ipcsim.trace.trace import Trace
from tests.gui.panels.conftest import Open


def wheel(tabs: PanelTabs, x: int, y: int, notches: int, shift: bool = False) -> None:
    """Turn the wheel over the timeline."""
    view = tabs.timeline.viewport()
    place = QPointF(x, y)
    modifiers = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    event = QWheelEvent(
        place,
        view.mapToGlobal(place),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


def drag(qtbot: QtBot, tabs: PanelTabs, start: QPoint, end: QPoint, shift: bool = False) -> None:
    """Press, move and release the left button over the timeline."""
    view, left = tabs.timeline.viewport(), Qt.MouseButton.LeftButton
    modifier = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    qtbot.mousePress(view, left, modifier, start)
    qtbot.mouseMove(view, QPoint((start.x() + end.x()) // 2, start.y()))
    qtbot.mouseMove(view, end)
    qtbot.mouseRelease(view, left, modifier, end)


def test_the_wheel_zooms_around_the_pointer(panel: Open) -> None:
    tabs = panel("bounded_queue")
    axis, zones = tabs.axis, tabs.timeline.zones
    tabs.axis.set_cursor(axis.begin)
    x = zones.left + 300
    before = tabs.timeline.gestures.time_at(zones, x)
    wheel(tabs, x, 60, 3)
    after = tabs.timeline.gestures.time_at(zones, x)
    assert axis.width < (axis.end - axis.begin) * 0.6
    assert abs(after - before) <= axis.width // 400
    wheel(tabs, x, 60, 2, shift=True)
    assert axis.t0 < before


def test_a_click_moves_the_cursor_and_selects_the_lane(qtbot: QtBot, panel: Open) -> None:
    tabs = panel("bounded_queue")
    time = tabs.axis.begin + (tabs.axis.end - tabs.axis.begin) // 3
    place = tabs.timeline.point_of(time, 2)
    with qtbot.waitSignal(tabs.process_clicked) as clicked:
        qtbot.mouseClick(tabs.timeline.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert clicked.args == [2]
    assert abs(tabs.axis.cursor - time) <= tabs.axis.width // 500
    assert not tabs.axis.following
    assert abs(tabs.timeline.needle.line.pos().x() - place.x()) <= 1


def test_dragging_pans_and_with_shift_selects(qtbot: QtBot, panel: Open) -> None:
    tabs = panel("bounded_queue")
    axis, zones = tabs.axis, tabs.timeline.zones
    axis.show(axis.begin + 50_000_000, axis.begin + 90_000_000)
    axis.set_cursor(axis.begin)
    axis.show(axis.begin + 50_000_000, axis.begin + 90_000_000)
    before = axis.t0
    drag(qtbot, tabs, QPoint(zones.left + 400, 50), QPoint(zones.left + 300, 50))
    assert axis.t0 > before
    drag(qtbot, tabs, QPoint(zones.left + 100, 50), QPoint(zones.left + 300, 50), shift=True)
    assert axis.selection is not None
    share = (axis.selection[1] - axis.selection[0]) / axis.width
    assert abs(share - 200 / zones.axis.width) < 0.01
    assert "waiting in put between the marks" in tabs.header.statistic.text()


def test_the_minimap_moves_the_view(qtbot: QtBot, panel: Open) -> None:
    tabs = panel("bounded_queue")
    axis, zones = tabs.axis, tabs.timeline.zones
    extent = axis.end - axis.begin
    axis.show(axis.begin, axis.begin + extent // 10)
    middle = zones.minimap.y + zones.minimap.height // 2
    drag(qtbot, tabs, QPoint(zones.left + 20, middle), QPoint(zones.left + 320, middle))
    moved = (axis.t0 - axis.begin) / extent
    assert abs(moved - 300 / zones.minimap.width) < 0.02


def test_one_cursor_reads_the_plots(panel: Open) -> None:
    tabs = panel("lost_update")
    plot = tabs.timeline.plots[0]
    assert plot.watched is not None
    assert (plot.watched.name, plot.watched.what) == ("counter", "value")
    tabs.axis.follow()
    value, expected = plot.values()
    trace = tabs.timeline.lanes.run
    assert trace is not None
    assert expected == 800
    assert value == trace.series(plot.watched.object, "value").last
    tabs.axis.set_cursor(tabs.axis.begin)
    assert plot.values() != (value, expected)


def test_what_the_run_hangs_at_is_plotted_first(panel: Open) -> None:
    timeline = panel("deadlock").timeline
    run = timeline.lanes.run
    assert run is not None
    waits = long_waits(run)
    assert {run.objects[number].name for number in waits if number >= 0} == {"fork", "knife"}
    many = {o.object: 100 for o in run.objects if o.object not in waits}

    def traffic(number: int) -> Traffic:
        return Traffic(many.get(number, 1), many.get(number, 1))

    first, _moving = plottable(run.objects, traffic, waits)
    assert {w.name for w in first[:2]} == {"fork", "knife"}
    assert {w.name for w in timeline.shown} <= {"fork", "knife"}
    assert not long_waits(panel("lost_update").timeline.lanes.run or run)


def test_where_nobody_ever_waited_is_no_first_plot(panel: Open) -> None:
    run = panel("lost_update").timeline.lanes.run
    assert run is not None
    counts = {info.kind: traffic_of(run, info.object).moves for info in run.objects}
    assert counts["Barrier"] == len(run.store.of(start_of(run), Kind.BARRIER_WAIT))
    idle = panel("manager").timeline.lanes.run
    assert idle is not None
    for info in idle.objects:
        waits = sum(len(idle.store.of(info.object, kind)) for kind in WAITS)
        if info.kind in GATES and not waits:
            assert traffic_of(idle, info.object).moves == 0


def start_of(run: Trace) -> int:
    """The barrier of a run."""
    return next(info.object for info in run.objects if info.kind == "Barrier")


def test_labels_of_sums_are_whole(panel: Open) -> None:
    timeline = panel("array").timeline
    (plot,) = [p for p in timeline.plots if p.watched is not None and p.watched.summed][:1]
    metrics = QFontMetricsF(timeline.lanes.theme.font(12, 600))
    texts = lines(plot.watched, 79_998, 79_998, None) if plot.watched is not None else []
    assert texts
    for text in texts:
        assert metrics.horizontalAdvance(text) * NARROWEST / 100 <= plot.label.box.width - 13


def test_chips_change_the_plot(panel: Open) -> None:
    tabs = panel("lost_update")
    timeline = tabs.timeline
    assert timeline.chips.titles() == ["start"]
    timeline.plot(next(w for w in timeline.quantities.offered if w.name == "start"))
    assert [w.name for w in timeline.shown] == ["start"]
    assert timeline.chips.titles() == ["counter"]


def test_lanes_stand_in_the_order_of_their_numbers() -> None:
    def who(process: int, label: str, colour: int) -> Identity:
        return Identity(process, label, colour, f"worker-{label}", "work" if colour else "")

    few = {0: who(0, "M", 0), 1: who(1, "3", 3), 2: who(2, "1", 1), 3: who(3, "2", 2)}
    assert arrange(few, Order.NUMBER, lambda _process: pytest.fail("not asked")) == [0, 2, 3, 1]
    many = {n: who(n, str(12 - n), 1) for n in range(1, 12)}
    assert arrange(
        {0: few[0], **many}, Order.NUMBER, lambda _process: pytest.fail("not asked")
    ) == [
        0,
        *reversed(many),
    ]


def test_longest_wait_first(panel: Open) -> None:
    tabs = panel("twenty_queues", (1200, 480))
    before = list(tabs.timeline.lanes.processes)
    extent = tabs.axis.end - tabs.axis.begin
    tabs.axis.show(tabs.axis.begin + extent // 2, tabs.axis.begin + extent * 3 // 4)
    tabs.set_order(Order.WAIT)
    assert tabs.timeline.lanes.processes != before
    assert sorted(tabs.timeline.lanes.processes) == sorted(before)
    assert tabs.header.order.isVisible()
    assert "longest wait first" in tabs.header.order.text()
    by_number, by_wait = tabs.header.order.menu().actions()
    by_number.trigger()
    assert tabs.timeline.lanes.order.name == "NUMBER"
    by_wait.trigger()
    assert tabs.timeline.lanes.order is Order.WAIT
    assert "longest wait first" in tabs.header.order.text()


def test_hovering_fans_out_one_of_many(qtbot: QtBot, panel: Open) -> None:
    tabs = panel("workers_64")
    view = tabs.timeline.viewport()
    qtbot.mouseMove(view, QPoint(400, 60))
    assert tabs.timeline._fan.isVisible()
    assert tabs.timeline._fan.process == tabs.timeline.lanes.lane_at(60)
    qtbot.mouseMove(view, QPoint(400, tabs.timeline.zones.axis.y + 5))
    assert not tabs.timeline._fan.isVisible()


def test_the_gutter_scrolls_lanes_that_have_no_room(panel: Open) -> None:
    tabs = panel("workers_200")
    first = tabs.timeline.lanes.lane_at(10)
    wheel(tabs, 40, 40, -2)
    assert tabs.timeline.lanes.lane_at(10) != first
    wheel(tabs, 40, 40, 99)
    assert tabs.timeline.lanes.lane_at(10) == first


def test_lanes_are_scrolled_by_whole_ones_and_how_many_more_there_are_is_said(
    panel: Open,
) -> None:
    tabs = panel("lost_update", (792, 220), Theme(scale=2.0))
    lanes, layout = tabs.timeline.lanes, tabs.timeline.zones
    many, rows = len(lanes.processes), layout.lanes.height // layout.lane
    assert 2 <= rows < many - 1
    assert told(tabs) == [f"+{many - rows} ▾"]
    # A touchpad turns little by little.
    for _turn in range(4):
        lanes.scroll_by(layout.lane // 4 + 1)
        assert lanes.offset % layout.lane == 0
    assert lanes.offset == layout.lane
    assert told(tabs) == ["+1 ▴", f"+{many - rows - 1} ▾"]


def told(tabs: PanelTabs) -> list[str]:
    """What is said of lanes that are out of sight."""
    lanes = tabs.timeline.lanes
    painter = Noting()
    names = Names(lanes.processes, lanes.identities, None, lanes.offset, lanes.box.height)
    draw_names(painter, lanes.theme, tabs.timeline.zones, names)
    painter.end()
    return [text for text in painter.texts if text.startswith("+")]


class Noting(QPainter):
    """Notes what is written."""

    def __init__(self) -> None:
        self._image = QImage(400, 400, QImage.Format.Format_RGB32)
        super().__init__(self._image)
        self.texts: list[str] = []

    def drawText(self, *args: Any) -> None:  # type: ignore[override]
        self.texts.append(args[-1])


def test_too_many_messages_are_called_a_sample(panel: Open) -> None:
    tabs = panel("queue_at_speed")
    tabs.grab()
    assert "sample" in tabs.timeline.lanes._note.text()
    tabs.axis.show(tabs.axis.begin + 1_000_000_000, tabs.axis.begin + 1_001_000_000)
    tabs.grab()
    assert tabs.timeline.lanes._note.text() == ""


def test_chips_leave_room_for_what_is_said_of_the_messages(panel: Open) -> None:
    timeline = panel("twenty_queues", (700, 500)).timeline
    timeline.lanes._say("a sample of the messages")
    timeline.refresh(dict(timeline.lanes.identities), 0.0)
    said = timeline.lanes._note.sceneBoundingRect()
    beside = timeline.chips.geometry()
    assert beside.intersects(said.toRect().adjusted(-999, 0, 0, 0))
    assert beside.right() < said.left()
    assert len(timeline.chips.titles()) > 1


def test_every_size_and_theme_is_drawn(panel: Open) -> None:
    for scene in ("workers_1", "workers_200", "ping_pong", "array"):
        for theme in (Theme("light", 2.5), Theme("dark", 0.8), Theme(presenting=True)):
            tabs = panel(scene, (792, 300), theme)
            picture = tabs.grab().toImage()
            colours = {picture.pixel(x, y) for x in range(0, 790, 9) for y in range(0, 299, 7)}
            assert len(colours) > 3


def test_a_program_without_quantities_says_so(panel: Open) -> None:
    tabs = panel("crash")
    assert tabs.timeline.shown == []
    assert "nothing to plot" in tabs.timeline._sentence.toPlainText()
    assert tabs.timeline._sentence.isVisible()


def test_the_end_of_a_run_is_looked_at_at_once(panel: Open) -> None:
    """Nobody looks again half a second later: then nothing is drawn any more."""
    timeline = panel("bounded_queue").timeline
    who = dict(timeline.lanes.identities)
    # As if the queue had come with the last events.
    timeline.quantities.offered = []
    timeline._version = timeline._settled = -1
    timeline._since = 0.0
    timeline._arrange()
    assert not timeline.shown
    timeline.refresh(who, 0.001)
    assert timeline.shown


def test_late_frames_draw_lanes_and_plots_in_turn(panel: Open) -> None:
    timeline = panel("bounded_queue").timeline
    timeline.axis.follow(True)
    timeline.grab()

    def drawn() -> tuple[bool, bool]:
        return timeline.lanes._picture is not None, timeline.plots[0]._picture is not None

    assert drawn() == (True, True)
    timeline._version = -1
    timeline.refresh(dict(timeline.lanes.identities), 0.001, pressed=True)
    assert drawn() == (False, True)
    timeline.prepare()
    assert drawn() == (False, False)
    timeline.grab()
    timeline._version = -1
    timeline.refresh(dict(timeline.lanes.identities), 0.001, pressed=True)
    timeline.refresh(dict(timeline.lanes.identities), 0.001)
    assert drawn() == (False, False)
