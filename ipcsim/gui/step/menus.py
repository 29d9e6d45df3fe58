"""The menus of Step: until when to run, and what else an actor can be made to do."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QLineEdit, QMenu, QWidget, QWidgetAction

from ipcsim.control.steps import KILL, TIMEOUT
from ipcsim.language import _

if TYPE_CHECKING:
    from ipcsim.gui.step.desk import StepDesk
    from ipcsim.gui.step.rows import Content

_CONDITION: Final = re.compile(r"^\s*(.+?)\s*(==|!=|<=|>=|<|>)\s*(.+?)\s*$")
_COMPARE: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def fill_until(menu: QMenu, desk: StepDesk) -> None:
    """Until when to run."""
    menu.clear()
    for offer in desk.offers:
        if offer.enabled and not offer.helper:
            over = _("{name}: over this line").format(name=offer.name)
            menu.addAction(over, partial(desk.over_line, offer.actor))
            until = _("{name}: until it can't go on").format(name=offer.name)
            menu.addAction(until, partial(desk.alone, offer.actor))
    menu.addSeparator()
    menu.addAction(_("all: until somebody has to wait"), desk.until_wait)
    menu.addAction(_("all: until a process ends"), desk.until_end)
    menu.addAction(_("all: until an update is lost"), desk.until_lost)
    menu.addAction(_("all: to the end"), lambda: desk.run_until(lambda: False))
    menu.addSeparator()
    for text, on in ((_("the scheduler chooses by chance"), False), (_("in turn"), True)):
        action = menu.addAction(text, partial(desk.set_in_turn, on))
        action.setCheckable(True)
        action.setChecked(desk.in_turn == on)
    menu.addSeparator()
    menu.addAction(_("keep this schedule …"), desk.keep_wanted.emit)
    field = QLineEdit()
    field.setPlaceholderText(_("all: until line 9, or counter == 3"))
    field.returnPressed.connect(lambda: _entered(menu, field, desk))
    entry = QWidgetAction(menu)
    entry.setDefaultWidget(field)
    menu.addAction(entry)


def _entered(menu: QMenu, field: QLineEdit, desk: StepDesk) -> None:
    if desk.until_text(field.text()):
        menu.close()
    else:
        field.selectAll()


def actor_menu(parent: QWidget, desk: StepDesk, actor: str, place: QPoint) -> None:
    """What an actor can be made to do."""
    offer = next((one for one in desk.offers if one.actor == actor), None)
    menu = QMenu(parent)
    if offer is not None and offer.enabled:
        menu.addAction(_("one step"), lambda: desk.step_actor(actor))
        menu.addAction(_("over this line"), lambda: desk.over_line(actor))
        menu.addAction(_("until it can't go on"), lambda: desk.alone(actor))
    if offer is not None and offer.times_out:
        menu.addAction(_("its timeout passes now"), lambda: desk.step_actor(actor, TIMEOUT))
    menu.addSeparator()
    menu.addAction(_("kill this process here"), lambda: desk.step_actor(actor, KILL))
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(place)


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
