"""Values and arrays: every read and write, its value, its element."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipcsim.events import Kind
from tests.probe.watching import run, run_bare

METHODS = ("fork", "spawn", "forkserver")

EVERY_WAY = """
import ctypes, multiprocessing as mp, sys
from multiprocessing import sharedctypes

class Point(ctypes.Structure):
    _fields_ = [("x", ctypes.c_int), ("y", ctypes.c_double)]

def refuse(call, *args):
    try:
        print(call(*args))
    except Exception as error:
        frames, tb = [], error.__traceback__
        while tb:
            frames.append((tb.tb_frame.f_code.co_name, tb.tb_lineno))
            tb = tb.tb_next
        print(type(error).__name__, error, frames if sys.version_info >= (3, 11) else "")

def work(number, letters, numbers, point, raw, plain):
    number.value += 1
    letters.value = b"new"
    numbers[1] = 2.5
    numbers[2:4] = [7, 8]
    point.x += 4
    raw.value = 9
    plain[0] = 3

def main():
    number, letters = mp.Value("i", 3), mp.Array("c", 10)
    numbers, point = mp.Array("d", [0, 1, 2, 3]), mp.Value(Point, 1, 2.5)
    raw, plain = mp.RawValue("i", 5), mp.Array("i", 3, lock=False)
    for one in (number, letters, numbers, point, raw, plain):
        print(type(one), type(one).__mro__)
    args = number, letters, numbers, point, raw, plain
    child = mp.Process(target=work, args=args)
    child.start()
    child.join()
    print(number.value, letters.value, letters.raw, numbers[:], numbers[-1], len(numbers))
    print(list(numbers), point.x, point.y, raw, raw.value, plain[:], number, number.get_obj())
    with number.get_lock(), numbers:
        number.value -= 1
    print(number.get_lock(), number.acquire(), number.release())
    refuse(lambda: numbers[9])
    refuse(numbers.__setitem__, 0, "x")
    refuse(setattr, number, "value", "x")
    refuse(setattr, point, "x", "x")
    mine = mp.Lock()
    other = mp.Value("i", lock=mine)
    other.value = 4
    print(other.get_lock() is mine, sharedctypes.copy(raw))

if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    main()
"""


@pytest.mark.parametrize("method", METHODS)
def test_works_and_fails_as_without_us(tmp_path: Path, method: str) -> None:
    bare = run_bare(EVERY_WAY, tmp_path, method)
    watched = run(EVERY_WAY, tmp_path, method)
    assert watched.stdout == bare.stdout
    assert (watched.code, watched.stderr) == (bare.code, bare.stderr) == (0, "")


@pytest.mark.parametrize("method", METHODS)
def test_reads_and_writes(tmp_path: Path, method: str) -> None:
    watched = run(EVERY_WAY, tmp_path, method)
    (number,) = [k for k, f in watched.objects.items() if f.get("initial") == "3"]
    seen = watched.of(Kind.READ, Kind.WRITE, key=number)
    assert [(e.kind, e.ring, e.value) for e in seen] == [
        (Kind.READ, 1, 3),
        (Kind.WRITE, 1, 4),
        (Kind.READ, 0, 4),
        (Kind.READ, 0, 4),
        (Kind.WRITE, 0, 3),
    ]
    assert seen[0].function == "work"
    (numbers,) = [k for k, f in watched.objects.items() if f.get("size") == 4]
    child = [e for e in watched.of(*Kind, key=numbers) if e.ring == 1]
    assert [(e.kind, e.arg) for e in child if e.kind in (Kind.INDEX, Kind.WRITE_SLICE)] == [
        (Kind.INDEX, 1),
        (Kind.WRITE_SLICE, 2 << 32 | 4),
    ]
    raw = [k for k, f in watched.objects.items() if f.get("initial") == "5"]
    assert watched.of(Kind.RAW_ACCESS, key=raw[0])


RACE = """
import multiprocessing as mp, sys

def work(value, turns):
    for _ in range(turns):
        with value.get_lock():
            value.value += 1

if __name__ == "__main__":
    mp.set_start_method("fork")
    value = mp.Value("i", 0)
    team = [mp.Process(target=work, args=(value, 500)) for _ in range(3)]
    for process in team: process.start()
    for process in team: process.join()
"""


def test_a_locked_counter_is_read_as_it_was_written(tmp_path: Path) -> None:
    watched = run(RACE, tmp_path)
    value = watched.key("Value")
    seen = [e.value for e in watched.of(Kind.READ, Kind.WRITE, key=value)]
    assert seen == [n + step for n in range(1500) for step in (0, 1)]
    lock = watched.key("RLock")
    assert watched.objects[lock]["owner"]
    held = watched.of(Kind.ACQUIRED, Kind.RELEASE, key=lock)
    assert [e.arg for e in held] == [1, 0] * 1500


def test_an_access_that_waits_for_the_lock_says_so(tmp_path: Path) -> None:
    source = """
import multiprocessing as mp
value = mp.Value("i", 0, lock=True)
def work(ready):
    ready.set()
    value.value = 1
if __name__ == "__main__":
    context = mp.get_context("fork")
    ready = context.Event()
    value.acquire()
    child = context.Process(target=work, args=(ready,))
    child.start()
    ready.wait()
    child.join(0.2)
    value.release()
    child.join()
"""
    watched = run(source, tmp_path)
    lock = [e for e in watched.of(*Kind, key=watched.key("RLock")) if e.ring == 1]
    assert [e.kind for e in lock] == [Kind.ACQUIRE_WAIT, Kind.ACQUIRED, Kind.RELEASE]
