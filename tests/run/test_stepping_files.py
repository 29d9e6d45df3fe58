"""Files stepped by hand: each access is a turn, and going back puts them back."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ipcsim.events import Kind
from ipcsim.export.interleaving import interleaving
from ipcsim.run.report import report
from ipcsim.run.stepping import Stepping
from ipcsim.trace.happenings import sentence
from ipcsim.trace.operations import operations
from tests.run.stepped import ONE, TWO, bring, calls, go, polled, stepped

FILES = Path(__file__).parents[1] / "control" / "programs" / "leaves_files.py"
DATABASE = FILES.with_name("leaves_database.py")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="programs of fork")


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_an_update_of_a_file_is_lost_by_hand_and_saved_by_going_back(
    method: str, tmp_path: Path
) -> None:
    counter = tmp_path / "counter.txt"
    counter.write_text("before")
    with stepped(FILES, method, folder=str(tmp_path)) as stepping:
        bring(stepping, worker_1="open(path)", worker_2="open(path)")
        assert counter.read_text() == "0"
        before = len(stepping.turns)
        go(stepping, ONE, ONE, TWO, TWO)
        apart = len(stepping.turns)
        go(stepping, ONE, ONE, TWO, TWO)
        assert [call for _actor, call in calls(stepping)[before:]] == [
            *("open(path)", "read counter.txt") * 2,
            *('open(path, "w")', "write counter.txt") * 2,
        ]
        assert counter.read_text() == "1"
        stepping.back(apart)
        polled(stepping)
        assert stepping.difference == ""
        assert counter.read_text() == "0"
        assert len(stepping.turns) == apart
        stepping.run(lambda: False)
        polled(stepping)
        found = stepping.outcome()
        assert found is not None
        assert found.kind == "exception"
        assert "AssertionError: 1" in found.sentence


def to_the_end(stepping: Stepping) -> None:
    """Have everybody go on, until all that was recorded has come, too."""
    stepping.run(lambda: False)
    polled(stepping)
    polled(stepping, lambda: stepping.seat.session.ended is not None)


def rows_of(stepping: Stepping, process: str) -> list[str]:
    """The operations on files in a process's column of the interleaving table."""
    trace = stepping.seat.session.trace
    table = interleaving(trace, trace.begin, trace.end, shorten=False)
    return [
        line.text
        for line in table.lines
        if line.kind == Kind.FILE_CALL and trace.processes[line.process].name == process
    ]


def test_accesses_are_rows_of_the_table_as_soon_as_they_are_done(tmp_path: Path) -> None:
    with stepped(FILES, kind="flocked", folder=str(tmp_path)) as stepping:
        bring(stepping, worker_1="open(path)", worker_2="fcntl.flock(lock, fcntl.LOCK_EX)")
        lock = ["open('counter.lock', 'a')", "flock('counter.lock', LOCK_EX)"]
        polled(stepping, lambda: rows_of(stepping, "worker-1") == lock)
        go(stepping, ONE, ONE)
        read = ["open('counter.txt', 'r')", "read 'counter.txt' → '0'"]
        polled(stepping, lambda: rows_of(stepping, "worker-1")[2:4] == read)
        assert rows_of(stepping, "worker-2") == lock[:1]
        to_the_end(stepping)
        rows = rows_of(stepping, "worker-1")
        assert rows[4:] == [
            "open('counter.txt', 'w')",
            "write 'counter.txt' ← '1'",
            "close 'counter.lock'",
        ]
        assert "read 'counter.txt' → '1'" in rows_of(stepping, "worker-2")
        trace = stepping.seat.session.trace
        (row,) = [
            row
            for row in trace.select(
                trace.begin, trace.end, kinds=(Kind.FILE_CALL,), limit=99
            ).tolist()
            if operations(trace).text(row, -1) == "write 'counter.txt' ← '1'"
        ]
        place = trace.place(row)
        assert place is not None
        assert place.file == str(FILES)
        assert sentence(trace, row, 1, -1, operations(trace).label(row)).endswith("← '1'.")


def files_of(stepping: Stepping) -> dict[str, tuple[str, int]]:
    """By name the kinds of the objects that files are, and how often each was called."""
    trace = stepping.seat.session.trace
    found = {}
    for one in report(trace, [], None)["objects"]:
        if one["kind"] in ("file", "database"):
            (number,) = [info.object for info in trace.objects if info.name == one["name"]]
            rows = trace.select(trace.begin, trace.end, object=number).tolist()
            # Its rows may come a moment after it.
            assert {trace.event(row).kind for row in rows} <= {Kind.FILE_CALL}
            assert len(rows) == one["calls"]
            found[one["name"]] = one["kind"], one["calls"]
    return found


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_a_file_is_one_object_whoever_uses_it(method: str, tmp_path: Path) -> None:
    with stepped(FILES, method, kind="flocked", folder=str(tmp_path)) as stepping:
        to_the_end(stepping)
        # Each worker locks, reads and writes; main writes first and reads last.
        text, lock = 2 * 4 + 2 * 2, 2 * 3
        assert files_of(stepping) == {"counter.txt": ("file", text), "counter.lock": ("file", lock)}


def test_a_database_is_an_object(tmp_path: Path) -> None:
    with stepped(DATABASE, kind="immediate", folder=str(tmp_path)) as stepping:
        to_the_end(stepping)
        trace = stepping.seat.session.trace
        every = trace.select(trace.begin, trace.end, kinds=(Kind.FILE_CALL,))
        assert files_of(stepping) == {"counter.db": ("database", len(every))}


LOOKED_AT_FIRST = """
import os, sqlite3
from multiprocessing import Process

def look(path):
    os.path.exists(path)

def main(folder=""):
    path = os.path.join(folder, "late.db")
    look(path)
    worker = Process(target=look, args=(path,))
    worker.start()
    sqlite3.connect(path).execute("CREATE TABLE t (n)")
    worker.join()

if __name__ == "__main__":
    main()
"""


def test_a_file_is_a_database_as_soon_as_somebody_has_connected_to_it(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(LOOKED_AT_FIRST, encoding="utf-8")
    with stepped(program, folder=str(tmp_path)) as stepping:
        polled(stepping, lambda: bool(stepping.offers()))
        go(stepping, "main")
        polled(stepping, lambda: files_of(stepping) == {"late.db": ("file", 1)})
        to_the_end(stepping)
        assert files_of(stepping) == {"late.db": ("database", 4)}


def test_what_is_refused_is_a_row_that_says_so(tmp_path: Path) -> None:
    with stepped(FILES, kind="exclusive", folder=str(tmp_path)) as stepping:
        bring(stepping, worker_1="open(path)")
        go(stepping, *[TWO] * 2)
        row = "os.open('counter.lock', O_CREAT | O_EXCL)"
        polled(stepping, lambda: rows_of(stepping, "worker-2") == [f"{row} → FileExistsError"])
        assert rows_of(stepping, "worker-1")[0] == row


def test_statements_are_turns() -> None:
    with stepped(DATABASE, kind="immediate") as stepping:
        to_the_end(stepping)
        found = stepping.outcome()
        assert found is not None
        assert found.kind == "clean", found.sentence
        said = [call for actor, call in calls(stepping) if actor == ONE]
        assert rows_of(stepping, "worker-2") == [
            "sqlite3.connect('counter.db')",
            "BEGIN IMMEDIATE",
            "SELECT n FROM counter",
            "fetch from 'counter.db' → (1,)",
            "UPDATE counter SET n = ?",
            "COMMIT",
        ]
    assert 'connection.execute("BEGIN IMMEDIATE")' in said
    assert 'connection.execute("COMMIT")' in said
