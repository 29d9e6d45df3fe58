"""The last row of the table of turns, as it is drawn."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from ipcsim.gui.look.identity import Identity
from ipcsim.gui.look.theme import Theme
from ipcsim.gui.step.table.measures import Measures
from ipcsim.gui.step.table.painting import TablePainter
from ipcsim.gui.step.table.rows import Column, Content
from ipcsim.gui.step.table.table import StepTable
from ipcsim.run.outsiders import Outsider

SENTENCE = "only who is outside control goes on"


def drawn(qtbot: QtBot, outside: list[int], scale: float) -> tuple[StepTable, QImage]:
    """The table of four actors of whom some are outside control and nobody can go on."""
    names = [f"worker-{n}" for n in range(4)]
    columns = [
        Column(name, Identity(n, str(n), n, name, ""), name, False) for n, name in enumerate(names)
    ]
    outsiders = {
        names[n]: Outsider(names[n], names[n], 1000 + n, None, waits=False) for n in outside
    }
    table = StepTable(Theme("dark", scale))
    qtbot.addWidget(table)
    table.resize(round(800 * scale), round(200 * scale))
    table.show_content(Content(tuple(columns), offers={}, outside=outsiders), SENTENCE)
    return table, table.grab().toImage()


def columns_that_differ(one: QImage, other: QImage) -> list[int]:
    """Where pictures of one size differ: x of pixels."""
    return [
        x
        for x in range(one.width())
        if any(one.pixel(x, y) != other.pixel(x, y) for y in range(one.height()))
    ]


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.5])
@pytest.mark.parametrize("outside", [[0], [1], [3], [0, 1], [1, 2], [0, 2], [0, 3]])
def test_its_sentence_stands_beside_who_is_outside_control(
    outside: list[int], scale: float, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    table, whole = drawn(qtbot, outside, scale)
    monkeypatch.setattr(TablePainter, "_answer", lambda *_: None)
    _table, silent = drawn(qtbot, outside, scale)
    said = columns_that_differ(whole, silent)
    assert said
    for number in outside:
        left, width = table._canvas.measures().columns[number]
        assert not [x for x in said if left <= x < left + width]


def test_there_is_none_where_it_has_no_room(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    _table, whole = drawn(qtbot, [0, 1, 2, 3], 1.0)
    monkeypatch.setattr(TablePainter, "_answer", lambda *_: None)
    _table, silent = drawn(qtbot, [0, 1, 2, 3], 1.0)
    assert not columns_that_differ(whole, silent)


def test_it_is_whole_where_there_is_room_for_one_line_of_its_reasons(qtbot: QtBot) -> None:
    """As at 250 % on a projector: its buttons' lower edge was cut."""
    canvas = drawn(qtbot, [0, 1], 2.5)[0]._canvas
    usual = canvas.measures()
    height = int(usual.head + usual.asks - 10)
    measures = Measures.of(canvas.theme, canvas.content, canvas.width(), height)
    assert measures.visible == 0
    assert measures.question(0, 0).bottom() <= height
