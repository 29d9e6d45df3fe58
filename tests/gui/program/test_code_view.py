"""The code on screen: what has changed is drawn, and nothing else is needed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ipcsim.gui.look.identity import Identity
from ipcsim.gui.look.theme import Theme
from ipcsim.gui.program.code_marks import Mark
from ipcsim.gui.program.code_view import CodeView

TEXT = "\n".join(f"value += {number}" for number in range(40))
WHO = [Identity(n, str(n), n, f"w-{n}", "w") for n in range(9)]


@pytest.fixture
def view(qtbot: QtBot) -> CodeView:
    view = CodeView(Theme())
    qtbot.addWidget(view)
    view.resize(420, 300)
    view.show_text(TEXT)
    with qtbot.waitExposed(view):
        view.show()
    return view


def on_screen(view: CodeView) -> QImage:
    """What has been painted, piece by piece."""
    QApplication.sendPostedEvents()
    QApplication.processEvents()
    return view.screen().grabWindow(view.winId()).toImage()


def lines(*numbers: int, waiting: bool = False) -> dict[int, list[Mark]]:
    return {n: [Mark(WHO[n % 9], 0, waiting, False)] for n in numbers}


@pytest.mark.parametrize(
    "after",
    [
        lines(3, 8),
        lines(4),
        lines(3, waiting=True),
        {3: [Mark(w, 0, False, False) for w in WHO]},
        {},
    ],
)
def test_only_lines_that_change_are_drawn_and_that_is_enough(
    view: CodeView, after: dict[int, list[Mark]]
) -> None:
    view.show_marks(lines(3))
    before = on_screen(view)
    view.show_marks(after)
    in_part = on_screen(view)
    assert in_part != before
    view.viewport().update()
    view._numbers.update()
    assert on_screen(view) == in_part


def test_a_badge_can_be_clicked_where_it_stands_now(view: CodeView, qtbot: QtBot) -> None:
    view.show_marks(lines(3, 5))
    on_screen(view)
    view.show_marks(lines(4, 5))
    on_screen(view)
    row = view.blockBoundingRect(view.firstVisibleBlock()).height()
    clicked: list[int] = []
    view.process_clicked.connect(clicked.append)
    x = view.viewport().width() - 16
    for line in (3, 4, 5):
        at = QPoint(x, round((line - 0.5) * row + 4))
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert clicked == [4, 5]
