"""Processes: how each begins, runs and ends is recorded by itself and by its parent."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from ipcsim.events import RECORD, Kind
from tests.probe.watching import Watched, Watching, interpreters, run

METHODS = ("fork", "spawn", "forkserver")
LIFE = (Kind.TARGET, Kind.RETURNED, Kind.RAISED, Kind.ENDING, Kind.EXIT)
PROGRAM = """
import multiprocessing as mp, os, signal, sys, time

def returns(): pass
def raises(): raise ValueError("of the child")
def leaves(): sys.exit(4)
def drops(): os._exit(5)

class Own(mp.Process):
    def run(self): pass

def main(method):
    ctx = mp.get_context(method)
    for target in (returns, raises, leaves, drops):
        child = ctx.Process(target=target, name=target.__name__)
        child.start()
        child.join()
    child = ctx.Process(target=time.sleep, args=(60,))
    child.start()
    child.join(0.01)
    child.terminate()
    child.join()
    child = ctx.Process(target=time.sleep, args=(60,))
    child.start()
    os.kill(child.pid, signal.SIGKILL)
    child.join()

if __name__ == "__main__":
    main(sys.argv[1])
"""


@pytest.fixture(scope="module", params=METHODS)
def watched(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Watched:
    return run(PROGRAM, tmp_path_factory.mktemp("processes"), request.param)


def lives(watched: Watched) -> list[list[tuple[str, int]]]:
    """What each child says of its life, in order of the children."""
    children: dict[int, list[tuple[str, int]]] = {}
    for event in watched.of(*LIFE):
        shown = event.arg if event.kind == Kind.EXIT else 0
        children.setdefault(event.ring, []).append((event.kind.name, shown))
    return [children[ring] for ring in sorted(children) if ring]


def test_each_end_is_told(watched: Watched) -> None:
    returned, raised, left, dropped, *_ = lives(watched)
    assert returned == [("TARGET", 0), ("RETURNED", 0), ("ENDING", 0), ("EXIT", 0)]
    assert raised == [("TARGET", 0), ("RAISED", 0), ("ENDING", 0), ("EXIT", 1)]
    assert left == [("TARGET", 0), ("RAISED", 0), ("ENDING", 0), ("EXIT", 4)]
    assert dropped == [("TARGET", 0), ("EXIT", 5)]


def test_parent_tells_starts_joins_and_signals(watched: Watched) -> None:
    started = [event.arg for event in watched.of(Kind.STARTED)]
    joined = [event.arg for event in watched.of(Kind.JOINED)]
    assert len(watched.of(Kind.START)) == len(started) == 6
    assert joined == [*started[:4], -started[4], started[4], started[5]]
    assert [event.arg for event in watched.of(Kind.TERMINATE)] == [started[4]]
    assert [event.arg for event in watched.of(Kind.KILL)] == [started[5]]


def test_places_are_the_programs(watched: Watched) -> None:
    lines = [event.line for event in watched.of(Kind.START, Kind.STARTED)]
    assert lines == [16, 16] * 4 + [19, 19, 24, 24]


def test_exception_is_told_in_words(tmp_path: Path) -> None:
    source = PROGRAM.replace('raise ValueError("of the child")', "{}[Strange()]")
    source = source.replace("def returns", "class Strange:\n    __repr__ = None\ndef returns")
    seen = raised_texts(source, tmp_path)
    assert seen[0] == {
        "type": "KeyError",
        "message": "Strange",
        "file": str(tmp_path / "program.py"),
        "line": 7,
        "text": "def raises(): {}[Strange()]",
    }


def raised_texts(source: str, folder: Path) -> list[dict[str, object]]:
    """The JSON of each RAISED."""
    (folder / "program.py").write_text(source, encoding="utf-8")
    with Watching() as session:
        command = session.command(folder / "program.py", ["fork"])
        subprocess.run(command, check=False, capture_output=True, timeout=60)
    found = []
    for pieces in session.rings.values():
        texts: dict[int, bytes] = {}
        for moment, arg, number, place, kind, *_ in RECORD.iter_unpack(b"".join(pieces)):
            if kind == Kind.TEXT:
                texts[number] = (texts.get(number, b"") + struct.pack("<Qq", moment, arg))[
                    : place & 0xFFFF
                ]
            elif kind == Kind.RAISED:
                found.append(json.loads(texts[arg]))
    return found


def test_fork_of_the_programs_own(tmp_path: Path) -> None:
    watched = run("import os\nif os.fork() == 0: os._exit(3)\nprint(os.wait()[0])", tmp_path)
    assert [event.arg for event in watched.of(Kind.FORK)] == [int(watched.stdout)]
    assert {(event.ring, event.arg) for event in watched.of(Kind.EXIT)} == {(0, 0), (1, 3)}


@pytest.mark.parametrize("python", [sys.executable, *interpreters("3.13"), *interpreters("3.10")])
@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_a_child_that_fails_before_its_target(tmp_path: Path, method: str, python: str) -> None:
    source = """
import multiprocessing as mp, sys
class Odd:
    def __reduce__(self): return int, ("x",)
def look():
    print("whole", sys.excepthook is sys.__excepthook__)
if __name__ == "__main__":
    context = mp.get_context(sys.argv[1])
    child = context.Process(target=print, args=(Odd(),))
    child.start()
    child.join()
    whole = context.Process(target=look)
    whole.start()
    whole.join()
    print(child.exitcode)
"""
    watched = run(source, tmp_path, method, python=python)
    assert watched.stdout == "whole True\n1\n"
    (raised,) = watched.of(Kind.RAISED)
    assert raised.ring == 1
    assert [e.ring for e in watched.of(Kind.TARGET)] == [2]


def test_exit_functions_that_a_signal_handler_runs_are_not_the_target_s_end(tmp_path: Path) -> None:
    """As in pebble: what is being handled when the signal comes has been caught."""
    source = """
import multiprocessing as mp, os, signal, time
from multiprocessing import util

def leave(number, frame):
    util._exit_function()
    os._exit(number)

def work(ready):
    signal.signal(signal.SIGTERM, leave)
    try:
        raise ValueError("caught")
    except ValueError:
        ready.set()
        time.sleep(60)

if __name__ == "__main__":
    ctx = mp.get_context("spawn")
    ready = ctx.Event()
    child = ctx.Process(target=work, args=(ready,))
    child.start()
    ready.wait()
    child.terminate()
    child.join()
"""
    (told,) = lives(run(source, tmp_path))
    assert told == [("TARGET", 0), ("ENDING", 0), ("EXIT", 15)]
