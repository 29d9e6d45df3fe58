"""Interleaving table and events against the trace; filters, copies, virtual rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF, QGuiApplication
from pytestqt.qtbot import QtBot

from ipcsim.events import Kind
from ipcsim.gui.look.identity import identities
from ipcsim.gui.look.theme import Theme
from ipcsim.gui.panels.tables import interleaving_model
from ipcsim.gui.panels.tables.delegate import CURRENT, STRUCK
from ipcsim.gui.panels.tables.event_filter import Wanted, chosen, families
from ipcsim.gui.panels.tables.events_model import (
    OBJECT,
    OPERATION,
    PLACE,
    PROCESS,
    SENTENCE,
    TIME,
    VALUE,
    EventsModel,
)
from ipcsim.gui.panels.tables.long_table import LongModel, LongTable
from ipcsim.trace.trace import Trace
from tests.gui.panels.conftest import Open

Recorded = Callable[[str], Trace]


def cells(model: LongModel, row: int) -> list[str]:
    """Texts of a visible row."""
    return [model.index(row, column).data() or "" for column in range(model.columnCount())]


def test_events_show_what_the_trace_says(panel: Open, recorded: Recorded) -> None:
    tabs, trace = panel("bounded_queue"), recorded("bounded_queue")
    tabs.show_page("events")
    model = tabs.events.model
    assert model.total() == trace.event_count
    tabs.axis.set_cursor(tabs.axis.begin + 60_000_000)
    for row in range(model.rowCount()):
        event = trace.event(int(trace.rows([model.first + row])[0]))  # type: ignore[arg-type]
        shown = cells(model, row)
        assert shown[PROCESS] == trace.processes[event.process].name
        assert shown[SENTENCE] == event.sentence
        assert shown[VALUE] == event.label
        assert shown[PLACE] == ("" if event.place is None else str(event.place.line))
        assert shown[OPERATION]


def test_the_current_event_follows_the_cursor_and_a_click_moves_it(
    qtbot: QtBot, panel: Open, recorded: Recorded
) -> None:
    tabs, trace = panel("bounded_queue"), recorded("bounded_queue")
    tabs.show_page("events")
    model, table = tabs.events.model, tabs.events.table
    time = tabs.axis.begin + 60_000_000
    tabs.axis.set_cursor(time)
    assert model.current == trace.store.count_until(time) - 1
    marked = [r for r in range(model.rowCount()) if model.index(r, 0).data(CURRENT)]
    assert [model.first + r for r in marked] == [model.current]
    place = table.view.visualRect(model.index(1, 1)).center()
    wanted = model.first + 1
    qtbot.mouseClick(table.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert tabs.axis.cursor == trace.store.time(wanted)


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(process=2),
        Wanted(object=0),
        Wanted(family=families()[1]),
        Wanted(process=1, family=families()[1]),
        Wanted(text="tasks"),
        Wanted(text="process-3"),
        Wanted(text="37"),
        Wanted(text="puts 37"),
        Wanted(text="Process-3 into"),
    ],
)
def test_filters_against_every_single_event(recorded: Recorded, wanted: Wanted) -> None:
    trace = recorded("bounded_queue")
    found = set(chosen(trace, wanted, 0, trace.event_count).tolist())
    expected = set()
    for ordinal in range(trace.event_count):
        event = trace.event(int(trace.store.where.view[ordinal]))
        name = "" if event.object is None else trace.objects[event.object].name
        own = trace.processes[event.process].name.casefold()
        texts = (name, own, event.kind.name.lower().replace("_", " "))
        carried = event.label if event.kind in (Kind.PUT, Kind.SEND) else ""
        said = event.sentence.casefold()
        if (
            (wanted.process is None or event.process == wanted.process)
            and (wanted.object is None or event.object == wanted.object)
            and (wanted.family is None or wanted.family.first <= event.kind <= wanted.family.last)
            and all(
                any(word in text for text in texts)
                or carried == word
                or (word in ("puts", "into") and word in said)
                for word in wanted.text.casefold().split()
            )
        ):
            expected.add(ordinal)
    assert found == expected
    assert 0 < len(found) < trace.event_count


def test_filtering_a_line_of_the_program(panel: Open, recorded: Recorded) -> None:
    tabs, trace = panel("lost_update"), recorded("lost_update")
    file = next(iter(trace.sources))
    tabs.filter_line(file, 7)
    assert tabs.current == "events"
    model = tabs.events.model
    assert 0 < model.total() < trace.event_count
    assert {cells(model, r)[PLACE] for r in range(model.rowCount())} == {"7"}
    assert tabs.events.line.isVisible()
    tabs.filter_line("", 0)
    assert model.total() == trace.event_count


def test_a_filter_without_matches_says_so(panel: Open) -> None:
    tabs = panel("bounded_queue")
    tabs.show_page("events")
    tabs.events.text.setText("no such thing")
    assert tabs.events.model.total() == 0
    assert tabs.events.empty.isVisible()
    tabs.events.text.clear()
    assert not tabs.events.empty.isVisible()


def test_interleaving_shows_reads_writes_and_the_lost_update(panel: Open) -> None:
    tabs = panel("lost_update")
    tabs.show_page("interleaving")
    tabs.axis.set_cursor(tabs.axis.begin + int((tabs.axis.end - tabs.axis.begin) * 0.6))
    model = tabs.interleaving.model
    lines = model.table.lines
    lost = next(n for n, line in enumerate(lines) if line.overwrites)
    tabs.interleaving.table.set_current(lost)
    row = lost - model.first
    shown = cells(model, row)
    column = 1 + model.table.processes.index(lines[lost].process)
    assert shown[column] == lines[lost].text
    assert shown[column].startswith("write ")
    assert shown[-1] == "1 update lost"
    victims = [n for n, line in enumerate(lines) if line.overwritten]
    tabs.interleaving.table.set_current(victims[0])
    row = victims[0] - model.first
    struck = [c for c in range(model.columnCount()) if model.index(row, c).data(STRUCK)]
    assert struck == [1 + model.table.processes.index(lines[victims[0]].process)]
    heads = [
        model.headerData(c, Qt.Orientation.Horizontal) for c in range(1, model.columnCount() - 1)
    ]
    assert heads == list(model.table.names)


def test_interleaving_moves_on_over_the_whole_run(panel: Open, recorded: Recorded) -> None:
    tabs, trace = panel("queue_at_speed"), recorded("queue_at_speed")
    tabs.show_page("interleaving")
    model, bar = tabs.interleaving.model, tabs.interleaving.table.bar
    tabs.axis.set_cursor(tabs.axis.begin)
    assert not model.before
    last = -1
    for _turn in range(12):
        bar.setValue(bar.maximum())
        now = model.table.lines[-1].time
        assert now > last
        last = now
    assert model.before
    assert model.total() < 1000 < trace.event_count
    for _turn in range(40):
        bar.setValue(0)
    assert not model.before


def test_clicking_a_row_moves_the_cursor_there(qtbot: QtBot, panel: Open) -> None:
    tabs = panel("lost_update")
    tabs.show_page("interleaving")
    tabs.axis.set_cursor(tabs.axis.begin + int((tabs.axis.end - tabs.axis.begin) * 0.6))
    model, view = tabs.interleaving.model, tabs.interleaving.table.view
    # The table has its size with the next events only.
    QGuiApplication.processEvents()
    line = model.table.lines[model.first + 1]
    place = view.visualRect(model.index(1, 0)).center()
    with qtbot.waitSignal(tabs.process_clicked) as clicked:
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert tabs.axis.cursor == line.time
    assert clicked.args == [line.process]


def test_another_size_keeps_the_current_row_in_sight_and_the_columns_inside(
    qtbot: QtBot, panel: Open
) -> None:
    tabs = panel("lost_update")
    tabs.show_page("interleaving")
    tabs.axis.set_cursor(tabs.axis.begin + int((tabs.axis.end - tabs.axis.begin) * 0.6))
    tabs.set_theme(Theme(presenting=True))
    tabs.resize(1200, 540)
    model, view = tabs.interleaving.model, tabs.interleaving.table.view
    assert model.first <= model.current < model.first + tabs.interleaving.table.page
    qtbot.waitUntil(lambda: not view.horizontalScrollBar().isVisible())
    tabs.resize(700, 200)
    assert model.first <= model.current < model.first + tabs.interleaving.table.page


def test_copies(panel: Open) -> None:
    tabs = panel("lost_update")
    tabs.show_page("interleaving")
    extent = tabs.axis.end - tabs.axis.begin
    tabs.axis.set_marks(tabs.axis.begin + extent // 2, tabs.axis.begin + extent * 6 // 10)
    table = tabs.interleaving.copied()
    assert any(line.overwritten for line in table.lines)
    tabs.interleaving.copy_markdown()
    text = QGuiApplication.clipboard().text()
    assert text.count("\n") == len(table.lines) + 2
    assert "| ms | " in text
    assert "~~" in text
    tabs.interleaving.copy_csv()
    rows = list(csv.reader(io.StringIO(QGuiApplication.clipboard().text())))
    assert rows[0][:1] == ["ms"]
    assert rows[0][1:-1] == list(table.names)
    assert len(rows) == len(table.lines) + 1
    tabs.interleaving.copy_picture()
    picture = QGuiApplication.clipboard().pixmap()
    assert picture.width() > 700
    assert picture.height() > 100
    tabs.axis.set_marks()
    assert 0 < len(tabs.interleaving.copied().lines) <= tabs.interleaving.table.page


class Millions(LongModel):
    """Ten million rows; counts what is asked of it."""

    asked = 0

    def total(self) -> int:
        return 10_000_000

    def columnCount(self, parent: object = None) -> int:
        return 2

    def data(self, index: object, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.DisplayRole:
            self.asked += 1
            return str(self.first + index.row())  # type: ignore[attr-defined]
        return None


def test_rows_are_virtual(qtbot: QtBot) -> None:
    model = Millions()
    table = LongTable(model, Theme())
    qtbot.addWidget(table)
    table.resize(400, 300)
    table.show()
    qtbot.waitExposed(table)
    assert model.rowCount() <= 15
    table.set_current(9_999_999)
    table.grab()
    assert model.first + model.rowCount() == 10_000_000
    assert model.index(model.rowCount() - 1, 0).data() == "9999999"
    assert model.asked < 500
    table.set_current(5_000_000)
    assert model.first < 5_000_000 < model.first + table.page


def test_up_and_down_go_from_row_to_row(qtbot: QtBot, panel: Open, recorded: Recorded) -> None:
    tabs, trace = panel("bounded_queue"), recorded("bounded_queue")
    tabs.show_page("events")
    tabs.axis.set_cursor(trace.store.time(300))
    before = tabs.events.model.current
    qtbot.keyClick(tabs.events.table, Qt.Key.Key_Down)
    assert tabs.events.model.current == before + 1
    qtbot.keyClick(tabs.events.table, Qt.Key.Key_Up)
    assert tabs.events.model.current == before


def test_times_and_names_of_events_are_whole(panel: Open) -> None:
    tabs = panel("bounded_queue", (1200, 300))
    tabs.show_page("events")
    tabs.refresh(identities(tabs._trace.processes))  # type: ignore[union-attr]
    view, model = tabs.events.table.view, tabs.events.model
    advance = QFontMetricsF(tabs.events._theme.font(13)).horizontalAdvance
    for row in range(model.rowCount()):
        for column, badge in ((TIME, 0), (PROCESS, 24), (OBJECT, 0)):
            text = str(model.data(model.index(row, column)) or "")
            assert advance(text) + badge + 12 <= view.columnWidth(column)
    long = "1\u202f234\u202f567.891 ms"
    tabs.events.model.time_text = lambda time: long  # type: ignore[method-assign]
    tabs.events.refresh({})
    tabs.events._names = (0, 0)
    tabs.events._fit()
    assert view.columnWidth(TIME) > advance(long)


def test_the_name_of_a_lock_inside_of_another_object_is_whole(
    panel: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, texts = "lock of the longest name", EventsModel._text
    monkeypatch.setattr(
        EventsModel,
        "_text",
        lambda self, event, column: name if column == OBJECT else texts(self, event, column),
    )
    tabs = panel("bounded_queue", (1400, 300))
    tabs.show_page("events")
    tabs.refresh(identities(tabs._trace.processes))  # type: ignore[union-attr]
    font = tabs.events._theme.font(13)
    room = tabs.events.table.view.columnWidth(OBJECT)
    assert QFontMetricsF(font).horizontalAdvance(name) + 12 <= room


def test_six_digits_have_room(panel: Open) -> None:
    tabs = panel("lost_update")
    tabs.show_page("interleaving")
    tabs.refresh(identities(tabs._trace.processes))  # type: ignore[union-attr]
    shown = tabs.interleaving
    shown.model._numbers = [n + 438_000 for n in shown.model._numbers]
    shown._fit()
    figure = shown.model.widest_number
    assert len(figure) == 7
    font = shown._theme.font(12, mono=True)
    room = shown.table.view.columnWidth(0) - shown._theme.px(8 + 4)
    assert QFontMetricsF(font).horizontalAdvance(figure) <= room


def test_rows_are_numbered_over_the_whole_run(
    recorded: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interleaving_model, "_BLOCK", 64)
    trace = recorded("lost_update")
    model = interleaving_model.InterleavingModel(Theme())
    model.set_trace(trace)
    counted = interleaving_model._IS_OPERATION[trace.store.kind.view]
    for ordinal in (0, 1, 63, 64, 65, 700, 128, len(trace.store)):
        assert model._operations_before(ordinal) == counted[:ordinal].sum()
