"""Small buttons in a cell of the last row: wait for who is outside control or kill it, and whom a
turn is about where it could be about several."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF

from ipcsim.control.steps import KILL
from ipcsim.gui.look.identity import Identity
from ipcsim.gui.look.theme import Theme
from ipcsim.gui.step.table.rows import Column, Content
from ipcsim.language import _
from ipcsim.run.turns import Effect, Offer

WAIT: Final = "wait"
WHOM: Final = "whom:"
"""Before the actor that a turn is about."""


@dataclass(frozen=True, slots=True)
class Action:
    """A button."""

    what: str
    """:data:`WAIT`, :data:`KILL`, or :data:`WHOM` and an actor."""
    text: str = ""
    who: Identity | None = None
    """Shown by its badge instead of by text."""


def actions_of(content: Content, column: Column) -> tuple[Action, ...]:
    """What can be done with an actor beside letting it go on."""
    if column.actor in content.outside:
        return Action(WAIT, _("wait for it")), Action(KILL, _("kill it"))
    offer = (content.offers or {}).get(column.actor)
    if offer is None or not offer.enabled:
        return ()
    known = {one.actor: one.who for one in content.columns}
    return tuple(
        Action(WHOM + one.actor, one.name, known.get(one.process)) for one in offer.alternatives
    )


def any_actions(content: Content) -> bool:
    """Whether the last row needs room for buttons."""
    return any(actions_of(content, column) for column in content.columns)


def said(offer: Offer | None) -> str:
    """What stands before the buttons."""
    return "" if offer is None or offer.effect is None else _EFFECTS[offer.effect]()


def tip(content: Content, actor: str, what: str) -> str:
    """What a button does, in a sentence."""
    if what == WAIT:
        return _("Nobody goes on until it asks again")
    if what == KILL:
        return _("End its process at once, as SIGKILL does")
    offer = (content.offers or {}).get(actor)
    chosen = what.removeprefix(WHOM)
    other = next((o for o in offer.alternatives if o.actor == chosen), None) if offer else None
    if offer is None or other is None or offer.effect is None:
        return ""
    return _TIPS[offer.effect]().format(call=offer.call, name=other.name)


_EFFECTS = {
    Effect.WAKES: lambda: _("wakes"),
    Effect.HANDS: lambda: _("goes to"),
    Effect.TAKES: lambda: _("from"),
}
_TIPS = {
    Effect.WAKES: lambda: _("{call} wakes {name}"),
    Effect.HANDS: lambda: _("{call}, and {name} has it next"),
    Effect.TAKES: lambda: _("the message of {name} arrives first"),
}


def boxes(theme: Theme, content: Content, column: Column, cell: QRectF) -> Mapping[Action, QRectF]:
    """Where the buttons of a cell are: along its foot, as many as have room."""
    metrics = QFontMetricsF(theme.font(12, 600))
    height = button_height(theme)
    x, top = cell.left() + theme.px(8), cell.bottom() - height - theme.px(6)
    before = said((content.offers or {}).get(column.actor))
    x += QFontMetricsF(theme.font(12)).horizontalAdvance(f"{before} ") if before else 0
    found: dict[Action, QRectF] = {}
    for action in actions_of(content, column):
        wide = height if action.who is not None else metrics.horizontalAdvance(action.text)
        wide += theme.px(6) if action.who is not None else theme.px(16)
        if found and x + wide > cell.right() - theme.px(4):
            break
        found[action] = QRectF(x, top, min(wide, cell.right() - theme.px(4) - x), height)
        x += wide + theme.px(6)
    return found


def button_height(theme: Theme) -> float:
    """Pixels, enough to be hit."""
    return float(max(theme.px(22), theme.text_px(12) * 1.7))
