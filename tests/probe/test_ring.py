"""The ring: nothing is lost while somebody reads, and nobody is held up when nobody does."""

from __future__ import annotations

import json
import signal
import struct
import subprocess
import sys
import textwrap
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from ipcsim.events import RECORD, Kind
from ipcsim.probe import ring
from ipcsim.supervisor.drain import RingFile, RingReader
from tests.run.watching import other_pythons

ROOT = Path(__file__).parents[2]


@pytest.fixture
def session(tmp_path: Path) -> Path:
    ring.make_file(str(tmp_path / ring.PAGE_NAME), ring.PAGE_SIZE).close()
    return tmp_path


def beat(session: Path) -> None:
    """Let the supervisor be seen."""
    page = ring.map_file(str(session / ring.PAGE_NAME), ring.PAGE_SIZE)
    # One store, as the supervisor's: packing writes byte by byte, and half a number is a wrong one.
    with memoryview(page) as view, view.cast("Q") as words:
        words[ring.PAGE_HEARTBEAT >> 3] = time.perf_counter_ns()
    page.close()


def start(session: Path, body: str, python: str = sys.executable) -> subprocess.Popen[str]:
    """Start a program that records by itself."""
    head = f"""
        import os, sys, signal, threading, time
        sys.path.insert(0, {str(ROOT)!r})
        from ipcsim.probe import recorder, writer
        recorder.begin({str(session)!r})
    """
    source = textwrap.dedent(head) + textwrap.dedent(body)
    return subprocess.Popen([python, "-c", source], stdout=subprocess.PIPE, text=True)


def read(session: Path, process: subprocess.Popen[str], pause: float = 0.0) -> list[list[bytes]]:
    """Read all rings until the program has ended: the blocks of each."""
    files: dict[str, RingFile] = {}
    readers: list[tuple[RingReader, list[bytes]]] = []
    over = False
    while True:
        beat(session)
        for path in session.glob("ring-*"):
            with suppress(ValueError):  # it is being made
                files.setdefault(path.name, RingFile(path))
        for file in files.values():
            readers += ((reader, []) for reader in file.new())
        found = False
        for reader, blocks in readers:
            while data := reader.take():
                blocks.append(data)
                found = True
        if over and not found:
            break
        over = process.poll() is not None
        time.sleep(pause)
    for reader, _ in readers:
        reader.put_away()
    for file in files.values():
        file.put_away()
    return [blocks for _, blocks in readers]


def records(blocks: list[bytes]) -> list[tuple[int, ...]]:
    """Records of one ring: time, arg, object, place, kind, span, thread, lap."""
    return list(RECORD.iter_unpack(b"".join(blocks)))


@pytest.mark.parametrize("python", [sys.executable, *other_pythons()])
def test_more_than_fits_comes_whole_and_in_order(session: Path, python: str) -> None:
    process = start(session, "for n in range(200_000): recorder.emit(97, 1, 2, n)", python)
    (blocks,) = read(session, process, 0.003)
    found = records(blocks)
    assert [r[7] for r in found] == [ring.lap(n) for n in range(len(found))]
    assert [r[1] for r in found if r[4] == 97] == list(range(200_000))
    assert process.wait() == 0


def test_threads_take_turns_without_gaps(session: Path) -> None:
    process = start(
        session,
        """
        sys.setswitchinterval(1e-6)
        def work():
            for n in range(20_000): recorder.emit(97, 0, 0, n)
        threads = [threading.Thread(target=work) for _ in range(8)]
        for t in threads: t.start()
        for t in threads: t.join()
        """,
    )
    (blocks,) = read(session, process, 0.004)  # so slowly that they wait for it
    found = records(blocks)
    assert [r[7] for r in found] == [ring.lap(n) for n in range(len(found))]
    for thread in range(1, 9):
        assert [r[1] for r in found if (r[4], r[6]) == (97, thread)] == list(range(20_000))
    assert sum(r[4] == Kind.THREAD for r in found) == 8


def test_a_signal_in_the_midst_leaves_no_gap(session: Path) -> None:
    process = start(
        session,
        """
        caught = 0
        inside = False
        def interrupt(*_):
            global inside
            if inside:
                inside = False
                raise KeyboardInterrupt
        signal.signal(signal.SIGALRM, interrupt)
        signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
        end = time.monotonic() + 1
        while time.monotonic() < end:
            try:
                inside = True
                while True: recorder.emit(97, 0, 0, 0)
            except KeyboardInterrupt:
                caught += 1
        signal.setitimer(signal.ITIMER_REAL, 0)
        print(caught, writer.lost())
        """,
    )
    (blocks,) = read(session, process)
    assert process.stdout is not None
    caught, lost = process.stdout.read().split()
    found = records(blocks)
    assert [r[7] for r in found] == [ring.lap(n) for n in range(len(found))]
    assert int(caught) > 100
    assert lost == "0"


def test_a_full_ring_waits_for_its_reader(session: Path) -> None:
    process = start(
        session,
        """
        recorder.emit(97, 0, 0, 0)
        print("go", flush=True)
        for n in range(60_000): recorder.emit(97, 0, 0, n)
        print(writer.lost())
        """,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "go\n"
    until = time.monotonic() + 0.4
    while time.monotonic() < until:
        beat(session)
    assert process.poll() is None
    (blocks,) = read(session, process)
    assert process.stdout.read() == "0\n"
    found = records(blocks)
    assert sum(r[4] == Kind.NOTE for r in found) >= 1
    assert sum(r[4] == 97 for r in found) == 60_001


def test_nobody_reads_and_the_program_goes_on(session: Path) -> None:
    process = start(session, "for n in range(60_000): recorder.emit(97, 0, 0, n)\nprint('end')")
    assert process.stdout is not None
    began = time.monotonic()
    assert process.stdout.read() == "end\n"
    assert time.monotonic() - began < 10
    (path,) = session.glob("ring-*")
    (reader,) = RingFile(path).new()
    assert reader.lost() > 60_000 - ring.CAPACITY


def test_lost_ones_are_counted_when_the_reader_is_back(session: Path) -> None:
    process = start(
        session,
        """
        for n in range(60_000): recorder.emit(97, 0, 0, n)
        print("full", flush=True)
        while writer._unrecorded: recorder.emit(97, 0, 0, -1)
        recorder.emit(97, 0, 0, -2)
        print(writer.lost())
        """,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "full\n"
    (blocks,) = read(session, process)
    lost = int(process.stdout.read())
    found = records(blocks)
    assert sum(r[1] for r in found if r[4] == Kind.LOST) == lost
    assert found[-1][1] == -2


def test_forked_children_have_rings_of_their_own(session: Path) -> None:
    process = start(
        session,
        """
        recorder.text("before")
        for n in range(100): recorder.emit(97, 0, 0, n)
        pid = os.fork()
        for n in range(100): recorder.emit(98 if pid else 99, 0, 0, n)
        if pid: os.waitpid(pid, 0)
        """,
    )
    first, second = (records(blocks) for blocks in read(session, process, 0.01))
    if not any(r[4] == 98 for r in first):
        first, second = second, first
    assert {r[4] for r in first} >= {97, 98}
    assert 99 not in {r[4] for r in first}
    assert sum(r[4] == 99 for r in second) == 100


@pytest.mark.parametrize("python", [sys.executable, *other_pythons()])
def test_threads_fork_at_once(session: Path, python: str) -> None:
    """The ring of a child is made before the fork: each thread's children get their own."""
    process = start(
        session,
        """
        def fork(thread):
            for n in range(15):
                pid = os.fork()
                if not pid:
                    recorder.emit(99, 0, 0, thread << 8 | n)
                    recorder.emit(98, 0, 0, os.getpid())
                    os._exit(len(os.listdir("/proc/self/fd")))
                found.append(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        found = []
        team = [threading.Thread(target=fork, args=(n,)) for n in range(4)]
        for thread in team: thread.start()
        for thread in team: thread.join()
        print(set(found) == {len(os.listdir("/proc/self/fd"))}, len(found))
        """,
        python,
    )
    found = [records(blocks) for blocks in read(session, process, 0.01)]
    children = [one for one in found if any(r[4] == 99 for r in one)]
    said = [r[1] for child in children for r in child if r[4] == 99]
    assert sorted(said) == [thread << 8 | n for thread in range(4) for n in range(15)]
    pids = set()
    for child in children:
        pieces = [struct.pack("<Qq", r[0], r[1]) for r in child if r[4] == Kind.TEXT]
        assert json.loads(b"".join(pieces).split(b"\0")[0])["start_method"] == "fork"
        assert [r[4] for r in child].index(Kind.HELLO) == len(pieces)
        assert child[len(pieces)][0] > 0
        pids |= {r[1] for r in child if r[4] == 98}
    assert len(pids) == 60
    assert process.stdout is not None
    assert process.stdout.read() == "True 60\n"


def test_no_descriptor_is_kept(session: Path) -> None:
    process = start(
        session,
        """
        print(len(os.listdir("/proc/self/fd")))
        recorder.end()
        """,
    )
    bare = subprocess.run(
        [sys.executable, "-c", "import os; print(len(os.listdir('/proc/self/fd')))"],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    assert process.stdout is not None
    assert process.stdout.read() == bare.stdout


def test_kill_at_any_moment_leaves_whole_records(session: Path) -> None:
    process = start(session, "while True: recorder.emit(97, 7, 8, 9)")
    stopper = threading.Timer(0.3, process.send_signal, [signal.SIGKILL])
    stopper.start()
    (blocks,) = read(session, process)
    found = records(blocks)
    assert [r[7] for r in found] == [ring.lap(n) for n in range(len(found))]
    assert all(r[1:4] == (9, 7, 8) for r in found if r[4] == 97)
    assert len(found) > 10_000
