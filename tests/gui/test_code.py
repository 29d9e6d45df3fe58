"""The program on screen: colours, who is where, what differs."""

from __future__ import annotations

from ipcsim.gui.code_marks import Mark, difference, elsewhere, marks, pills
from ipcsim.gui.highlight import spans
from ipcsim.gui.identity import Identity
from ipcsim.gui.results import common_end
from ipcsim.gui.words import plain, rich
from ipcsim.supervisor.messages import State
from ipcsim.trace.moment import ActorAt, Moment, Place, ProcessAt


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
    assert (8, 0) not in line
    assert [(start, role) for start, _length, role in line if role == "comment"] == [
        (10, "comment")
    ]


def test_a_string_over_several_lines_is_coloured_on_each() -> None:
    found = spans('"""one\ntwo\n"""\n')
    assert [[role for _s, _l, role in line] for line in found[:3]] == [["string"]] * 3


def test_words_that_all_results_end_with_are_said_once() -> None:
    assert common_end(["1 of 40", "2 of 40", "40 of 40"]) == "of 40"
    assert common_end(["same", "same"]) == ""
    assert common_end(["one"]) == ""


def test_code_in_sentences() -> None:
    assert plain("waits in `q.get()`") == "waits in q.get()"
    assert rich("`a < b` & c") == "<code>a &lt; b</code> &amp; c"
