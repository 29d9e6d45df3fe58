"""A subtree folds into its root, which stands for it: "+5"."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from ipcsim.gui.stage import StageView
from ipcsim.gui.stage.folding import compose_folds
from tests.gui.stage import scenes
from tests.gui.stage.conftest import paint, pixels
from tests.gui.stage.scenes import Made


def nested() -> Made:
    """Producer 1 has started consumer 3, and that one consumer 4."""
    made = scenes.producers()
    parents = {3: 1, 4: 3}
    processes = tuple(
        replace(p, parent=parents.get(p.process, p.parent)) for p in made.moment.processes
    )
    return replace(made, moment=replace(made.moment, processes=processes))


def test_those_below_go_and_come_back(view: StageView, qtbot: QtBot) -> None:
    whole = paint(view, nested())
    shown = set(view.plan.cards)
    colours = {p: w.colour for p, w in view.scene_shown.who.items()}
    assert view.below(1) == (3, 4)
    view.fold(1, True)
    assert shown - set(view.plan.cards) == {3, 4}
    assert {p: w.colour for p, w in view.scene_shown.who.items()} == colours
    (pill,) = compose_folds(view.scene_shown)
    assert pill.args == ("+2",)
    # What they send and get comes from who stands for them.
    assert view.scene_shown.whole(4) == view.plan.cards[1].rect
    at = QPoint(round(pill.x + pill.w / 2), round(pill.y + pill.h / 2))
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert set(view.plan.cards) == shown
    assert (pixels(view) == whole).all()


def test_the_outermost_stands_for_all(view: StageView) -> None:
    paint(view, nested())
    view.fold(3, True)
    view.fold(1, True)
    assert set(view.scene_shown.folded.values()) == {1}
    view.fold(1, False)
    assert view.scene_shown.folded == {4: 3}
