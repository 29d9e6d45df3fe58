"""A moment of a stepped run: every card says what its process is about to do, and if it can."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from ipcsim.gui.step.outside import outside_sentence
from ipcsim.language import _
from ipcsim.run.outsiders import Outsider
from ipcsim.run.turns import Effect, Offer
from ipcsim.supervisor.messages import State
from ipcsim.trace.moment import ActorAt, Moment, Place, ProcessAt

_CLICKED: Final = {Effect.WAKES, Effect.HANDS}
"""What a click on the one who waits lets happen."""


def with_offers(moment: Moment, offers: Mapping[str, Offer], public: bool) -> Moment:
    """The moment with every actor before what it is about to do."""
    by_pid: dict[int, list[Offer]] = {}
    chosen = {
        one.actor: offer.name
        for offer in offers.values()
        if offer.effect in _CLICKED
        for one in offer.alternatives
    }
    for offer in offers.values():
        if offer.actor in chosen:
            words = _("a click lets {name} choose it").format(name=chosen[offer.actor])
            offer = replace(offer, reason=f"{offer.reason}; {words}")
        if not (offer.helper and public and _thread(offer.actor)):
            by_pid.setdefault(offer.pid, []).append(offer)
    processes = tuple(_waiting(one, by_pid.get(one.pid, [])) for one in moment.processes)
    return replace(moment, processes=processes)


def with_outsiders(moment: Moment, outsiders: Iterable[Outsider]) -> Moment:
    """The moment with those who are outside control at the line where they are."""
    by_pid: dict[int, list[Outsider]] = {}
    for one in outsiders:
        by_pid.setdefault(one.pid, []).append(one)
    if not by_pid:
        return moment
    processes = tuple(_leaving(one, by_pid.get(one.pid, [])) for one in moment.processes)
    return replace(moment, processes=processes)


def _leaving(process: ProcessAt, outsiders: list[Outsider]) -> ProcessAt:
    if process.state.over or not outsiders:
        return process
    by_thread = {_thread(one.actor).partition("#")[0]: one for one in outsiders}
    actors = []
    for actor in process.actors:
        one = by_thread.get("" if actor.thread == 0 else actor.name)
        actors.append(actor if one is None else _outside(actor, one))
    whole = process.state if "" not in by_thread else State.OUTSIDE
    return replace(process, state=whole, actors=tuple(actors))


def _outside(actor: ActorAt, one: Outsider) -> ActorAt:
    line = one.line
    return replace(
        actor,
        state=State.OUTSIDE,
        operation=line.text if line is not None else actor.operation,
        place=Place(line.path, line.number) if line is not None else actor.place,
        sentence=outside_sentence(one),
    )


def _waiting(process: ProcessAt, offers: list[Offer]) -> ProcessAt:
    if process.state.over or not offers:
        return process
    main = next((offer for offer in offers if _thread(offer.actor) == ""), None)
    actors = []
    for actor in process.actors:
        offer = main if actor.thread == 0 else _of_thread(actor, offers)
        actors.append(actor if offer is None else _at(actor, offer))
    if main is None:
        return replace(process, actors=tuple(actors))
    return replace(process, state=_state(main), actors=tuple(actors))


def _at(actor: ActorAt, offer: Offer) -> ActorAt:
    line = offer.line
    place = Place(line.path, line.number) if line is not None else actor.place
    return replace(
        actor,
        state=_state(offer),
        operation=offer.call,
        place=place,
        sentence=offer.reason,
    )


def _state(offer: Offer) -> State:
    return State.READY if offer.enabled else State.WAITING


def _thread(actor: str) -> str:
    """The thread's name; empty for a process's main one."""
    return actor.rsplit("/", 1)[-1].partition(":")[2]


def _of_thread(actor: ActorAt, offers: list[Offer]) -> Offer | None:
    return next((one for one in offers if _thread(one.actor).partition("#")[0] == actor.name), None)
