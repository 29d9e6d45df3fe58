"""The supervisor's problems are told in the person's language."""

from __future__ import annotations

import pytest

from ipcsim import language
from ipcsim.run.problems import problem_sentence
from ipcsim.supervisor.messages import Problem


def test_in_english_it_is_what_the_supervisor_says() -> None:
    told = Problem("Process 7 runs unrecorded: no room for its records.", "unrecorded", "7")
    assert problem_sentence(told) == told.sentence
    told = Problem("The recording can't grow any more: No space.", "full", "No space")
    assert problem_sentence(told) == told.sentence
    assert problem_sentence(Problem("python: not found")) == "python: not found"


def test_in_chinese_too() -> None:
    language.use(["zh_CN"])
    try:
        told = problem_sentence(Problem("English", "unrecorded", "4711"))
    finally:
        language.use(["en"])
    assert "4711" in told
    assert "Process" not in told


@pytest.mark.parametrize("kind", ["unrecorded", "full"])
def test_a_kind_keeps_its_detail(kind: str) -> None:
    assert "the detail" in problem_sentence(Problem("English", kind, "the detail"))
