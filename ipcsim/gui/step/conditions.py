"""What a person types as a moment to run to: a line, or a value's condition."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from ipcsim.gui.step.table.rows import Content

_CONDITION: Final = re.compile(r"^\s*(.+?)\s*(==|!=|<=|>=|<|>)\s*(.+?)\s*$")
_COMPARE: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def condition(text: str, content: Callable[[], Content]) -> Callable[[], bool] | None:
    """What a person has typed, as a condition on the table: ``counter == 3``; None for nonsense."""
    match = _CONDITION.match(text)
    if match is None or match[1] not in content().values:
        return None
    name, sign, wanted = match.groups()

    def holds() -> bool:
        shown = content()
        if not shown.rows or name not in shown.values:
            return False
        value = shown.rows[-1].values[shown.values.index(name)]
        try:
            return _COMPARE[sign](float(value), float(wanted))
        except ValueError:
            return _COMPARE[sign](value, wanted)

    return holds


def line_of(text: str) -> int:
    """The line that a person has typed, ``9`` or ``line 9``; 0 for none."""
    match = re.fullmatch(r"\D*?(\d+)\s*", text)
    return int(match[1]) if match else 0
