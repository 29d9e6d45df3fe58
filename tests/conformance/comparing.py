"""What differs between the suite bare and watched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.conformance.running import Outcome, outcomes

REPEATS = 3


@dataclass(frozen=True)
class Difference:
    """A test that comes out otherwise with the probe than without."""

    suite: str
    test: str
    bare: Outcome
    watched: Outcome


@dataclass(frozen=True)
class Comparison:
    """The suite, bare and watched."""

    tests: int
    passed: int
    """How many passed both ways."""
    flaky: list[str]
    """Tests that came out differently from run to run without the probe."""
    once: list[str]
    """Tests that differed in the first run and in none of their repetitions."""
    differences: list[Difference]


def compare(suite: str, python: str, tests: Sequence[str]) -> Comparison:
    """Run tests bare and watched; what differs is repeated, alone, before it counts."""
    bare = outcomes(suite, python, tests, False)
    watched = outcomes(suite, python, tests, True)
    differing = [test for test in tests if bare[test].outcome != watched[test].outcome]
    flaky, once, differences = [], [], []
    for test in differing:
        seen = {bare[test].outcome}
        for _ in range(REPEATS):
            seen.add(outcomes(suite, python, [test], False)[test].outcome)
        if len(seen) > 1:
            flaky.append(test)
            continue
        for _ in range(REPEATS):
            again = outcomes(suite, python, [test], True)[test]
            if again.outcome not in seen:
                differences.append(Difference(suite, test, bare[test], again))
                break
        else:
            once.append(test)
    same = [test for test in tests if bare[test].outcome == watched[test].outcome == "passed"]
    return Comparison(len(tests), len(same), flaky, once, differences)
