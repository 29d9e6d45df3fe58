"""Keeps everything in its place: the stage is arranged anew only when it must be."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ipcsim.gui.stage.anatomy.geometry import Sizes
from ipcsim.gui.stage.arranging.layering import layers
from ipcsim.gui.stage.arranging.layout import CARDS_UP_TO, arrange
from ipcsim.gui.stage.arranging.plan import Plan
from ipcsim.gui.stage.arranging.sides import Homes
from ipcsim.gui.stage.structure import Structure

SETTLED = 1_000_000_000
"""So long after the last process or object has appeared nothing moves any more because somebody
has used something for the first time, ns."""
BEGINS = 10 * SETTLED
"""But where the first message of a run comes no later than that, everybody goes where it says: it
isn't known before who sends, and spawned processes may need seconds for their first."""


@dataclass(frozen=True)
class Setting:
    """What a person or the window decides about the arrangement."""

    width: int
    height: int
    sizes: Sizes
    expected: int = 0
    positions: tuple[tuple[str, tuple[float, float]], ...] = ()


class Planner:
    """Remembers the arrangement."""

    def __init__(self) -> None:
        self._structure = Structure()
        self._setting: Setting | None = None
        self._plan = Plan()
        self._grew = 0
        self._firm: frozenset[int] = frozenset()
        self._flows = False

    def clear(self) -> None:
        """Another run begins."""
        self.__init__()  # type: ignore[misc]

    def plan(self, structure: Structure, setting: Setting, t: int) -> Plan:
        """The places of everything at time ``t``, ns."""
        same = setting == self._setting
        if same and structure is self._structure:
            return self._plan
        grown = _without_links(structure) != _without_links(self._structure)
        if grown:
            if t - self._grew > SETTLED:
                self._firm = frozenset(p for p in self._plan.columns if p >= 0)
            self._grew = t
        settled = t - self._grew > SETTLED
        if not self._flows and max(layers(structure).values(), default=0) > 0:
            self._flows = True
            if setting.expected and t - self._grew <= BEGINS:
                self._firm, settled = frozenset(), False
        if same and not grown and settled:
            # New lines between places that stay.
            self._plan = replace(self._plan, memo={})
        else:
            self._plan = arrange(
                structure,
                setting.width,
                setting.height,
                setting.sizes,
                setting.expected,
                dict(setting.positions),
                self._homes(structure, setting),
            )
        self._structure, self._setting = structure, setting
        return self._plan

    def _homes(self, structure: Structure, setting: Setting) -> Homes | None:
        """Who stays where it stands while others come: whoever has stood there for a while; and
        where it isn't known how many come, a few stay at once, until messages show an order."""
        if not self._firm and (setting.expected or len(structure.members) > CARDS_UP_TO + 1):
            return None
        columns = {p: column for p, column in self._plan.columns.items() if p >= 0}
        firm = self._firm
        if setting.expected:
            # Where somebody belongs is known only with the role.
            known = {m.process for m in self._structure.members if m.role or m.is_main}
            columns = {p: column for p, column in columns.items() if p in known}
            firm &= known
        return Homes(columns, self._plan.across, bool(setting.expected), firm)


def _without_links(structure: Structure) -> Structure:
    return replace(structure, links=frozenset())
