"""The menus of Step: until when to run, and what else an actor can be made to do."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QLineEdit, QMenu, QWidget, QWidgetAction

from ipcsim.control.steps import KILL, TIMEOUT
from ipcsim.gui.step import until
from ipcsim.gui.step.table.actions import WHOM, tip
from ipcsim.language import _

if TYPE_CHECKING:
    from ipcsim.gui.step.desk import StepDesk


def fill_until(menu: QMenu, desk: StepDesk) -> None:
    """Until when to run."""
    menu.clear()
    for offer in desk.offers:
        if offer.enabled and not offer.helper:
            over = _("{name}: over this line").format(name=offer.name)
            menu.addAction(over, partial(desk.over_line, offer.actor))
            alone = _("{name}: until it can't go on").format(name=offer.name)
            menu.addAction(alone, partial(desk.alone, offer.actor))
    menu.addSeparator()
    menu.addAction(_("all: until somebody has to wait"), partial(until.somebody_waits, desk))
    menu.addAction(_("all: until a process ends"), partial(until.process_ends, desk))
    menu.addAction(_("all: until an update is lost"), partial(until.update_lost, desk))
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
    if until.typed(desk, field.text()):
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
    if offer is not None:
        for one in offer.alternatives:
            what = WHOM + one.actor
            words = tip(desk.table(), actor, what)
            menu.addAction(words, partial(desk.act, actor, what))
    elif desk.stepping is not None and desk.stepping.seat.is_outside(actor):
        menu.addAction(_("wait for it"), partial(desk.wait_for, actor))
    menu.addSeparator()
    menu.addAction(_("kill this process here"), lambda: desk.step_actor(actor, KILL))
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(place)
