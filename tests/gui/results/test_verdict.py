"""The line that a run has come to."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QFrame

from ipcsim.analysis import NOTICE, WRONG, Finding
from ipcsim.gui.findings.grade import Grade
from ipcsim.gui.findings.view import FindingsView
from ipcsim.gui.look.theme import Theme
from ipcsim.gui.results.results import Result, ResultsBar
from ipcsim.gui.results.tally import tally
from ipcsim.gui.results.verdict import OutputTail, make_result, repaired_check, telling_lines
from ipcsim.run.lesson import Check
from ipcsim.run.lessons import find_variant, load_lessons
from ipcsim.supervisor.messages import Ended, Output


@pytest.mark.parametrize(
    ("lesson", "printed", "line"),
    [
        ("throttle/broken", "inside: 4 of 2\n4 of 4 ended well\n", "inside: 4 of 2"),
        ("bank_audit/broken", "7544 wrong audits\nin the end 400\n", "7544 wrong audits"),
        ("bank_audit/broken", "0 wrong audits\nin the end 400\n", "0 wrong audits"),
        ("get_nowait_after_put", "early: 187 of 1000\n", "early: 187 of 1000"),
        ("thread_queues/fifo", "3 newspaper\n1 telegram\n2 parcel\nnot read: 0\n", "not read: 0"),
        ("lost_update/fixed", "200000 of 200000\n", "200000 of 200000"),
        ("priority_tie/broken", "", ""),
    ],
)
def test_it_is_the_one_that_tells(lesson: str, printed: str, line: str) -> None:
    found = find_variant(lesson)
    tail = OutputTail(telling_lines(found.lesson, found.variant))
    tail.take([Output(0, 1, 0, printed.encode())])
    assert tail.line == line


def test_of_a_program_of_one_s_own_it_is_the_last(qtbot: object) -> None:
    tail = OutputTail(telling_lines(None, None))
    tail.take([Output(0, 1, 0, b"first\nlast\n")])
    assert tail.line == "last"


def test_a_single_result_is_whole(qtbot: object, qapp: object) -> None:
    bar = ResultsBar(Theme())

    def result(line: str) -> Result:
        return Result("x", line, 0, 1.0, False, False, ())

    bar.show_results([result("1.0 at work on average")])
    assert "1.0 at work on average" in bar._label.text()
    bar.show_results([result(f"{n}.0 at work on average, as far") for n in range(6)])
    assert "at work on average" not in bar._label.text().partition("&nbsp;")[0]


def test_a_run_that_should_have_printed_and_did_not_says_so() -> None:
    silent = Result("x", "", 0, 1.0, False, False, (), right=False)
    assert silent.word == "nothing printed"
    assert Result("x", "", 0, 1.0, False, False, ()).word == "exit 0"


COLOURS = Theme().palette


@pytest.mark.parametrize(
    ("happened", "severity", "printed", "colour"),
    [
        (True, WRONG, "8 of 8", COLOURS.red),
        (False, WRONG, "8 of 8", COLOURS.amber),
        (False, WRONG, "7 of 8", COLOURS.red),
        (False, NOTICE, "8 of 8", COLOURS.text),
    ],
)
def test_red_is_what_went_wrong_amber_what_only_could(
    qapp: object, happened: bool, severity: str, printed: str, colour: QColor
) -> None:
    tail = OutputTail()
    tail.take([Output(0, 1, 0, f"{printed}\n".encode())])
    finding = Finding("one", "one", "", severity=severity, happened=happened)
    ended = Ended(0, False, False, 1.0, 0)
    bar, listed = ResultsBar(Theme()), FindingsView(Theme())
    bar.show_results([make_result("x", ended, tail, [finding], Check(output="8 of 8"))])
    assert f"color:{colour.name()}" in bar._label.text()
    listed.show_findings([finding], {}, ())
    frame = listed.findChild(QFrame, "finding")
    assert frame is not None
    assert (frame.property("tone") == "amber") != happened


def test_runs_that_hung_are_told_in_one_word(qapp: object) -> None:
    hung = Result("x", "", -9, 1.0, True, False, ())
    other = Result("x", "7 of 8", 0, 1.0, False, False, (), right=False)
    assert [row.text for row in tally([hung, hung, other])] == ["hung", "another result: 7 of 8"]


def test_what_a_person_has_stopped_is_not_wrong(qapp: QApplication) -> None:
    stopped = make_result(
        "program", Ended(-9, False, True, 1.0, 0), OutputTail([]), [], Check(output="^never$")
    )
    assert stopped.grade == Grade.FINE
    bar = ResultsBar(Theme())
    bar.show_results([stopped])
    assert "stopped" in bar._label.text()
    assert "✓" not in bar._label.text()


def test_a_variant_that_is_right_is_judged_by_what_it_prints() -> None:
    for lesson in load_lessons():
        for variant in lesson.variants:
            if variant.verdict == "clean" and variant.check.output:
                assert repaired_check(lesson, variant) is variant.check
    found = find_variant("lost_update/broken", load_lessons())
    (fixed,) = (one for one in found.lesson.variants if one.name == "fixed")
    assert repaired_check(found.lesson, found.variant) is fixed.check
