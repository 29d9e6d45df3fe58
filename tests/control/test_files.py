"""Files under control: what is read and written is steps, and every execution finds the same."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread

import pytest

from ipcsim.control.executor import ControlError
from ipcsim.control.originals import Originals
from ipcsim.control.program import ProgramExecutor
from ipcsim.control.steps import Choice, Execution, State
from ipcsim.explore.explorer import Exploration, explore, verdict
from ipcsim.explore.settings import Program, Settings
from ipcsim.operations import Op
from ipcsim.run.spec import RunSpec
from tests.control.test_leaves import account
from tests.control.test_program import at_random, first, following

PROGRAMS = Path(__file__).parent / "programs"
FILES, LOCKS = PROGRAMS / "leaves_files.py", PROGRAMS / "leaves_file_locks.py"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="templates fork")

RACY = ("buffered", "descriptors", "replaced", "in_place", "check_then_act")
SOUND = ("flocked", "lockfed", "tried", "exclusive")


def searched(program: Path, jobs: int = 1, **parameters: object) -> Exploration:
    described = Program(RunSpec(program=program, parameters=parameters))
    return explore(described.executor, Settings(strategy="dpor", jobs=jobs))


def kinds(state: Exploration) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in state.tally.sorted():
        found[one.outcome.kind] = found.get(one.outcome.kind, 0) + one.count
    return found


def run(program: Path, seed: int | None = None, **parameters: object) -> Execution:
    with ProgramExecutor(program, parameters=parameters) as executor:
        return executor.run(first if seed is None else at_random(seed))


@pytest.mark.parametrize("kind", RACY)
def test_a_lost_update_of_a_file_is_found(kind: str) -> None:
    found = kinds(searched(FILES, kind=kind))
    assert found.get("exception", 0) > 0
    assert found.get("clean", 0) > 0


@pytest.mark.parametrize("kind", SOUND)
def test_a_file_that_is_locked_loses_nothing(kind: str) -> None:
    state = searched(FILES, kind=kind)
    assert state.exhausted
    assert set(kinds(state)) == {"clean"}


def test_counts_of_interleavings_are_the_textbook_s() -> None:
    # Each reads, then writes in one step: as with a RawValue, 2 orders are right and 2 are not.
    assert kinds(searched(FILES, kind="descriptors")) == {"clean": 2, "exception": 2}
    # Who has the lock first decides all.
    assert kinds(searched(FILES, kind="lockfed")) == {"clean": 2}


def test_each_access_is_offered_with_its_literal_call() -> None:
    execution = run(FILES, kind="flocked")
    calls = [s.operation.call for s in execution.steps if s.actor == "main/worker-1"]
    assert calls == [
        "begin",
        "open(counter.lock, 'a')",
        "flock(counter.lock, LOCK_EX)",
        "open(counter.txt, 'r')",
        "read counter.txt",
        "open(counter.txt, 'w')",
        "write counter.txt",
        "close counter.lock",
        "end",
    ]
    lines = {s.operation.line.text for s in execution.steps if s.operation.line is not None}
    assert "number = int(file.read())" in lines


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
@pytest.mark.parametrize("kind", [*RACY[:3], *SOUND])
def test_a_schedule_repeated_is_the_same_again(kind: str, method: str) -> None:
    with ProgramExecutor(FILES, parameters={"kind": kind}, start_method=method) as executor:
        one = executor.run(at_random(1))
        again = executor.run(following(one.choices()))
    assert account(again.steps) == account(one.steps)
    assert again.output == one.output


def test_another_executor_calls_files_the_same(tmp_path: Path) -> None:
    one, other = (run(FILES, 2, kind="buffered", workers=1) for _ in range(2))
    assert account(one.steps) == account(other.steps)


def test_files_are_put_back_after_each_execution(tmp_path: Path) -> None:
    there, lock = tmp_path / "counter.txt", tmp_path / "counter.lock"
    there.write_text("what was there")
    there.chmod(0o640)
    before = there.stat()
    with ProgramExecutor(FILES, parameters={"kind": "exclusive", "folder": str(tmp_path)}) as one:
        for seed in range(2):
            execution = one.run(at_random(seed))
            assert execution.output == b"2\n"
            assert there.read_text() == "what was there"
            assert (there.stat().st_mode, there.stat().st_mtime_ns) == (
                before.st_mode,
                before.st_mtime_ns,
            )
            assert not lock.exists()


def test_what_can_t_be_put_back_is_told_and_the_rest_is_put_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [tmp_path / name for name in ("first.txt", "second.txt")]
    noted = Originals()
    for file in files:
        file.write_text("before")
        noted.before(Op.WRITE, [f"file:{file}"], 0)
        file.write_text("after")
    write = Path.write_bytes

    def refusing(path: Path, content: bytes) -> int:
        if path == files[1]:
            raise PermissionError(1, "not now")
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", refusing)
    with pytest.raises(ControlError, match=r"second\.txt: not now"):
        noted.put_back()
    assert [file.read_text() for file in files] == ["before", "after"]


def test_an_execution_that_ends_amid_everything_leaves_nothing(tmp_path: Path) -> None:
    parameters = {"kind": "replaced", "folder": str(tmp_path)}
    with ProgramExecutor(FILES, parameters=parameters) as executor:
        steps = 0

        def some(state: object) -> object:
            nonlocal steps
            steps += 1
            return first(state) if steps < 12 else None  # type: ignore[arg-type]

        executor.run(some)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_several_jobs_share_files_and_find_the_same(tmp_path: Path) -> None:
    alone = searched(FILES, kind="buffered", folder=str(tmp_path))
    several = searched(FILES, jobs=2, kind="buffered", folder=str(tmp_path))
    assert kinds(alone) == kinds(several)
    assert list(tmp_path.iterdir()) == []


def test_what_is_too_big_to_be_put_back_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ipcsim.control.originals._MOST_BYTES", 3)
    (tmp_path / "counter.txt").write_text("long")
    parameters = {"folder": str(tmp_path)}
    with (
        ProgramExecutor(FILES, parameters=parameters) as executor,
        pytest.raises(ControlError, match=r"counter\.txt is changed and can't be put back"),
    ):
        executor.run(first)
    assert (tmp_path / "counter.txt").read_text() == "long"


def test_forked_children_share_the_lock_of_a_file_that_was_open() -> None:
    execution = run(LOCKS, 1, kind="inherited")
    assert execution.outcome.kind == "clean"
    assert execution.output.count(b"through") == 2


def test_readers_share_a_lock() -> None:
    with ProgramExecutor(LOCKS, parameters={"kind": "readers"}) as executor:
        for seed in range(4):
            execution = executor.run(at_random(seed))
            assert execution.outcome.kind == "clean", execution.outcome
    assert kinds(searched(LOCKS, kind="readers"))["clean"] > 1


def test_death_gives_a_lock_back() -> None:
    for seed in range(3):
        execution = run(LOCKS, seed, kind="death")
        assert execution.outcome.kind in ("killed", "exit_code"), execution.outcome
        assert execution.steps[-1].operation.op is Op.END


@pytest.mark.parametrize("lock", ["flock", "lockf"])
def test_a_process_that_ends_has_given_its_locks_back_before_others_get_them(lock: str) -> None:
    outside: list[str] = []

    def others_first(state: State) -> Choice:
        outside.extend(state.outside)
        last = state.steps[-1].actor if state.steps else ""
        chosen = sorted(state.enabled(), key=lambda one: (one.actor == last, one.actor == "main"))
        return Choice(chosen[0].actor)

    with ProgramExecutor(LOCKS, parameters={"kind": "until_the_end", "lock": lock}) as executor:
        steps = executor.run(others_first).steps
    acquired = [step for step in steps if step.operation.op is Op.ACQUIRE]
    ends = [step.index for step in steps if step.operation.op is Op.END]
    assert acquired[1].index < ends[0], "somebody gets it between the release and the end"
    assert [step.result for step in acquired] == [1, 1]
    assert outside == []


def test_closing_a_file_gives_back_no_lock_of_another() -> None:
    state = searched(LOCKS, kind="beside")
    assert state.exhausted
    assert set(kinds(state)) == {"clean"}


@pytest.mark.skipif(sys.platform != "linux", reason="/proc/locks says who waits")
def test_a_lock_that_somebody_unknown_held_is_given_back_as_any_other(tmp_path: Path) -> None:
    import fcntl

    lock = tmp_path / "counter.lock"
    lock.touch()
    waiting = f":{lock.stat().st_ino} "

    def let_go(held: int) -> None:
        while not any("->" in line and waiting in line for line in locks.open()):
            time.sleep(0.001)
        os.close(held)

    locks = Path("/proc/locks")
    held = os.open(lock, os.O_RDWR)
    fcntl.flock(held, fcntl.LOCK_EX)
    thread = Thread(target=let_go, args=(held,))
    thread.start()
    execution = run(FILES, kind="flocked", folder=str(tmp_path))
    thread.join()
    assert execution.outcome.kind == "clean", execution.outcome.sentence
    calls = [step.operation.call for step in execution.steps]
    assert calls.count("close counter.lock") == 2


def test_a_lock_that_is_never_given_back_is_a_deadlock_with_its_line() -> None:
    execution = run(LOCKS, kind="never")
    assert execution.outcome.kind == "deadlock"
    assert "waits for the lock of data, held by main/Process-1 since line" in (
        execution.outcome.sentence
    )


def test_what_the_library_opens_for_itself_is_no_step(tmp_path: Path) -> None:
    steps = run(FILES, kind="buffered", workers=1, folder=str(tmp_path)).steps
    files = {s.operation.object for s in steps if s.operation.object.startswith("file:")}
    assert {os.path.basename(name) for name in files} == {"counter.txt"}


def test_a_file_with_a_second_name_is_not_known(tmp_path: Path) -> None:
    # Whoever uses it by the other name is taken to use another file.
    (tmp_path / "counter.txt").touch()
    os.link(tmp_path / "counter.txt", tmp_path / "other.txt")
    described = Program(RunSpec(program=FILES, parameters={"folder": str(tmp_path)}))
    state = explore(described.executor, Settings(strategy="dpor", schedules=1))
    assert not state.exhausted
    assert "what comes of counter.txt (a hard link) in line" in verdict(state)


@pytest.mark.skipif(sys.version_info < (3, 11), reason="3.10 keeps our frames in tracebacks")
def test_files_and_databases_are_for_the_program_what_they_are_without(tmp_path: Path) -> None:
    program = PROGRAMS / "files_every_way.py"
    bare = subprocess.run([sys.executable, program], cwd=tmp_path, capture_output=True, check=True)
    execution = run(program)
    assert execution.outcome.kind == "clean", execution.errors.decode()
    assert execution.output.decode().splitlines() == bare.stdout.decode().splitlines()
    assert len(execution.steps) > 300
