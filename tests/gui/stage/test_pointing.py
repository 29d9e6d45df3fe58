"""The mouse: a click says what it has hit, dragging moves and is remembered."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from ipcsim.gui.stage import StageView
from ipcsim.gui.stage.anatomy.geometry import Rect
from ipcsim.gui.stage.hints import hint
from tests.gui.stage import scenes
from tests.gui.stage.conftest import paint, pixels


def middle(rect: Rect) -> QPoint:
    return QPoint(round(rect.centre.x), round(rect.centre.y))


def test_a_click_hits_the_process_under_it(view: StageView, qtbot: QtBot) -> None:
    paint(view, scenes.producers())
    for process, slot in list(view.plan.cards.items()):
        with qtbot.waitSignal(view.process_clicked, timeout=1000) as clicked:
            qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=middle(slot.rect))
        assert clicked.args == [process]


def test_each_of_64_tiles_is_hit(view: StageView, qtbot: QtBot) -> None:
    paint(view, scenes.crowd())
    hit: list[int] = []
    view.process_clicked.connect(hit.append)
    for slot in list(view.plan.cards.values()):
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=middle(slot.rect))
    assert hit == list(view.plan.cards)


def test_a_click_hits_the_object_under_it(view: StageView, qtbot: QtBot) -> None:
    paint(view, scenes.locks())
    for number, node in list(view.plan.nodes.items()):
        with qtbot.waitSignal(view.object_clicked, timeout=1000) as clicked:
            qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=middle(node.rect))
        assert clicked.args == [number]


def test_a_click_selects_and_one_beside_it_deselects(view: StageView, qtbot: QtBot) -> None:
    plain = paint(view, scenes.producers())
    selected: list[int | None] = []
    view.process_selected.connect(selected.append)
    at = middle(view.plan.cards[3].rect)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert (pixels(view) != plain).any()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(400, 5))
    assert selected == [3, None]
    assert (pixels(view) == plain).all()


def test_dragging_moves_a_card_and_is_told(view: StageView, qtbot: QtBot) -> None:
    paint(view, scenes.producers())
    start = middle(view.plan.cards[3].rect)
    end = QPoint(420, 200)
    port = view.viewport()
    with qtbot.waitSignal(view.positions_changed, timeout=1000) as told:
        qtbot.mousePress(port, Qt.MouseButton.LeftButton, pos=start)
        qtbot.mouseMove(port, start + QPoint(30, 0))
        qtbot.mouseMove(port, end)
        qtbot.mouseRelease(port, Qt.MouseButton.LeftButton, pos=end)
    (positions,) = told.args
    assert set(positions) == {"p:consumer-3"}
    assert abs(view.plan.cards[3].rect.centre.x - end.x()) <= 2
    other = StageView(view._theme)
    qtbot.addWidget(other)
    other.resize(view.size())
    other.show()
    other.positions = positions
    paint(other, scenes.producers())
    assert other.plan.cards[3] == view.plan.cards[3]


def test_what_was_shortened_is_whole_in_the_hint(view: StageView) -> None:
    paint(view, scenes.long_names())
    card = view.plan.cards[1].rect.centre
    tube = view.plan.nodes[0].rect.centre
    assert "ForkServerPoolWorker-12:3" in hint(view.scene_shown, *card)
    assert "queue_with_a_remarkably_long_name" in hint(view.scene_shown, *tube)
    assert "line 11" in hint(view.scene_shown, *tube)
    assert hint(view.scene_shown, 400, 2) == ""


def test_code_in_a_sentence_is_code_in_the_hint(view: StageView) -> None:
    made = scenes.lost_update()
    first, *rest = made.moment.processes
    at = replace(first.actors[0], sentence="waits in `a.get()`: <empty>")
    processes = (replace(first, actors=(at,)), *rest)
    paint(view, replace(made, moment=replace(made.moment, processes=processes)))
    said = hint(view.scene_shown, *view.plan.cards[first.process].rect.centre)
    assert "waits in <code>a.get()</code>: &lt;empty&gt;" in said


def test_objects_without_traffic_can_be_shown_and_hidden_again(
    view: StageView, qtbot: QtBot
) -> None:
    made = scenes.producers()
    idle = [
        replace(made.objects[0], object=100 + n, kind="Lock", name=f"lock {n}", bound=None)
        for n in range(14)
    ]
    paint(view, replace(made, objects=[*made.objects, *idle]))
    hidden = view.plan.idle
    assert hidden == 14
    before = len(view.plan.nodes)
    foot = QPoint(view.viewport().width() // 2, view.viewport().height() - 5)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=foot)
    shown = len(view.plan.nodes) + view.plan.crowded_out
    assert shown == before + 14
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=foot)
    assert len(view.plan.nodes) == before
