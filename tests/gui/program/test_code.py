"""The program on screen: colours, who is where, what differs."""

from __future__ import annotations

from dataclasses import replace

from ipcsim.gui.look.identity import Identity
from ipcsim.gui.look.words import plain, rich
from ipcsim.gui.program.code_marks import READ, WRITTEN, Mark, difference, elsewhere, marks, pills
from ipcsim.gui.program.code_steps import steps
from ipcsim.gui.program.highlight import spans
from ipcsim.gui.results.results import common_end
from ipcsim.supervisor.messages import State
from ipcsim.trace.moment import ActorAt, CellAt, Chip, Moment, Place, ProcessAt


def at(process: int, line: int, state: State = State.RUNNING, file: str = "a.py") -> ProcessAt:
    place = Place(file, line)
    actor = ActorAt(process, process, 0, "MainThread", state, 0, "", place, None, "")
    return ProcessAt(
        process, f"w-{process}", "w", 1, 0, False, process == 0, state, 0, None, "", (actor,)
    )


WHO = {n: Identity(n, str(n) if n else "M", n, f"w-{n}", "w") for n in range(9)}


def test_badges_stand_at_the_lines_of_their_processes() -> None:
    moment = Moment(0, (at(0, 9), at(1, 4, State.WAITING), at(2, 4), at(3, 4, State.ENDED)))
    found = marks(moment, WHO, "a.py")
    assert [m.who.label for m in found[4]] == ["1", "2"], "who has ended is nowhere"
    assert [m.waiting for m in found[4]] == [True, False]
    assert [m.who.label for m in found[9]] == ["M"]


def test_who_is_in_another_file_is_counted() -> None:
    moment = Moment(0, (at(0, 9), at(1, 4, file="b.py"), at(2, 5, file="b.py")))
    assert elsewhere(moment, "a.py") == {"b.py": 2}


def test_many_on_a_line_become_pills() -> None:
    red = Identity(1, "1", 1, "", "")
    blue = Identity(2, "2", 2, "", "")
    on_line = [Mark(red, 0, n < 14, False) for n in range(17)] + [Mark(blue, 0, False, False)] * 3
    assert [pill.text for pill in pills(on_line)] == ["17 · 14 wait", "3"]


def test_difference_marks_changed_and_missing_lines() -> None:
    broken = ["def f():", "    x += 1", "    g()"]
    fixed = ["def f():", "    with lock:", "        x += 1"]
    assert difference(broken, fixed).changed == {2, 3}
    assert difference(["a", "c"], ["a", "b", "c"]).missing == {2}


def test_colours_are_counted_as_qt_counts() -> None:
    # 𝄞 is one character for Python, two units for Qt.
    (line,) = spans('x = "𝄞"  # note')
    assert all(length for _start, length, _role in line)
    assert [(start, role) for start, _length, role in line if role == "comment"] == [
        (10, "comment")
    ]


def test_a_string_over_several_lines_is_coloured_on_each() -> None:
    found = spans('"""one\ntwo\n"""\n')
    assert [[role for _s, _l, role in line] for line in found[:3]] == [["string"]] * 3


def test_words_that_all_results_end_with_are_said_once() -> None:
    assert common_end(["1 of 40", "2 of 40", "40 of 40"]) == "of 40"
    assert common_end(["same", "same"]) == ""
    assert common_end(["sum 210", "sum 210"]) == "", "the result stays where it is"
    assert common_end(["one"]) == ""


def test_code_in_sentences() -> None:
    assert plain("waits in `q.get()`") == "waits in q.get()"
    assert rich("`a < b` & c") == "<code>a &lt; b</code> &amp; c"


def test_an_addition_in_place_is_opened_for_who_acted_last() -> None:
    who = WHO[1]
    read = Mark(who, 0, False, False, READ, 5)
    written = Mark(WHO[2], 0, False, False, WRITTEN, 9)
    found = steps("        counter.value += 1", [read, written])
    assert found is not None
    assert found.texts == ("read", "add 1", "write")
    assert found.done == WRITTEN
    alone = steps("total[0] -= step  # one less", [read])
    assert alone is not None
    assert (alone.texts[1], alone.done) == ("subtract step", READ)
    assert steps("x == 1", [read]) is None
    assert steps("counter.value = 1", [read]) is None
    assert steps("counter.value += 1", [Mark(who, 0, False, False)]) is None


def test_who_has_read_is_told_only_where_each_operation_is_looked_at() -> None:
    place = Place("a.py", 4)
    actor = ActorAt(1, 1, 0, "MainThread", State.RUNNING, 70, "counter.value", place, 3, "")
    card = replace(at(1, 4), actors=(actor,), chips=(Chip(3, None, "41", False),))
    moment = Moment(0, (card,), cells={3: (CellAt(3, None, "41"),)})
    assert marks(moment, WHO, "a.py")[4][0].done == 0
    (mark,) = marks(moment, WHO, "a.py", each=True)[4]
    assert (mark.done, mark.since) == (READ, 70)
    (mark,) = marks(replace(moment, processes=(replace(card, chips=()),)), WHO, "a.py", True)[4]
    assert mark.done == WRITTEN


def test_badges_on_a_line_stand_by_number() -> None:
    who = {1: replace(WHO[1], label="3"), 2: WHO[2], 3: replace(WHO[3], label="1")}
    who = {n: replace(one, colour=1) for n, one in who.items()}
    found = marks(Moment(0, (at(1, 4), at(2, 4), at(3, 4))), who, "a.py")
    assert [mark.who.label for mark in found[4]] == ["1", "2", "3"]
