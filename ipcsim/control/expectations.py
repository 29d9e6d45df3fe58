"""What a program should print, or must not: for programs that go wrong without failing."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ipcsim.control.steps import Outcome

_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Expected:
    """A judgement of what a program that ended well has written to stdout."""

    pattern: str
    """Regular expression, multi-line mode."""
    wrong: bool
    """True: who prints this has gone wrong. False: who doesn't has."""

    def judge(self, output: bytes) -> Outcome | None:
        """An outcome that fails if the output is wrong; None if it is right."""
        text = output.decode("utf-8", "replace")
        found = re.search(self.pattern, text, re.MULTILINE)
        if bool(found) is not self.wrong:
            return None
        lines = found[0].strip().splitlines() if found else text.strip().splitlines()
        said = lines[-1][:_LONGEST] if lines else ""
        sentence = f"wrong result: {said}" if said else "wrong result: nothing was printed"
        return Outcome("wrong_result", sentence, True, f"wrong_result {said}")
