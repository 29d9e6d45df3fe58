"""Connections: messages are matched by order and fingerprint, ends by inode, waits are true."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipcsim.events import Kind
from tests.probe.watching import Event, Watched, run

METHODS = ("fork", "spawn", "forkserver")
PROGRAM = """
import multiprocessing as mp, sys
from multiprocessing.connection import wait

def answer(end, out):
    while (question := end.recv()) is not None:
        end.send(question + 1)
    out.send_bytes(b"x" * 100_000)
    out.close()

def main(method):
    ctx = mp.get_context(method)
    ours, theirs = ctx.Pipe()
    reader, writer = ctx.Pipe(duplex=False)
    child = ctx.Process(target=answer, args=(theirs, writer))
    child.start()
    writer.close()
    for n in range(50):
        ours.send(n)
        ours.recv()
    ours.send(None)
    wait([reader])
    print(len(reader.recv_bytes()), reader.poll(0.01))
    try: reader.recv()
    except EOFError: pass
    child.join()
    theirs.close()
    try: ours.send(0)
    except BrokenPipeError: pass
    queue = ctx.Queue()
    queue.put(1)
    queue.get()
    with ctx.Manager() as manager, ctx.Pool(1) as pool:
        manager.list([1])[0]
        pool.map(abs, [1])

if __name__ == "__main__":
    main(sys.argv[1])
"""


@pytest.fixture(scope="module", params=METHODS)
def watched(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Watched:
    return run(PROGRAM, tmp_path_factory.mktemp("pipes"), request.param)


def ends(watched: Watched) -> dict[str, dict[str, object]]:
    """The connections among the objects."""
    return {k: facts for k, facts in watched.objects.items() if facts["kind"] == "Connection"}


def flow(watched: Watched, sender: str) -> tuple[list[Event], list[Event]]:
    """What was sent from an end and received at its peer."""
    peer = str(watched.objects[sender]["peer"])
    return watched.of(Kind.SENT, key=sender), watched.of(Kind.RECV, key=peer)


def test_only_the_programs_ends_are_seen(watched: Watched) -> None:
    assert len(ends(watched)) == 4
    for key, facts in ends(watched).items():
        assert ends(watched)[str(facts["peer"])]["peer"] == key
    assert sorted(str(f["duplex"]) for f in ends(watched).values()) == ["False"] * 2 + ["True"] * 2


def test_each_message_is_matched(watched: Watched) -> None:
    duplex = [key for key, facts in ends(watched).items() if facts["duplex"]]
    for sender in duplex:
        sent, received = flow(watched, sender)
        assert len(sent) in (50, 51)
        assert [event.arg for event in sent] == [event.arg for event in received]
        begun = watched.of(Kind.SEND, key=sender)
        assert all(s.time <= r.time for s, r in zip(begun, received, strict=False))
    labels = [event.value for event in watched.of(Kind.SEND, key=duplex[0])]
    assert labels[:50] == list(range(50)) or labels[:50] == list(range(1, 51))


def test_large_message_may_block_and_end_is_found(watched: Watched) -> None:
    writer = next(key for key, facts in ends(watched).items() if not facts["readable"])
    reader = str(watched.objects[writer]["peer"])
    assert len(watched.of(Kind.SEND_WAIT, key=writer)) == 1
    assert [event.arg >> 32 for event in watched.of(Kind.RECV, key=reader)] == [100_000]
    assert len(watched.of(Kind.EOF, key=reader)) == 1
    assert len(watched.of(Kind.BROKEN_PIPE)) == 1
    assert [event.arg for event in watched.of(Kind.POLLED, key=reader)] == [1, 1]


def test_ends_arrive_in_the_child(watched: Watched) -> None:
    arrived = {e.object for e in watched.of(Kind.DUPLICATED) if e.ring == 1}
    assert arrived >= {key for key, facts in ends(watched).items() if not facts["readable"]}
    assert len(arrived) in (2, 4)  # those passed; all, where a fork inherits them


def test_full_pipe_shows_its_writer_waiting(tmp_path: Path) -> None:
    watched = run(
        "import multiprocessing, threading\n"
        "reader, writer = multiprocessing.Pipe(False)\n"
        "def fill():\n"
        "    for n in range(5000): writer.send_bytes(b'x' * 100)\n"
        "thread = threading.Thread(target=fill)\n"
        "thread.start()\n"
        "thread.join(0.5)\n"
        "for n in range(5000): reader.recv_bytes()\n",
        tmp_path,
    )
    sends = watched.of(Kind.SEND)
    longest = max(range(1, 5000), key=lambda n: sends[n].time - sends[n - 1].time) - 1
    assert any(abs(w.time - sends[longest].time) < 1_000_000 for w in watched.of(Kind.SEND_WAIT))
    assert len(watched.of(Kind.RECV)) == 5000
