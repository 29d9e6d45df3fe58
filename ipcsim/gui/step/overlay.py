"""A moment of a stepped run: every card says what its process is about to do, and if it can."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ipcsim.run.turns import Offer
from ipcsim.supervisor.messages import State
from ipcsim.trace.moment import ActorAt, Moment, Place, ProcessAt


def with_offers(moment: Moment, offers: Mapping[str, Offer], public: bool) -> Moment:
    """The moment with every actor before what it is about to do."""
    by_pid: dict[int, list[Offer]] = {}
    for offer in offers.values():
        if not (offer.helper and public and _thread(offer)):
            by_pid.setdefault(offer.pid, []).append(offer)
    processes = tuple(_waiting(one, by_pid.get(one.pid, [])) for one in moment.processes)
    return replace(moment, processes=processes)


def _waiting(process: ProcessAt, offers: list[Offer]) -> ProcessAt:
    if process.state.over or not offers:
        return process
    main = next((offer for offer in offers if _thread(offer) == ""), None)
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


def _thread(offer: Offer) -> str:
    """The thread's name; empty for a process's main one."""
    return offer.actor.rsplit("/", 1)[-1].partition(":")[2]


def _of_thread(actor: ActorAt, offers: list[Offer]) -> Offer | None:
    return next((one for one in offers if _thread(one).partition("#")[0] == actor.name), None)
