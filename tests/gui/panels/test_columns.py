"""What happened is read to its end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF
from pytestqt.qtbot import QtBot

from ipcsim.gui.look.theme import Theme
from ipcsim.gui.panels.tables.events_model import OPERATION, SENTENCE
from ipcsim.gui.window import Window


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_sentences_are_whole(
    window: Window, qtbot: QtBot, scene: Callable[[str], Path], scale: float
) -> None:
    window.set_theme(Theme(scale=scale))
    window.open_file(scene("lost_update"))
    panels = window.layout_.panels
    panels.show_page("events")
    model, table = panels.events.model, panels.events.table
    qtbot.waitUntil(lambda: model.rowCount() > 0)
    for key in (Qt.Key.Key_Home, Qt.Key.Key_Right, Qt.Key.Key_End):
        qtbot.keyClick(window, key)
        for row in range(model.rowCount()):
            for column in (OPERATION, SENTENCE):
                index = model.index(row, column)
                wide = QFontMetricsF(index.data(Qt.ItemDataRole.FontRole)).horizontalAdvance(
                    index.data()
                )
                assert wide + 8 * scale <= table.view.columnWidth(column), index.data()
    if scale == 1.0:
        assert window.width() == 1280
        assert table.view.horizontalScrollBar().maximum() == 0


def test_columns_only_grow_while_rows_go_by(
    window: Window, qtbot: QtBot, scene: Callable[[str], Path]
) -> None:
    window.open_file(scene("lost_update"))
    panels = window.layout_.panels
    panels.show_page("events")
    view = panels.events.table.view
    qtbot.waitUntil(lambda: panels.events.model.rowCount() > 0)
    before = [0] * SENTENCE
    qtbot.keyClick(window, Qt.Key.Key_Home)
    for _ in range(20):
        qtbot.keyClick(window, Qt.Key.Key_Right)
        now = [view.columnWidth(column) for column in range(SENTENCE)]
        assert all(old <= new for old, new in zip(before, now, strict=True))
        before = now


def test_filters_stay_at_the_top_while_there_are_no_events(window: Window, qtbot: QtBot) -> None:
    panels = window.layout_.panels
    panels.show_page("events")
    events = panels.events
    qtbot.waitUntil(events.empty.isVisible)
    qtbot.waitUntil(lambda: events.process.geometry().top() <= 10, timeout=2000)


@pytest.mark.parametrize("theme", [Theme(), Theme(scale=1.5), Theme(presenting=True)])
def test_no_heading_is_shortened(
    window: Window, qtbot: QtBot, scene: Callable[[str], Path], theme: Theme
) -> None:
    window.resize(1920, 1080)
    window.set_theme(theme)
    window.open_file(scene("lost_update"))
    events = window.layout_.panels.events
    window.layout_.panels.show_page("events")
    qtbot.waitUntil(lambda: events.model.rowCount() > 0)
    shown = [c for c in range(SENTENCE) if not events.table.view.isColumnHidden(c)]
    assert len(shown) > 3
    for column in shown:
        title = events.model.headerData(column, Qt.Orientation.Horizontal)
        needed = QFontMetricsF(theme.font(12, 600)).horizontalAdvance(title) + theme.px(12)
        assert events.table.view.columnWidth(column) >= needed, title
    # The style sheet is the application's: what is tested next isn't in a hall.
    window.set_theme(Theme())
