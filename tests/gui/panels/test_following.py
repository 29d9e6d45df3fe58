"""Who looks elsewhere in a table isn't pulled away from it, until End goes live again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QApplication
from pytestqt.qtbot import QtBot

from ipcsim.gui.look.identity import identities
from ipcsim.gui.look.theme import Theme, load_fonts
from ipcsim.gui.panels.tables.interleaving_model import InterleavingModel
from ipcsim.gui.panels.tables.long_table import LongTable
from ipcsim.gui.panels.tabs import PanelTabs
from ipcsim.trace.recording import RecordingReader
from ipcsim.trace.trace import Trace
from tests.gui.panels.conftest import Open
from tests.trace.scenes import SCENES


class Growing:
    """A panel on a recording that is being written."""

    def __init__(self, path: Path, qtbot: QtBot, scene: str = "bounded_queue") -> None:
        SCENES[scene](path)
        self.size = path.stat().st_size
        self.trace, self.reader, self.tabs = Trace(), RecordingReader(path), PanelTabs(Theme())
        qtbot.addWidget(self.tabs)
        self.tabs.resize(792, 300)
        self.tabs.show()
        qtbot.waitExposed(self.tabs)
        self.tabs.set_run(self.trace)
        self.until(0.6)

    def until(self, share: float) -> None:
        """So much of it has been written."""
        self.reader.feed(self.trace, int(self.size * share))
        assert self.trace.ended is None
        self.tabs.refresh(identities(self.trace.processes))


@pytest.fixture
def growing(tmp_path: Path, qtbot: QtBot) -> Iterator[Growing]:
    load_fonts()
    made = Growing(tmp_path / "grows.ipcsim", qtbot)
    yield made
    made.tabs.hide()
    made.reader.close()


def table_of(tabs: PanelTabs, page: str) -> LongTable:
    tabs.show_page(page)
    return tabs.events.table if page == "events" else tabs.interleaving.table


def wheel_up(table: LongTable) -> None:
    view = table.view.viewport()
    place, none = QPointF(20, 20), QPoint()
    keys, buttons = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.NoButton
    up, phase, inverted = QPoint(0, 120), Qt.ScrollPhase.NoScrollPhase, False
    QApplication.sendEvent(
        view, QWheelEvent(place, place, none, up, buttons, keys, phase, inverted)
    )


def drag_up(table: LongTable) -> None:
    # As Qt says it of a bar that somebody moves.
    table.bar.setSliderPosition(0)
    table.bar.triggerAction(QAbstractSlider.SliderAction.SliderMove)


@pytest.mark.parametrize("page", ["events", "interleaving"])
@pytest.mark.parametrize("scroll", [wheel_up, drag_up])
def test_who_scrolls_up_stays_there(growing: Growing, page: str, scroll: object) -> None:
    assert callable(scroll)
    tabs = growing.tabs
    table = table_of(tabs, page)
    assert table.bar.value() == table.bar.maximum()
    scroll(table)
    at, whole = table.bar.value(), table.model.total()
    assert at < table.bar.maximum()
    assert not tabs.axis.following
    growing.until(0.8)
    growing.until(0.9)
    assert table.bar.value() == at
    # What has come can be scrolled to.
    table.bar.setValue(table.bar.maximum())
    assert table.model.total() > whole
    tabs.to_end()
    assert tabs.axis.following
    growing.until(0.95)
    assert table.bar.value() == table.bar.maximum()


def test_scrolling_down_at_the_end_stays_live(growing: Growing) -> None:
    table = table_of(growing.tabs, "events")
    table.bar.triggerAction(QAbstractSlider.SliderAction.SliderToMaximum)
    assert growing.tabs.axis.following


@pytest.mark.parametrize("page", ["events", "interleaving"])
def test_a_table_that_comes_to_the_front_is_where_the_cursor_is(panel: Open, page: str) -> None:
    tabs = panel("bounded_queue")
    table = table_of(tabs, page)
    tabs.show_page("timeline")
    tabs.axis.set_cursor(tabs.axis.begin + 60_000_000)
    tabs.show_page(page)
    before = table.model.current
    tabs.axis.set_cursor(tabs.axis.begin + 60_000_001)
    assert table.model.current == before > 0
    assert table.bar.value() <= before < table.bar.value() + table.page


def test_a_table_that_is_behind_does_not_scroll_through_all_that_has_come(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    growing = Growing(tmp_path / "grows.ipcsim", qtbot, "queue_at_speed")
    panel = growing.tabs.interleaving
    table = table_of(growing.tabs, "interleaving")
    made: list[int] = []
    show = InterleavingModel.show_around

    def noted(self: InterleavingModel, time: int) -> bool:
        made.append(time)
        return show(self, time)

    monkeypatch.setattr(InterleavingModel, "show_around", noted)
    # Between two frames more is read than the axis knows of: the table goes on behind the cursor.
    growing.reader.feed(growing.trace, int(growing.size * 0.7))
    panel._built.invalidate()
    growing.tabs.axis.cursor_changed.emit()
    assert table.bar.value() < table.bar.maximum()
    # Then the cursor is far behind the table's last row, and it isn't time for another table yet.
    growing.until(0.9)
    assert len(made) == 1
    growing.reader.close()
