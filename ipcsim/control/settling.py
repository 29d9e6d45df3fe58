"""Waits until nobody is busy; who takes too long is outside control."""

from __future__ import annotations

import time
from typing import Any, Final

from ipcsim.control.actors import Actor, Phase
from ipcsim.control.conversation import Conversation
from ipcsim.control.deaths import DIES_S, has_died
from ipcsim.control.hub import Hub, Peer
from ipcsim.control.readiness import look_again
from ipcsim.control.sleepers import LOOKS_S
from ipcsim.control.steps import Step
from ipcsim.operations import Op

BEGINS_S: Final = 20.0
"""A new interpreter on a busy machine may take its time."""


class Settling(Conversation):
    """A conversation until everybody asks, has ended or is outside control.

    ``outside_s``: an actor that runs for so long without asking is outside control.
    """

    def __init__(self, hub: Hub, *, outside_s: float = 2.0, **settings: Any) -> None:
        super().__init__(hub, **settings)
        self.left_control: set[str] = set()
        """Actors that were outside control at some time."""
        self._outside_s = outside_s
        self._quick: Peer | None = None
        """The only one who can have something to say."""

    def busy(self) -> list[Actor]:
        """Actors that have yet to ask, or to be seen."""
        return [
            actor
            for actor in self.actors.values()
            if actor.phase in (Phase.EXPECTED, Phase.RUNNING)
            or (actor.dying and actor.phase is not Phase.ENDED)
        ]

    def settle(self) -> None:
        """Wait until nobody is busy; who takes too long is outside control from then on."""
        if self._quick is not None:
            # Nobody else can have anything to say: one system call instead of three.
            self.hub.receive(self._quick)
            self._quick = None
        began = time.monotonic()
        while True:
            self.pump(None if self.hub.inbox else 0)
            self._wake_up()
            busy = self.busy()
            if not busy and not look_again(self):
                return
            left = min((self._patience(actor, began) for actor in busy), default=self._outside_s)
            self.pump(max(min(left, LOOKS_S), 0))
            self._give_up(busy, began)

    def unsettled(self, began: float, patient: bool = False) -> float:
        """As ``settle``, without waiting: for how many seconds somebody may still be busy, 0 if
        nobody is.

        ``began``: since when, of ``time.monotonic``; ``patient``: where only one can have something
        to say it may wait a moment for it (50 ms, once a step). Who takes too long is outside
        control from now on.
        """
        if patient and self._quick is not None:
            self.hub.receive(self._quick)
        self._quick = None
        self.pump()
        self._wake_up()
        busy = self.busy()
        if not busy:
            return self._outside_s if look_again(self) else 0.0
        self._give_up(busy, began)
        still = self.busy()
        # Whose time was up only a moment ago is busy until it is looked at the next time.
        return max(min(self._patience(a, began) for a in still), LOOKS_S) if still else 0.0

    def _give_up(self, busy: list[Actor], began: float) -> None:
        """Who of those who are ``busy`` takes too long, or can't go on, is outside control."""
        still = [actor for actor in busy if actor.phase in (Phase.EXPECTED, Phase.RUNNING)]
        # As long as one of them is awake, or yet to begin, it may wake the others.
        asleep = bool(still) and all(map(self._sleeps, still))
        for actor in busy:
            awaited = actor in still or (actor.dying and actor.phase is not Phase.ENDED)
            if awaited and (asleep or self._patience(actor, began) <= 0):
                self._leave(actor)

    def _leave(self, actor: Actor) -> None:
        self._sleepers.leave(actor)
        if actor.phase is Phase.EXPECTED:
            self.pump()
            if actor.peer is not None:
                return  # it began, and died a moment later
        if actor.dying:
            self.pump()  # it may have died a moment ago
            actor.dying = False  # or it handles the signal
            return
        self.left_control.add(actor.name)
        actor.phase = Phase.OUTSIDE if actor.peer is not None else Phase.ENDED
        if actor.peer is None:
            self.trouble.append(f"{actor.name} was started but never began")

    def _sleeps(self, actor: Actor) -> bool:
        """Whether who is busy waits in the kernel, for something that nobody has asked us for."""
        if actor.phase is not Phase.RUNNING or actor.dying:
            return False
        return self._sleepers.waits(actor, self._last(actor))

    def _last(self, actor: Actor) -> Step | None:
        return self.steps[actor.last_step] if actor.last_step >= 0 else None

    def _wake_up(self) -> None:
        """Who waited in the kernel and was woken is waited for again."""
        for name in self.left_control:
            actor = self.actors[name]
            if actor.phase is Phase.OUTSIDE and self._sleepers.has_woken(actor):
                actor.phase, actor.said_s = Phase.RUNNING, time.monotonic()

    def _patience(self, actor: Actor, began: float) -> float:
        """For how many seconds we go on waiting for who has been busy since ``began``. Time in
        which others kept it from the processor is not its own."""
        passed = time.monotonic() - max(began, actor.said_s)
        if actor.phase is Phase.EXPECTED:
            return BEGINS_S - passed if not actor.pid or not has_died(actor.pid) else 0.0
        if not actor.dying and self._is_starting(actor):
            return BEGINS_S - passed
        bound = DIES_S if actor.dying else self._outside_s
        if actor.doomed and not has_died(actor.pid):
            bound = BEGINS_S
        if passed < LOOKS_S:
            return bound - passed
        return bound - passed + self._sleepers.kept_s(actor)

    def kept_s(self, names: tuple[str, ...]) -> float:
        """For how many seconds those of these who are outside control were kept from the processor
        since this was asked first."""
        outside = [a for name in names if (a := self.actors[name]).phase is Phase.OUTSIDE]
        return max(map(self._sleepers.kept_s, outside), default=0.0)

    def _is_starting(self, actor: Actor) -> bool:
        """Whether an actor may still be about to start somebody who has not begun."""
        last = self._last(actor)
        if last is None or last.operation.op is not Op.START:
            return False
        return self.actors[last.operation.object].phase is Phase.EXPECTED
