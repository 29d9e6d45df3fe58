"""What every process is doing *now*, by the status messages of the supervisor.

One object, one place to read: while a program runs, the state that a card shows comes from here and
from nowhere else. The recording adds what a status doesn't say (the words, the contents, and that a
pool's worker that runs has no task).
"""

from __future__ import annotations

from dataclasses import replace

from ipcsim.supervisor.messages import State, Status
from ipcsim.trace.moment import ActorAt, Moment, ProcessAt


class StatusBoard:
    """The last status of each thread of each process."""

    def __init__(self) -> None:
        self._last: dict[tuple[int, int], Status] = {}
        self.revision = 0
        """Grows with every change."""

    def clear(self) -> None:
        """Begin with nobody."""
        self._last.clear()
        self.revision += 1

    def take(self, status: Status) -> None:
        """A process or thread has changed its state."""
        before = self._last.get((status.ring, status.thread))
        if before is not None and before.state.over and not status.state.over:
            return
        self._last[status.ring, status.thread] = status
        self.revision += 1

    def state(self, process: int, thread: int = 0) -> State | None:
        """The last state known; None for one that hasn't been heard of."""
        status = self._last.get((process, thread))
        return status.state if status is not None else None

    @property
    def alive(self) -> int:
        """How many processes are running."""
        return sum(
            not status.state.over for (_ring, thread), status in self._last.items() if not thread
        )

    def moment(self, seen: Moment) -> Moment:
        """The moment with every card in the state that was last told.

        A process that the recording doesn't know yet has a card all the same.
        """
        cards = [self._card(process) for process in seen.processes]
        known = {process.process for process in seen.processes}
        cards += [
            _new_card(status)
            for (ring, thread), status in sorted(self._last.items())
            if thread == 0 and ring not in known
        ]
        return replace(seen, processes=tuple(cards))

    def _card(self, process: ProcessAt) -> ProcessAt:
        status = self._last.get((process.process, 0))
        if status is None:
            return process
        actors = tuple(self._row(actor) for actor in process.actors)
        if status.state is State.RUNNING and any(actor.idle for actor in actors):
            return replace(process, actors=actors)
        return replace(
            process,
            state=status.state,
            since=status.since if status.state != process.state else process.since,
            exit_code=status.exit_code if status.exit_code is not None else process.exit_code,
            detail=status.detail or process.detail,
            actors=actors,
        )

    def _row(self, actor: ActorAt) -> ActorAt:
        status = self._last.get((actor.process, actor.thread))
        if status is None or status.state == actor.state:
            return actor
        if actor.idle and status.state is State.RUNNING:
            return actor
        # The sentence belongs to the wait that is over.
        waits = status.state in (State.WAITING, State.ASLEEP)
        return replace(
            actor,
            state=status.state,
            since=status.since,
            sentence=actor.sentence if waits else "",
        )


def _new_card(status: Status) -> ProcessAt:
    return ProcessAt(
        process=status.ring,
        name=status.name,
        role=status.name,
        pid=status.pid,
        parent=status.parent,
        daemon=False,
        is_main=status.ring == 0,
        state=status.state,
        since=status.since,
        exit_code=status.exit_code,
        detail=status.detail,
        actors=(
            ActorAt(
                actor=-1 - status.ring,
                process=status.ring,
                thread=0,
                name=status.name,
                state=status.state,
                since=status.since,
                operation="",
                place=None,
                object=None,
                sentence="",
            ),
        ),
        started=status.since,
    )
