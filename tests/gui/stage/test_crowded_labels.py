"""What is said of many in little room: labels, numbers and names stay whole, and apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations
from math import hypot

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter

from ipcsim.gui.look.theme import Theme, load_fonts
from ipcsim.gui.stage import StageView
from ipcsim.gui.stage.anatomy.geometry import Rect
from ipcsim.gui.stage.anatomy.shapes import Level, Shape, natural_size
from ipcsim.gui.stage.arranging.layout import arrange
from ipcsim.gui.stage.arranging.shelves import shelve
from ipcsim.gui.stage.composing.faces import Face
from ipcsim.gui.stage.composing.links import compose_links
from ipcsim.gui.stage.drawing.cards import card
from ipcsim.gui.stage.drawing.pen import LEFT, Pen, sizes_of
from ipcsim.gui.stage.drawing.texts import NARROWEST, in_disc, without_middle
from ipcsim.gui.stage.drawing.tubes import LaneFace, PipeFace, pipe
from ipcsim.gui.stage.structure import Member, Structure, Thing
from ipcsim.gui.stage.usage import Link, Way
from ipcsim.supervisor.messages import State
from tests.gui.stage import scenes
from tests.gui.stage.conftest import paint


class Heard(Pen):
    """A pen that remembers what it has written whole."""

    def __init__(self, painter: QPainter, theme: Theme) -> None:
        super().__init__(painter, theme)
        self.said: list[str] = []

    def text(
        self,
        rect: Rect,
        text: str,
        font: QFont,
        colour: QColor,
        align: Qt.AlignmentFlag = LEFT,
        middle: bool = False,
    ) -> float:
        if text and self.width(text, font) * NARROWEST <= rect.w:
            self.said.append(text)
        return super().text(rect, text, font, colour, align, middle)


@pytest.fixture
def pen(qapp: object) -> Iterator[Heard]:
    load_fonts()
    image = QImage(600, 200, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    yield Heard(painter, Theme())
    painter.end()


@pytest.mark.parametrize("label", ["M", "7", "24", "Ma", "Mm", "12a", "200"])
@pytest.mark.parametrize("diameter", [13.0, 15.0, 20.0, 34.0])
def test_a_label_stays_inside_of_its_disc(pen: Heard, label: str, diameter: float) -> None:
    metrics = QFontMetricsF(in_disc(label, diameter, pen.small_bold))
    assert hypot(metrics.horizontalAdvance(label), metrics.capHeight()) <= diameter * 1.08


@pytest.mark.parametrize(
    ("name", "number"),
    [("queues[15]", "[15]"), ("ForkPoolWorker-12", "-12"), ("lock (2)", "(2)")],
)
def test_of_a_short_name_the_number_stays_whole(pen: Heard, name: str, number: str) -> None:
    whole = pen.width(name, pen.small)
    for share in (0.9, 0.7, 0.6):
        assert without_middle(name, whole * share, pen.small).endswith(number)


def test_beside_words_of_a_pipe_its_name_is_read(pen: Heard) -> None:
    lanes = (LaneFace(1, 0.2, to_right=True),)
    face = PipeFace("stock (workers)", "1 on the way", "1", lanes)
    body, foot = Rect(20, 20, 120, 40), Rect(0, 0, 0, 0)
    pipe(pen, Rect(0, 0, 160, 60), face, body, Rect(10, 0, 140, 18), foot)
    assert "stock (workers)" in pen.said
    assert "1" in pen.said
    pen.said.clear()
    pipe(pen, Rect(0, 0, 300, 60), face, body, Rect(10, 0, 280, 18), foot)
    assert "1 on the way" in pen.said


def test_a_pipe_has_a_name_at_each_end_that_stays_when_a_number_comes(pen: Heard) -> None:
    lanes = (LaneFace(1, 0.2, to_right=True),)
    body, foot = Rect(20, 20, 120, 40), Rect(0, 0, 0, 0)
    for count, number, wide in (("", "", 140), ("1 on the way", "1", 140), ("", "", 60)):
        face = PipeFace("link", count, number, lanes, ends=("far", "link"))
        pen.said.clear()
        pipe(pen, Rect(0, 0, 160, 60), face, body, Rect(10, 0, wide, 18), foot)
        named = [text for text in pen.said if text in ("far", "link")]
        assert named == (["far", "link"] if wide == 140 else ["far"])


@pytest.mark.parametrize("label", ["M", "7", "19"])
def test_what_is_left_of_a_small_card_says_who_it_was(pen: Heard, label: str) -> None:
    face = Face(label, 1, f"Process-{label}", State.ENDED, sentence="exit 0")
    card(pen, Rect(0, 0, 64, 30), face)
    assert pen.said == [label]


def test_in_a_chain_in_rows_several_in_one_column_hide_nobody() -> None:
    members = [Member(0, "main", "", None, True)]
    members += [Member(n, f"stage-{n}", "stage", 0, False) for n in range(1, 20)]
    things = [Thing(100 + n, Shape.TUBE, f"queues[{n}]") for n in range(20)]
    # The last but one sends nothing yet, and two more stand beside main.
    links = {Link(n, 100 + n, Way.INTO) for n in range(17)}
    links |= {Link(n + 1, 100 + n, Way.OUT_OF) for n in range(17)}
    links |= {Link(n, 117 + n - 18, Way.INTO) for n in (18, 19)}
    links |= {Link(1, 117 + n - 18, Way.OUT_OF) for n in (18, 19)}
    structure = Structure(tuple(members), tuple(things), frozenset(links))
    sizes = sizes_of(Theme(scale=1.5))
    plan = arrange(structure, 1186, 432, sizes)
    assert {m.process for m in members} == set(plan.cards)
    rects = [slot.rect for slot in plan.cards.values()]
    rects += [node.rect for node in plan.nodes.values()]
    assert not [pair for pair in combinations(rects, 2) if pair[0].touches(pair[1])]
    for node in plan.nodes.values():
        assert node.rect.w >= sizes.px(60)


def test_narrower_pictures_take_what_is_left_for_their_names(pen: Heard) -> None:
    sizes = sizes_of(Theme(scale=2.0))
    things = [Thing(n, Shape.LOCK, f"forks[{n}]") for n in range(6)]
    least, _high = natural_size(Shape.LOCK, Level.FAR, sizes)
    nodes, hidden = shelve(things, Rect(420, 0, 440, 190), sizes)
    assert not hidden
    rects = [node.rect for node in nodes.values()]
    assert min(rect.w for rect in rects) > least * 0.82
    assert max(rect.right for rect in rects) <= 860
    assert not [pair for pair in combinations(rects, 2) if pair[0].touches(pair[1])]


def test_three_opposite_to_two_below_main_say_as_much_as_they() -> None:
    members = [Member(0, "main", "", None, True)]
    members += [Member(n, f"philosopher-{n}", "dine", 0, False) for n in range(1, 6)]
    plan = arrange(Structure(tuple(members)), 792, 288, sizes_of(Theme()), 5)
    assert len({slot.lines for process, slot in plan.cards.items() if process}) == 1


def test_no_line_leads_to_who_has_not_begun(make_view: Callable[..., StageView]) -> None:
    view = make_view()
    for made in (scenes.producers(), scenes.manager()):
        paint(view, made)
        scene = view.scene_shown
        lines = [sum(len(o.args[0]) for o in compose_links(scene))]
        main = [p for p in made.moment.processes if p.is_main]
        early = replace(scene, moment=replace(made.moment, processes=tuple(main)))
        assert all(early.shows(p.process) == p.is_main for p in made.moment.processes)
        lines.append(sum(len(o.args[0]) for o in compose_links(early)))
        assert lines[1] < lines[0]
