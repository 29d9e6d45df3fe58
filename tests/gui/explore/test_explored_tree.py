"""The explored tree: where interleavings part, and what a click plays."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from ipcsim.control.steps import Choice
from ipcsim.gui.explore.explored_tree import Branch, ExploredTree, Interleaving, branches_of
from ipcsim.gui.look.theme import Theme


def leaf(actors: str, fails: bool = False) -> Interleaving:
    return Interleaving(tuple(Choice(actor) for actor in actors), fails, f"ends {actors}")


LEAVES = [leaf("mmab"), leaf("mmba", True), leaf("mmbc", True)]


def test_branches_part_where_choices_do() -> None:
    assert branches_of(LEAVES) == [
        Branch(0, 2, 0, 2, 1.0, 1.0, 2),
        Branch(2, 3, 1, 2, 1.5, 1.0, 2),
        Branch(3, 4, 2, 2, 2.0, 1.5, 1),
        Branch(3, 4, 1, 1, 1.0, 1.5, 1),
        Branch(2, 4, 0, 0, 0.0, 1.0, 0),
    ]
    assert branches_of([]) == []
    assert [b.end for b in branches_of([leaf("mab"), leaf("mabc")])] == [3, 4, 3]


def test_a_click_plays_the_leaf_beside_it(qtbot: QtBot) -> None:
    tree = ExploredTree(Theme())
    qtbot.addWidget(tree)
    tree.resize(300, 100)
    tree.show_interleavings(LEAVES[::-1])
    tree.show()
    for y, actors in ((2, "mmab"), (98, "mmbc")):
        with qtbot.waitSignal(tree.play_wanted) as played:
            qtbot.mouseClick(tree, Qt.MouseButton.LeftButton, pos=QPoint(150, y))
        assert "".join(choice.actor for choice in played.args[0]) == actors


def test_failures_are_red(qtbot: QtBot) -> None:
    theme = Theme()
    tree = ExploredTree(theme)
    qtbot.addWidget(tree)
    tree.resize(300, 100)
    tree.show_interleavings([leaf("ab"), leaf("ba", True)])
    tree.show()
    image = tree.grab().toImage()
    red = theme.palette.red.rgb()
    rows = {y for y in range(100) for x in range(300) if image.pixel(x, y) == red}
    assert rows
    assert min(rows) > 15
