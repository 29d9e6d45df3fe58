"""What an access is part of: an update (read, then write), or a check before an act."""

from __future__ import annotations

import ast

import numpy as np

from ipcsim.trace.accesses import Accesses
from ipcsim.trace.moment import Place
from ipcsim.trace.syntax import syntax

OFTEN = 3
"""Who reads a value so often at one place looks again and again until it changes."""
_WINDOW = 4096
_TRIED = 400


class Roles:
    """Answers for the accesses of one object."""

    def __init__(self, one: Accesses) -> None:
        self.one = one
        self.bases = one.base.view
        self.actors = one.column("actor")
        self.elements, self.writes = one.column("element"), one.column("write")
        self.statements = one.column("statement")
        self._checks: dict[int, tuple[int, int] | None] = {}
        self._based = set(self.bases[self.bases >= 0].tolist()) if len(one) < 1 << 20 else None

    def place(self, at: int) -> Place | None:
        """Where an access happened."""
        return self.one.trace.place(self.one.row(at))

    def of_thread(self, at: int) -> list[int]:
        """The same thread's next accesses to the same element, this one first."""
        end = min(len(self.actors), at + _WINDOW)
        same = (self.actors[at:end] == self.actors[at]) & (
            self.elements[at:end] == self.elements[at]
        )
        found: list[int] = (np.flatnonzero(same)[:8] + at).tolist()
        return found

    def update(self, at: int) -> tuple[int, int] | None:
        """The read and the write of the update that an access is part of."""
        if self.writes[at]:
            base = int(self.bases[at])
            return (base, at) if base >= 0 else None
        if self._based is not None and at not in self._based:
            return None
        following = self.of_thread(at)[1:2]
        if following and int(self.bases[following[0]]) == at:
            return at, following[0]
        return None

    def check(self, at: int) -> tuple[int, int] | None:
        """A check and its act, by the statement that an access is the check of.

        The check is a read in the condition of an ``if`` or ``while``, the act a write under it.
        One where another's write fell in between is preferred.
        """
        if self.writes[at]:
            return None
        statement = int(self.statements[at])
        if statement not in self._checks:
            self._checks[statement] = self._look_for_act(at, statement)
        return self._checks[statement]

    def _look_for_act(self, at: int, statement: int) -> tuple[int, int] | None:
        found = syntax(self.one.trace).at(self.place(at))
        if found is None:
            return None
        source, node = found
        branch = next((outer for outer, part in source.above(node) if _is_test(outer, part)), None)
        if not isinstance(branch, (ast.If, ast.While)):
            return None
        first, last = branch.body[0].lineno, branch.body[-1].end_lineno or 0
        best = None
        for check in np.flatnonzero((self.statements == statement) & ~self.writes)[
            :_TRIED
        ].tolist():
            for act in self.of_thread(check)[1:]:
                place = self.place(act)
                if place is None or not first <= place.line <= last:
                    break
                if self.writes[act]:
                    if self.between(check, act) >= 0:
                        return check, act
                    best = best or (check, act)
                    break
        return best

    def between(self, begin: int, end: int) -> int:
        """Another's write to the same element between two accesses; -1 for none."""
        end = min(end, begin + _WINDOW)
        hits = np.flatnonzero(
            self.writes[begin:end]
            & (self.elements[begin:end] == self.elements[begin])
            & (self.actors[begin:end] != self.actors[begin])
        )
        return int(hits[0]) + begin if len(hits) else -1

    def raises_flag(self, at: int) -> bool:
        """Whether a write sets a constant, and nobody has ever written anything else there."""
        element = int(self.elements[at])
        values = self.one.column("same")[self.one.writes[element].view]
        if not (values == values[0]).all():
            return False
        found = syntax(self.one.trace).at(self.place(at))
        statement = None if found is None else found[0].statement(found[1])
        return isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant)

    def decides(self, at: int) -> bool:
        """Whether a read stands in a condition."""
        found = syntax(self.one.trace).at(self.place(at))
        if found is None:
            return False
        source, node = found
        for outer, part in source.above(node):
            if isinstance(outer, (ast.If, ast.While, ast.IfExp, ast.Assert)):
                return part is outer.test
            if isinstance(outer, ast.comprehension) and part in outer.ifs:
                return True
            if isinstance(outer, ast.stmt):
                return False
        return False

    def is_polled(self, at: int) -> bool:
        """Whether the thread reads this element at this place again and again."""
        low, high = max(0, at - _WINDOW), min(len(self.actors), at + _WINDOW)
        same = (
            (self.actors[low:high] == self.actors[at])
            & (self.elements[low:high] == self.elements[at])
            & (self.statements[low:high] == self.statements[at])
            & ~self.writes[low:high]
        )
        return int(np.count_nonzero(same)) >= OFTEN


def _is_test(outer: ast.AST, part: ast.AST) -> bool:
    return isinstance(outer, (ast.If, ast.While)) and part is outer.test
