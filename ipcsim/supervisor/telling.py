"""What goes to ipcsim: everything that matters, and never more than it can read."""

from __future__ import annotations

import time
from typing import Any, Final

from ipcsim.supervisor.messages import Message, Output, Spooled, Status
from ipcsim.supervisor.recording import RecordingWriter
from ipcsim.supervisor.watched import Watched

_QUEUE_FULL: Final = 300
"""Messages that ipcsim has not read yet; above it, only the latest of each kind is kept."""
_LEAST_S: Final = 0.016
_LEAST_S_A_THREAD: Final = 0.00025
"""A state is told at most so often: 200 busy processes tell theirs 20 times a second each."""


class Teller:
    """The one writer of the queue."""

    def __init__(self, queue: Any, writer: RecordingWriter) -> None:
        self._queue = queue
        self._writer = writer
        self._printed: list[Output] = []
        self._ended: list[Status] = []
        self._statuses: dict[tuple[int, int], Status] = {}
        self._spooled: Spooled | None = None
        self._next_statuses = 0.0

    def say(self, *messages: Message) -> None:
        """Tell something that may not be left out; what is told together comes together."""
        self._queue.put(messages)

    def printed(self, piece: Output) -> None:
        """Tell a piece of output, with the rest of this round."""
        self._printed.append(piece)

    def backlog(self) -> int:
        """How many messages ipcsim has not read yet."""
        try:
            size: int = self._queue.qsize()
        except NotImplementedError:  # macOS
            size = len(self._queue._buffer)
        return size

    def spooled(self, end: int, cut: int) -> None:
        """The recording has grown."""
        self._spooled = Spooled(end, cut)

    def last(self, status: Status) -> None:
        """A process has begun or ended: in the recording too."""
        facts = {name: getattr(status, name) for name in Status.__slots__}
        facts["state"] = status.state.value
        self._writer.facts(b"STAT", facts, status.ring, status.since)
        self._statuses.pop((status.ring, status.thread), None)
        self._ended.append(status)

    def changes(self, processes: list[Watched]) -> None:
        """Tell the threads' states that have changed, if it is time to."""
        now = time.monotonic()
        if now < self._next_statuses:
            return
        count = 0
        for process in processes:
            count += len(process.states.threads)
            if process.died_at is not None:
                continue
            for number, thread in list(process.states.threads.items()):
                if thread.changed:
                    thread.changed = False
                    self._statuses[process.number, number] = process.status(thread)
                    if thread.state.over:
                        del process.states.threads[number]
        self._next_statuses = now + max(_LEAST_S, _LEAST_S_A_THREAD * count)

    def flush(self, everything: bool = False) -> None:
        """Put what is due into the queue; if ipcsim is far behind, only what was printed."""
        due: list[Message] = [*self._printed]
        self._printed.clear()
        if everything or self.backlog() <= _QUEUE_FULL:
            due += [*self._ended, *self._statuses.values()]
            self._ended.clear()
            self._statuses.clear()
            if self._spooled is not None:
                due.append(self._spooled)
                self._spooled = None
        if due:
            # Together: each message by itself wakes a thread here, and the window.
            self.say(*due)
