"""Threads that are over keep a row in their process's card, where there is room."""

from __future__ import annotations

from dataclasses import replace

from ipcsim.gui.look.identity import identities
from ipcsim.gui.stage import StageView
from ipcsim.gui.stage.composing.faces import Face, face_of
from ipcsim.gui.stage.hints import hint
from ipcsim.gui.stage.structure import Gathering
from ipcsim.gui.stage.threads import ROWS
from ipcsim.supervisor.messages import State
from ipcsim.trace.moment import ActorAt
from tests.gui.stage.conftest import paint
from tests.gui.stage.scenes import Made
from tests.gui.stage.scenes.builder import NOW, Stage


def made_of(living: int, *gone: ActorAt, before: int = 0, state: State = State.ENDED) -> Made:
    """A program of one process, and threads."""
    s = Stage()
    threads = [("jobs.get()", State.WAITING)] * living
    s.process("MainProcess", state=state, exit_code=0, threads=threads, role="main", parent=None)
    made = s.done()
    process = replace(made.moment.processes[0], gone=gone, gone_before=before)
    return replace(made, moment=replace(made.moment, processes=(process,)))


def over(thread: int, error: str = "") -> ActorAt:
    """A thread that is over."""
    state = State.CRASHED if error else State.ENDED
    return ActorAt(2000 + thread, 0, thread, f"t{thread}", state, NOW, "", None, None, error)


def face(made: Made, room: int = ROWS) -> Face:
    process = made.moment.processes[0]
    who = identities(made.moment.processes)[0]
    return face_of(process, who, NOW, room=room)


def test_who_did_the_work_and_how_it_ended_is_still_there() -> None:
    shown = face(made_of(0, over(1), over(2, "TypeError: '<' not supported between dicts")))
    assert [row.text for row in shown.rows] == ["t1 · ended", "t2 · TypeError"]
    assert [row.state for row in shown.rows] == [State.ENDED, State.CRASHED]


def test_rows_stay_in_their_order_when_one_ends() -> None:
    shown = face(made_of(2, over(7), over(0)))
    assert [row.text for row in shown.rows] == [
        "t0 · ended",
        "jobs.get()",
        "jobs.get()",
        "t7 · ended",
    ]


def test_of_many_the_last_ones_have_rows_and_the_others_are_a_number() -> None:
    made = made_of(0, *(over(n) for n in range(483, 501)), before=482)
    shown = face(made)
    assert [row.text for row in shown.rows] == ["t498 · ended", "t499 · ended", "t500 · ended"]
    assert shown.more_gone == 497
    assert (face(made_of(ROWS, over(9))).more_gone, len(face(made_of(ROWS, over(9))).rows)) == (
        0,
        ROWS,
    )


def test_many_short_threads_make_no_card_higher_than_a_few_do() -> None:
    gathering = Gathering()
    heights = []
    for n in (0, 1, 4, 18):
        gathering.look(made_of(0, *map(over, range(1, n + 1))).moment, ())
        member = gathering.structure.members[0]
        heights.append((member.threads, member.spread))
    assert heights == [(0, 1), (1, 1), (ROWS, 1), (ROWS, 1)]


def test_an_ended_process_shows_them_below_its_line(view: StageView) -> None:
    one = made_of(0, over(1, "ValueError: 7 & 8"))
    bare = paint(view, made_of(0))
    seen = paint(view, one)
    assert (seen != bare).any()
    rect = view.plan.cards[0].rect
    red = (seen[..., 2] > 180) & (seen[..., 1] < 110) & (seen[..., 0] < 110)
    assert red.any()
    rows = red.any(axis=1).nonzero()[0]
    assert rect.centre.y < rows[0] <= rows[-1] < rect.bottom
    assert "t1: ValueError: 7 &amp; 8" in hint(view.scene_shown, *rect.centre)
