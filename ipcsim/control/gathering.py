"""Starts programs whose workers' bodies are to be run again, and tells which ones suit."""

from __future__ import annotations

from typing import Any, Final

from ipcsim.control.actors import Actor
from ipcsim.control.controller import Controller
from ipcsim.control.file_keys import is_file
from ipcsim.control.hub import Hub, Peer
from ipcsim.control.steps import Candidate, Choice, Operation, Step
from ipcsim.control.table import Table
from ipcsim.control.team import Team
from ipcsim.operations import Op
from ipcsim.probe.control.protocol import Answer

MAY: Final = {
    Op.BEGIN,
    Op.END,
    Op.ACQUIRE,
    Op.TRY_ACQUIRE,
    Op.RELEASE,
    Op.COUNT,
    Op.READ,
    Op.WRITE,
    Op.SLEEP,
    Op.OUTPUT,
    Op.OPEN,
}
"""What a body may do that is to be run again."""
UNJOINED: Final = "main does not join all its workers"


class Gathering(Controller):
    """Brings a team to its places at a ``table``."""

    def __init__(self, hub: Hub, table: Table, **settings: Any) -> None:
        super().__init__(hub, **settings)
        self._table = table
        self._places: dict[str, int] = {}
        self._words: dict[tuple[str, int], dict[str, Any]] = {}

    def gather(self, pid: int, joins: list[Operation]) -> tuple[Team, bool]:
        """Let a program go on, whose process this is, until all its workers are before their
        bodies; whether they get there. ``joins``: what main does then."""
        offered: list[tuple[Candidate, ...]] = []
        while True:
            self.settle()
            state = self.state()
            begun = {step.actor for step in self.steps if step.operation.op is Op.BEGIN}
            going = [
                c
                for c in state.enabled()
                if (c.operation.op is Op.BEGIN and c.actor not in begun)
                or (c.actor == "main" and c.operation.op is not Op.JOIN)
            ]
            if not going:
                break
            offered.append(state.candidates)
            # Who began last goes on by itself: as in a bare run that is the first of them.
            chosen = going[0] if going[0].actor == "main" else going[-1]
            self.grant(Choice(chosen.actor))
        workers = [actor for actor in self.actors.values() if actor.name != "main"]
        main = self.actors["main"]
        main.pid = main.pid or pid
        team = Team(
            self.steps,
            offered,
            main,
            workers,
            self.objects,
            self.clock_ns,
            self._operations,
            joins,
            self._table,
            self._places,
            {key: shared.released for key, shared in self.objects.by_key.items()},
            self._words,
        )
        # Who is outside control now, as in an ``accept``, may ask for anything at any time.
        here = not self.left_control and all(map(self._seat, workers))
        self._table.everybody_is_here()
        return team, here

    def _seat(self, worker: Actor) -> bool:
        """Have who has told its place take it; False: it doesn't."""
        waits = worker.operation is not None and worker.operation.op is Op.BEGIN
        if not waits or worker.name not in self._places or worker.request is None:
            return False
        self._table.expect()
        self._answer(worker, worker.request, Answer.GO)
        if not self._table.wait(self._outside_s):
            return False
        self.pump()
        return True

    def _fact(self, peer: Peer, fact: dict[str, Any]) -> None:
        if "place" in fact:
            self._places[peer.name] = int(fact["place"])
        elif "said" in fact:
            self._words[peer.name, int(fact["said"])] = fact
        else:
            super()._fact(peer, fact)


def unsuitable(steps: list[Step]) -> str:
    """Why a program whose execution was this can't be run by its bodies; ``""`` if it can."""
    started, joined, phase = set(), set(), 0
    for step in steps:
        op = step.operation.op
        if is_file(step.operation.object):
            return f"{step.actor} uses files: {step.operation.call}"
        if step.actor != "main":
            if op not in MAY:
                return f"{step.actor} does more than use memory and locks: {step.operation.call}"
        elif op is Op.START:
            if phase > 1:
                return "main starts workers after it has joined one"
            phase = 1
            started.add(step.operation.object)
        elif op is Op.JOIN and step.operation.arg < 0:
            phase = 2
            joined.add(step.operation.object)
        elif phase == 1 or (phase == 2 and joined != started):
            return f"main does something while its workers run: {step.operation.call}"
    return "" if started and joined == started else UNJOINED
