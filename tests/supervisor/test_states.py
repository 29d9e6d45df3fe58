"""What a thread's last records say of what it is doing."""

from __future__ import annotations

from ipcsim.events import RECORD, Kind
from ipcsim.supervisor.messages import State
from ipcsim.supervisor.states import ProcessStates


def block(*kinds: Kind, thread: int = 0) -> bytes:
    """Records of a thread."""
    return b"".join(RECORD.pack(1000 + n, 0, 5, 7, k, 0, thread, 0) for n, k in enumerate(kinds))


def test_who_stands_in_a_send_that_has_no_room_waits() -> None:
    states = ProcessStates()
    states.update(block(Kind.SEND_WAIT, Kind.SEND))
    assert states.thread(0).state is State.WAITING
    states.update(block(Kind.SENT))
    assert states.thread(0).state is State.RUNNING
    states.update(block(Kind.SEND))
    assert states.thread(0).state is State.RUNNING, "there was room"
    states.update(block(Kind.SEND_WAIT))
    states.update(block(Kind.SEND))
    assert states.thread(0).state is State.WAITING, "the two come in two blocks"


def test_whose_send_it_was_is_told_apart() -> None:
    states = ProcessStates()
    for number in (0, 1):
        states.thread(number)
    states.update(block(Kind.SEND_WAIT) + block(Kind.SEND, thread=1))
    assert states.thread(0).state is State.WAITING
    assert states.thread(1).state is State.RUNNING
