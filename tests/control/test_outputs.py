"""What several threads print through one stream."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from ipcsim.control.executor import Decide
from ipcsim.control.program import ProgramExecutor
from ipcsim.control.steps import Choice, State

PRINTING = Path(__file__).parent / "programs" / "printing_threads.py"

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="templates fork; issue 4")


def following(choices: list[Choice]) -> Decide:
    rest = iter(choices)
    return lambda state: next(rest)


def test_nobody_waits_unseen_for_the_buffer_of_a_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)  # without it there is a buffer
    outputs = set()
    with ProgramExecutor(PRINTING) as executor:
        for seed in range(20):
            dice = random.Random(seed)

            def decide(state: State, dice: random.Random = dice) -> Choice:
                assert not state.outside
                candidate = dice.choice(state.enabled())
                return Choice(candidate.actor, candidate.choices[0])

            walked = executor.run(decide)
            again = executor.run(following(walked.choices()))
            assert again.output == walked.output
            assert again.offered == walked.offered
            # A begun line, a line, a piece and what it is flushed with, two lines.
            printed = [step.actor for step in walked.steps if "write" in step.operation.call]
            assert printed.count("main:one") == 5
            outputs.add(walked.output)
    assert len(outputs) > 10
    assert len({bytes(sorted(output)) for output in outputs}) == 1, "nothing is lost"
