"""Both ends of a socket that ``Client`` and ``Listener`` make are one connection."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from ipcsim.analysis import findings
from ipcsim.trace.queries import channels
from tests.analysis.running import run_text

PROGRAM = """
from multiprocessing import get_context
from multiprocessing.connection import Client, Listener
def ask(address, n):
    with Client(address, authkey={key}) as server:
        server.send(n)
        print(server.recv())
        server.poll(None)  # there is a second answer, which stays there
if __name__ == "__main__":
    with Listener(family={family!r}, authkey={key}) as listener:
        team = [get_context().Process(target=ask, args=(listener.address, n)) for n in range(3)]
        for each in team: each.start()
        for _ in team:
            with listener.accept() as customer:
                n = customer.recv()
                customer.send(n * 10)
                customer.send("nobody listens")
                try: customer.recv()
                except (EOFError, ConnectionError): pass
        for each in team: each.join()
"""
FAMILIES = [
    pytest.param(
        "AF_UNIX",
        marks=pytest.mark.skipif(
            sys.platform != "linux", reason="other systems don't tell a Unix socket's other end"
        ),
    ),
    "AF_INET",
]


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("key", [None, b"key"])
@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_each_message_is_received_at_the_other_end(
    tmp_path: Path, family: str, key: bytes | None, method: str
) -> None:
    trace = run_text(PROGRAM.format(family=family, key=key), tmp_path, method=method)
    taken: dict[str, list[str]] = {"server": [], "customer": []}
    for one in channels(trace):
        end = trace.objects[one.obj].name.split()[0]
        assert one.is_pipe
        assert trace.registry.peer(one.obj) is not None
        labels = [one.token(put).label for put in range(len(one.puts))]
        numbers = one.put_of_get(np.arange(len(one.gets)))
        taken[end] += [labels[put] for put in numbers.tolist()]
        # A client's end has sent one, a listener's two.
        assert len(labels) == (1 if end == "server" else 2)
    assert sorted(taken["server"]) == ["0", "1", "2"]
    assert sorted(taken["customer"]) == ["0", "10", "20"]
    missed = [f.sentence for f in findings(trace) if f.kind == "never_received"]
    assert len(missed) == 3
    for sentence in missed:
        assert "nobody listens, by MainProcess at line 17)" in sentence
    assert not [f for f in findings(trace) if f.kind == "never_closed"]
