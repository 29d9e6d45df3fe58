"""Who is at a line out of sight stands at the edge of the code."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ipcsim.gui.look.identity import Identity
from ipcsim.gui.look.theme import Theme
from ipcsim.gui.program.code_marks import Mark
from ipcsim.gui.program.code_view import CodeView

MANY = [Identity(n, str(n), n, f"w-{n}", "w") for n in range(9)]


def marks(line: int, count: int = 1) -> dict[int, list[Mark]]:
    return {line: [Mark(who, 0, False, False) for who in MANY[:count]]}


def test_out_of_sight_is_said_at_the_edge_and_a_click_goes_there(qtbot: QtBot) -> None:
    view = CodeView(Theme())
    qtbot.addWidget(view)
    view.resize(420, 300)
    view.show_text("\n".join(f"value += {number}" for number in range(1, 81)))
    with qtbot.waitExposed(view):
        view.show()
    above, below = view._above, view._below
    view.show_marks(marks(3))
    assert not above.isVisible()
    assert not below.isVisible()
    view.show_marks(marks(3) | marks(60))
    assert below.isVisible()
    assert below._text() == "↓ 60"
    assert below.geometry().bottom() == view.viewport().geometry().bottom()
    qtbot.mouseClick(below, Qt.MouseButton.LeftButton)
    assert not below.isVisible(), "line 60 is in sight now"
    assert above._text() == "↑ 3"
    view.show_marks(marks(3) | marks(5))
    assert above._text() == "↑", "two lines: the nearest is in the tip"
    assert "5" in above.toolTip()
    view.show_marks(marks(3, 9))
    assert above._text() == "↑ 9", "too many for badges"
    view.show_marks({})
    assert not above.isVisible()
