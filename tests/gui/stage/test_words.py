"""The words on cards: shortened, but never what tells one from another."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from PySide6.QtWidgets import QApplication

from ipcsim.gui.look.identity import identities
from ipcsim.gui.look.theme import Theme
from ipcsim.gui.stage import StageView
from ipcsim.gui.stage.anatomy.geometry import Rect
from ipcsim.gui.stage.calm import FIGURES, HOLD, Calm
from ipcsim.gui.stage.composing.crowds import compose_groups, heading, histogram
from ipcsim.gui.stage.composing.faces import NAME_LENGTH, face_of, reason, shortened_name
from ipcsim.gui.stage.composing.tubes import rate_text
from ipcsim.gui.stage.drawing.cards import card as draw_card
from ipcsim.gui.stage.drawing.gates import GateFace, words
from ipcsim.gui.stage.drawing.pen import LEFT, Pen
from ipcsim.gui.stage.drawing.services import far
from ipcsim.gui.stage.drawing.texts import without_middle
from ipcsim.gui.stage.drawing.thread_crowd import fitting
from ipcsim.gui.stage.threads import high
from ipcsim.supervisor.messages import State
from ipcsim.trace.moment import Chip, Moment
from tests.gui.stage import scenes
from tests.gui.stage.conftest import paint
from tests.gui.stage.scenes import NOW, Stage


def test_a_long_name_keeps_its_number() -> None:
    short = shortened_name("ForkServerPoolWorkerProcess-12:3")
    assert len(short) == NAME_LENGTH
    assert short.startswith("ForkServer")
    assert short.endswith("-12:3")
    assert shortened_name("worker-1") == "worker-1"


def test_a_card_says_only_why() -> None:
    whole = "worker-1 waits in `f(a: 1)` (line 9): the queue is empty."
    assert reason(whole) == "the queue is empty"
    assert reason("the queue is empty") == "the queue is empty"


def test_a_rate_is_read_from_afar() -> None:
    assert rate_text(9843.7) == "9\N{NARROW NO-BREAK SPACE}840 /s"
    assert rate_text(14.2) == "14 /s"


def with_state(state: State, t: int) -> Moment:
    made = scenes.lost_update()
    process = replace(made.moment.processes[1], state=state)
    return replace(made.moment, t=t, processes=(process,))


def test_at_full_speed_a_form_is_held_but_an_end_is_seen_at_once() -> None:
    calm = Calm()
    shown = [
        calm.soothe(with_state((State.RUNNING, State.WAITING)[n % 2], NOW + n * 16_000_000))
        .processes[0]
        .state
        for n in range(120)
    ]
    changes = sum(a is not b for a, b in pairwise(shown))
    assert changes <= 120 * 16_000_000 // HOLD + 1
    ended = calm.soothe(with_state(State.KILLED, NOW + 121 * 16_000_000))
    assert ended.processes[0].state is State.KILLED


def test_at_full_speed_figures_change_ten_times_a_second() -> None:
    calm = Calm()
    made = scenes.producers()
    seen = []
    for n in range(60):
        tube = replace(made.moment.tubes[0], depth=n)
        moment = replace(made.moment, t=NOW + n * 16_000_000, tubes={0: tube})
        seen.append(calm.soothe(moment).tubes[0].depth)
    assert len(set(seen)) <= 60 * 16_000_000 // FIGURES + 1
    assert seen[-1] > 50


def test_a_torn_read_is_one_chip_of_two_colours() -> None:
    made = scenes.lost_update()
    card = made.moment.processes[1]
    chips = (Chip(0, 1, "7", False, 0), Chip(0, 0, "3", True))
    who = identities(made.moment.processes)[card.process]
    face = face_of(replace(card, chips=chips), who, made.moment.t, writers={0: -1})
    assert face.chips == (("3", True, who.colour), ("7", False, -1))


def test_numbers_are_those_of_all_other_views(view: StageView) -> None:
    """Also where names begin with 0 and the second one has appeared first."""
    made = scenes.lost_update()
    names = ("MainProcess", "middle-1", "leaf-1", "middle-0", "leaf-0")
    processes = tuple(
        replace(p, name=name, role=name.partition("-")[0])
        for p, name in zip(made.moment.processes, names, strict=False)
    )
    paint(view, replace(made, moment=replace(made.moment, processes=processes)))
    shown = {p: (w.label, w.colour) for p, w in view.scene_shown.who.items()}
    assert shown == {p: (w.label, w.colour) for p, w in identities(processes).items()}


def test_of_more_threads_than_have_a_row_each_has_a_mark() -> None:
    s = Stage()
    s.process(
        "MainProcess", threads=[("get()", State.WAITING)] * 150 + [("x += 1", State.RUNNING)] * 50
    )
    moment = s.done().moment
    process = moment.processes[0]
    who = identities(moment.processes)[0]
    few = replace(process, actors=process.actors[:8])
    assert [row.state for row in face_of(few, who, NOW, spread=2).rows] == [State.WAITING] * 7
    face = face_of(process, who, NOW, spread=3)
    assert (face.rows, face.more_threads) == ((), 0)
    assert [face.crowd.count(one) for one in (State.WAITING, State.RUNNING)] == [150, 50]
    assert high(len(process.actors) - 1, 3) <= high(18, 3)
    for room in (Rect(0, 0, 200, 80), Rect(0, 0, 90, 40)):
        size, columns = fitting(len(face.crowd), room, 12)
        assert -(-len(face.crowd) // columns) * size <= room.h


class Heard(Pen):
    """A pen that keeps what it is told to write."""

    said: tuple[str, ...] = ()

    def text(
        self,
        rect: Rect,
        text: str,
        font: QFont,
        colour: QColor,
        align: Qt.AlignmentFlag = LEFT,
        middle: bool = False,
    ) -> float:
        self.said += (without_middle(text, rect.w, font) if middle else text,)
        return super().text(rect, text, font, colour, align, middle)


@pytest.mark.parametrize(
    ("name", "begins", "ends"), [("savings", "s", "s"), ("forks[12]", "[", "12]"), ("q7", "q", "7")]
)
def test_hardly_any_room_leaves_a_number_or_the_first_letters(
    qapp: QApplication, name: str, begins: str, ends: str
) -> None:
    image = QImage(200, 60, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    pen = Heard(painter, Theme())
    far(pen, Rect(0, 0, 120, 28), name, "", free=38)
    painter.end()
    _figure, shown = pen.said
    assert shown.startswith(begins)
    assert shown.endswith(ends)


ENGLISH = "the queue is empty, and its only producer has exited"
CHINESE = "队列是空的，而它唯一的生产者已经退出，不会再有消息"


@pytest.mark.parametrize(
    ("said", "lines", "seen"),
    [
        (ENGLISH, 3, "the queue is empty"),
        (ENGLISH, 4, ENGLISH),
        (CHINESE, 3, "队列是空的"),
        (CHINESE, 4, CHINESE),
    ],
)
def test_a_reason_is_whole_or_at_least_its_first_half(
    qapp: QApplication, said: str, lines: int, seen: str
) -> None:
    made = scenes.lost_update()
    process = made.moment.processes[1]
    why = f"worker-1 waits in `tasks.get()`: {said}."
    main = replace(process.actors[0], state=State.WAITING, sentence=why)
    face = face_of(
        replace(process, state=State.WAITING, actors=(main,), chips=()),
        identities(made.moment.processes)[process.process],
        made.moment.t,
    )
    image = QImage(200, 120, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    pen = Heard(painter, Theme())
    draw_card(pen, Rect(0, 0, 180, pen.sizes.card_height(lines)), face)
    painter.end()
    between = " " if said is ENGLISH else ""
    assert between.join(pen.said[-1 if lines == 3 else -2 :]) == seen


def test_where_all_have_the_room_cards_have_two_lines_for_a_reason(view: StageView) -> None:
    for workers, lines in ((2, 4), (6, 3)):
        view.clear_stage()
        paint(view, scenes.lost_update(workers))
        assert max(s.lines for s in view.plan.cards.values()) == lines


def test_beside_a_short_gate_s_name_stands_what_is_wrong_and_no_more(qapp: QApplication) -> None:
    image = QImage(200, 60, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    pen = Heard(painter, Theme())
    face = GateFace("lock", "Lock", "its holder is dead: it stays locked", True)
    words(pen, Rect(0, 0, 150, 50), face, Rect(0, 0, 150, 18), Rect(0, 50, 150, 0))
    painter.end()
    assert pen.said == ("lock", "its holder is dead")


@pytest.mark.parametrize(
    ("left", "said"),
    [(None, "asleep"), (3_000_000, "asleep"), (2_340_000_000, "asleep, 2.3 s left")],
)
def test_of_a_short_sleep_nothing_is_counted_down(left: int | None, said: str) -> None:
    made = scenes.lost_update()
    process = made.moment.processes[1]
    deadline = None if left is None else NOW + left
    main = replace(process.actors[0], state=State.ASLEEP, deadline=deadline)
    asleep = replace(process, state=State.ASLEEP, actors=(main,))
    who = identities(made.moment.processes)[process.process]
    assert face_of(asleep, who, NOW).sentence == said


@pytest.mark.parametrize(("code", "word"), [(-9, "killed"), (-15, "terminated")])
def test_kill_and_terminate_are_told_apart(code: int, word: str) -> None:
    made = scenes.lost_update()
    process = replace(made.moment.processes[1], state=State.TERMINATED, exit_code=code)
    who = identities(made.moment.processes)[process.process]
    assert face_of(process, who, NOW).sentence == word


def test_so_they_are_in_the_headings_of_many(view: StageView) -> None:
    for form, made in ((heading, scenes.tiles()), (histogram, scenes.huge())):
        first, *rest = made.moment.processes
        gone = [replace(one, state=State.TERMINATED, exit_code=-9) for one in rest]
        gone[-1] = replace(gone[-1], exit_code=-15)
        moment = replace(made.moment, processes=(first, *gone))
        paint(view, replace(made, moment=moment))
        image = QImage(400, 200, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        pen = Heard(painter, Theme())
        for one in compose_groups(view.scene_shown):
            if one.draw is form:
                one.draw(pen, Rect(0, 0, one.w, one.h), *one.args)
        painter.end()
        words = " ".join(pen.said)
        assert "killed" in words
        assert "died" not in words


def test_a_reason_that_two_lines_cannot_hold_ends_where_a_clause_does(qapp: QApplication) -> None:
    made = scenes.lost_update()
    process = made.moment.processes[1]
    why = "worker-2 waits in `lock.acquire()`: still held by worker-1, which has ended."
    main = replace(process.actors[0], state=State.WAITING, sentence=why)
    face = face_of(
        replace(process, state=State.WAITING, actors=(main,), chips=()),
        identities(made.moment.processes)[process.process],
        made.moment.t,
    )
    image = QImage(200, 120, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    pen = Heard(painter, Theme())
    draw_card(pen, Rect(0, 0, 132, pen.sizes.card_height(4)), face)
    painter.end()
    assert " ".join(pen.said).endswith("still held by worker-1")


def test_where_its_name_has_no_room_the_main_process_is_main(qapp: QApplication) -> None:
    made = scenes.lost_update()
    process = replace(made.moment.processes[0], state=State.ENDED, exit_code=0)
    face = face_of(process, identities(made.moment.processes)[0], NOW)
    for wide, name in ((200, "MainProcess"), (120, "main")):
        image = QImage(200, 60, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        pen = Heard(painter, Theme())
        draw_card(pen, Rect(0, 0, wide, 40), face)
        painter.end()
        assert pen.said == (name, " · exit 0")


@pytest.mark.parametrize(
    ("since", "said"), [(50_000_000, "ending"), (900_000_000, "can't end yet")]
)
def test_who_is_just_ending_isnt_said_to_hang(since: int, said: str) -> None:
    s = Stage()
    s.process("worker-1", "work", State.ENDING)
    process = s.done().moment.processes[0]
    who = identities([process])[0]
    assert face_of(replace(process, since=NOW - since), who, NOW).sentence == said
