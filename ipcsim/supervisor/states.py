"""What a thread is doing, from its last record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from ipcsim.events import RECORD, RECORD_SIZE, Kind
from ipcsim.supervisor.messages import State

WAITS: Final = frozenset(
    int(kind)
    for kind in (
        Kind.JOIN_WAIT,
        Kind.THREAD_JOIN_WAIT,
        Kind.PUT_WAIT,
        Kind.GET_WAIT,
        Kind.ALL_DONE_WAIT,
        Kind.FEEDER_WAIT,
        Kind.SEND_WAIT,
        Kind.RECV_WAIT,
        Kind.POLL_WAIT,
        Kind.ACQUIRE_WAIT,
        Kind.WAIT,
        Kind.EVENT_WAIT,
        Kind.BARRIER_WAIT,
        Kind.CALL,
        Kind.RESULT_WAIT,
    )
)
_SLEEP, _HELD, _THREAD_END = int(Kind.SLEEP), int(Kind.HELD), int(Kind.THREAD_END)
_FEEDER_WAIT: Final = int(Kind.FEEDER_WAIT)
_SEND, _SEND_WAIT = int(Kind.SEND), int(Kind.SEND_WAIT)
# Records that say nothing of what the thread does: texts, introductions, output, ...
_ASIDE: Final = bytes(kind for kind in range(32))


@dataclass(slots=True)
class ThreadState:
    """A thread as it was after its last record."""

    number: int
    name: str
    state: State = State.STARTING
    since: int = 0
    kind: int = 0
    object: int = 0
    place: int = 0
    sent_at: int = 0
    changed: bool = True
    """Since it was last told."""


@dataclass(slots=True)
class ProcessStates:
    """The threads of one process."""

    threads: dict[int, ThreadState] = field(default_factory=dict)
    ending: bool = False
    """The main thread has done its work."""

    def thread(self, number: int, name: str = "") -> ThreadState:
        """The thread of this number, new if it is unknown."""
        found = self.threads.get(number)
        if found is None:
            found = self.threads[number] = ThreadState(number, name or f"Thread-{number}")
        elif name:
            found.name = name
        return found

    def update(self, data: bytes) -> None:
        """Take in a block of records."""
        kinds = data[24::RECORD_SIZE]
        if len(self.threads) <= 1:
            self._apply(data, len(kinds.rstrip(_ASIDE)) - 1)
            return
        low = data[26::RECORD_SIZE]
        for thread in list(self.threads.values()):
            wanted = bytes((thread.number & 255,))
            at = low.rfind(wanted)
            while at >= 0 and (kinds[at] < 32 or data[at * RECORD_SIZE + 27] != thread.number >> 8):
                at = low.rfind(wanted, 0, at)
            self._apply(data, at)

    def _apply(self, data: bytes, index: int) -> None:
        if index < 0:
            return
        time, _, obj, place, kind, span, number, _ = RECORD.unpack_from(data, index * RECORD_SIZE)
        thread = self.thread(number)
        if kind == _SEND and self._before(data, index, number, thread.kind) == _SEND_WAIT:
            # It was announced that the pipe has no room: it stands in this send.
            kind = _SEND_WAIT
        state = self._state(kind, number)
        if kind == _THREAD_END and number:
            state = State.ENDED
        if state is not thread.state or state is not State.RUNNING or thread.place != place:
            thread.changed = True
        if state is not thread.state or state is State.WAITING:
            thread.since = time + ((1 << span) - 1 if span else 0)
        thread.state, thread.kind, thread.object, thread.place = state, kind, obj, place

    @staticmethod
    def _before(data: bytes, index: int, number: int, earlier: int) -> int:
        """The kind of a thread's last record before one of a block, ``earlier`` if it has none."""
        low, high = number & 255, number >> 8
        for at in range((index - 1) * RECORD_SIZE, -1, -RECORD_SIZE):
            if data[at + 24] >= 32 and data[at + 26] == low and data[at + 27] == high:
                return data[at + 24]
        return earlier

    def _state(self, kind: int, thread: int) -> State:
        if kind == _HELD:
            return State.HELD
        if kind in WAITS and not (self.ending and kind == _FEEDER_WAIT):
            return State.WAITING
        if kind == _SLEEP:
            return State.ASLEEP
        return State.ENDING if self.ending and not thread else State.RUNNING

    @property
    def held(self) -> bool:
        """Whether any thread is held by the window."""
        return any(thread.state is State.HELD for thread in self.threads.values())
